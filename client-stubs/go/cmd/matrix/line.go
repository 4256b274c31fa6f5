package main

import (
	"encoding/json"
	"fmt"

	"headgate.dev/go/headgate"
)

// line is one message of a file. Bytes are in base64; null is absent.
type line struct {
	Body     []byte   `json:"body"`
	Key      *[]byte  `json:"key"`
	Tag      *string  `json:"tag"`
	Headers  []header `json:"headers"`
	Compress bool     `json:"compress,omitempty"` // Only of produce; true forces compression.
	Attempt  int      `json:"attempt,omitempty"`  // Only of consume.
	Encoding *string  `json:"encoding"`           // Only of consume: as it was on the wire.
}

// header is [name, base64 or null].
type header struct {
	name  string
	value *[]byte
}

func (h header) MarshalJSON() ([]byte, error) { return json.Marshal([]any{h.name, h.value}) }

func (h *header) UnmarshalJSON(text []byte) error {
	var pair []json.RawMessage
	if err := json.Unmarshal(text, &pair); err != nil {
		return err
	}
	if len(pair) != 2 {
		return fmt.Errorf("header %s (expected: [name, base64 or null])", text)
	}
	if err := json.Unmarshal(pair[0], &h.name); err != nil {
		return err
	}
	return json.Unmarshal(pair[1], &h.value)
}

func (l *line) message() headgate.Message {
	m := headgate.Message{Body: l.Body}
	if l.Key != nil {
		m.Key = present(*l.Key)
	}
	if l.Tag != nil {
		m.Tag = *l.Tag
	}
	for _, h := range l.Headers {
		one := headgate.Header{Name: h.name}
		if h.value != nil {
			one.Value = present(*h.value)
		}
		m.Headers = append(m.Headers, one)
	}
	return m
}

func lineOf(d *headgate.Delivery) line {
	l := line{Body: present(d.Body), Headers: []header{}, Attempt: d.Attempt}
	if d.Key != nil {
		l.Key = &d.Key
	}
	if d.Tag != "" {
		l.Tag = &d.Tag
	}
	if d.WireEncoding != "" {
		l.Encoding = &d.WireEncoding
	}
	for _, h := range d.Headers {
		one := header{name: h.Name}
		if h.Value != nil {
			one.value = &h.Value
		}
		l.Headers = append(l.Headers, one)
	}
	return l
}

// present is empty, not absent.
func present(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}
