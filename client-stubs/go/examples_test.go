package headgate_test

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The README's programs and an example, as a reader starts them.

// shown builds a program that the README shows, for another address.
func shown(t *testing.T, index int, address string) string {
	t.Helper()
	readme, err := os.ReadFile("README.md")
	ok(t, err)
	programs := regexp.MustCompile("(?s)```go\n(package main.*?)```").FindAllSubmatch(readme, -1)
	source := strings.ReplaceAll(string(programs[index][1]), "localhost:9300", address)
	file := filepath.Join(t.TempDir(), "main.go")
	ok(t, os.WriteFile(file, []byte(source), 0o600))
	return built(t, file)
}

func built(t *testing.T, what string) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "program")
	if out, err := exec.Command("go", "build", "-o", binary, what).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return binary
}

func TestProducerOfTheReadmeSends(t *testing.T) {
	g := startGateway(t)

	out, err := exec.Command(shown(t, 0, g.Address())).CombinedOutput()

	ok(t, err)
	equal(t, string(out), "stored as m1\n")
	equal(t, strings.Join(g.Topic.Bodies(), ""), "one pizza")
}

func TestConsumerOfTheReadmeConsumesUntilCtrlC(t *testing.T) {
	g := startGateway(t)
	g.Topic.Queue("one pizza")
	consumer := exec.Command(shown(t, 1, g.Address()))
	out, err := consumer.StdoutPipe()
	ok(t, err)
	ok(t, consumer.Start())
	lines := bufio.NewScanner(out)

	equal(t, lines.Scan(), true)
	equal(t, lines.Text(), "attempt 1: one pizza")
	ok(t, consumer.Process.Signal(os.Interrupt))
	ok(t, consumer.Wait())
	equal(t, len(g.Topic.Acked()), 1)
}

func TestReminderExampleReminds(t *testing.T) {
	g := startGateway(t)
	g.Topic.Queue("pay the baker") // The fake delivers what is queued, not what is sent.

	out, err := exec.Command(built(t, "./examples/reminder"), g.Address()).CombinedOutput()

	ok(t, err)
	equal(t, strings.HasSuffix(string(out), ": pay the baker\n"), true)
	equal(t, len(g.Topic.Stored()), 2)
}
