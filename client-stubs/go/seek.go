package headgate

import (
	"time"

	"headgate.dev/go/headgate/idl/gateway"
)

// SeekTarget is a place to move a group's position to; made by SeekStart, SeekEnd, SeekTime or SeekPosition.
type SeekTarget struct {
	wire *gateway.SeekTarget
}

// SeekStart is the oldest message that the engine still has.
func SeekStart() SeekTarget {
	return SeekTarget{&gateway.SeekTarget{Edge: ptr(gateway.Edge_START)}}
}

// SeekEnd is past the newest message.
func SeekEnd() SeekTarget {
	return SeekTarget{&gateway.SeekTarget{Edge: ptr(gateway.Edge_END)}}
}

// SeekTime is the first message stored at or after this time.
func SeekTime(t time.Time) SeekTarget {
	return SeekTarget{&gateway.SeekTarget{TimestampMillis: ptr(t.UnixMilli())}}
}

// SeekPosition is a position as a delivery or a receipt names it; it moves that partition only.
func SeekPosition(position string) SeekTarget {
	return SeekTarget{&gateway.SeekTarget{Position: &position}}
}
