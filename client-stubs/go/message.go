package headgate

import "time"

// Header is one header. Names may repeat and keep their order.
type Header struct {
	// Name is 1 to 255 bytes of UTF-8; names that begin with "headgate-" belong to the gateway.
	Name string
	// Value is any bytes; nil (absent) is different from empty. All headers of a message together: at most 16 KiB.
	Value []byte
}

// Message is what a service sends and receives. Bytes arrive as they were sent.
type Message struct {
	// Body is the payload; may be empty; as sent, at most the topic's limit (default 4 MiB).
	Body []byte
	// Key keeps messages of one key in order; required on ordered topics; at most 255 bytes. Default: nil, no order.
	Key []byte
	// Tag is a single word to filter by, at most 127 bytes. Default: none.
	Tag string
	// Headers are in order. Default: none.
	Headers []Header
	// Encoding says how Body is encoded, such as zstd. Default: none, a plain body.
	Encoding string
	// DeliverAt is when the message becomes visible. Default, and for times that have passed: at once. Not with Delay.
	DeliverAt time.Time
	// Delay is as DeliverAt, counted from when the gateway reads the request; needs no agreed clocks.
	Delay time.Duration
}

// Header answers the value of the first header of this name that has one.
func (m *Message) Header(name string) (value []byte, ok bool) {
	for _, h := range m.Headers {
		if h.Name == name && h.Value != nil {
			return h.Value, true
		}
	}
	return nil, false
}

// Receipt is proof that a message is stored at the durability of its topic.
type Receipt struct {
	// MessageID is unique, kept by every engine and through every copy.
	MessageID string
	// Position is where the engine stored it; opaque, for people and for Seek. Empty for a delayed message.
	Position string
	// DelayHandle is for Producer.Cancel; only of a delayed message on an engine that can cancel.
	DelayHandle string
}

// SendOutcome is the answer to one entry of a batch.
type SendOutcome struct {
	// Receipt is the proof, when Err is nil.
	Receipt Receipt
	// Err is an *Error, or nil.
	Err error
}
