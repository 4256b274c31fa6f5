module headgate.dev/go/headgate

go 1.25.0

require (
	github.com/apache/thrift v0.24.0
	github.com/klauspost/compress v1.20.4
)
