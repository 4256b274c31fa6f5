package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"headgate.dev/go/headgate/internal/fakegateway"
)

const file = `{"body":"AP8=","key":"a2V5","tag":"blue","headers":[["a","eA=="],["empty",""],["absent",null]],"compress":true}
{"body":"","key":null,"tag":null,"headers":[],"compress":false}
`

const want = `{"body":"AP8=","key":"a2V5","tag":"blue","headers":[["a","eA=="],["empty",""],["absent",null]],"attempt":1,"encoding":"zstd"}
{"body":"","key":null,"tag":null,"headers":[],"attempt":1,"encoding":null}
`

func TestWhatIsProducedIsConsumed(t *testing.T) {
	g := fakegateway.Start()
	defer g.Close()
	in, out := filepath.Join(t.TempDir(), "in"), filepath.Join(t.TempDir(), "out")
	if err := os.WriteFile(in, []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}

	if err := run(t.Context(), []string{"produce", g.Address(), "t", in}); err != nil {
		t.Fatal(err)
	}
	g.Topic.QueueMessages(g.Topic.Stored()...)
	g.Topic.Queue("one more")
	if err := run(t.Context(), []string{"consume", g.Address(), "t", "g", "2", out}); err != nil {
		t.Fatal(err)
	}

	got, err := os.ReadFile(out)
	if err != nil || string(got) != want {
		t.Fatalf("%v\n%s", err, got)
	}
	if acked := g.Topic.Acked(); len(acked) != 2 || g.Topic.Leased() != 0 {
		t.Fatalf("acked %d, leased %d", len(acked), g.Topic.Leased())
	}
}

func TestFaultsAreNamed(t *testing.T) {
	for _, c := range []struct {
		want string
		args []string
	}{
		{"usage", nil},
		{"COUNT", []string{"consume", "a:1", "t", "g", "many", "f"}},
		{"host:port", []string{"produce", "nowhere", "t", "f"}},
		{"no such file", []string{"produce", "a:1", "t", "/none/such"}},
	} {
		if err := run(t.Context(), c.args); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: %v", c.args, err)
		}
	}
}
