package headgate_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	headgate "headgate.dev/go/headgate"
)

// HEADGATE_SERVE is the command that starts the gateway of HEADGATE_ADDRESS. Its engine has to outlive it: what an engine in
// memory has acknowledged dies with the gateway.

func startServer(t *testing.T) *exec.Cmd {
	t.Helper()
	command := strings.Fields(os.Getenv("HEADGATE_SERVE"))
	if len(command) == 0 {
		t.Skip("HEADGATE_SERVE is not set")
	}
	server := exec.Command(command[0], command[1:]...)
	ok(t, server.Start())
	t.Cleanup(func() { kill(server) })
	return server
}

func kill(server *exec.Cmd) {
	_ = server.Process.Kill()
	_ = server.Wait()
}

func TestCrash_GatewayKilledInMidTraffic(t *testing.T) {
	server := startServer(t)
	client, topic := realClient(t), fresh("crash")
	untilWithin(t, 2*time.Minute, "gateway is up", func() bool {
		_, err := client.Version(withTimeout(t, time.Second))
		return err == nil
	})
	_, err := client.Admin().CreateTopic(t.Context(), headgate.TopicSpec{Topic: topic})
	ok(t, err)

	var acknowledged, delivered sync.Map
	var handled atomic.Int32
	consumer, err := client.NewConsumer(topic, "g", func(_ context.Context, d *headgate.Delivery) error {
		delivered.Store(string(d.Body), true)
		handled.Add(1)
		return nil
	}, headgate.ConsumerConfig{Concurrency: 4, Lease: 3 * time.Second, PollWait: time.Second})
	ok(t, err)
	consuming, stopConsumer := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- consumer.Run(consuming) }()

	sending, stopSending := context.WithCancel(t.Context())
	var producers sync.WaitGroup
	var uncertain, refused atomic.Int32
	for p := range 8 {
		producers.Go(func() {
			for n := 0; sending.Err() == nil; n++ {
				body := fmt.Sprintf("%d-%d", p, n)
				ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
				_, err := client.Producer().Send(ctx, topic, headgate.Message{Body: []byte(body)})
				cancel()
				switch {
				case err == nil:
					acknowledged.Store(body, true)
				case failed(t, err).Outcome == headgate.OutcomeUnknown:
					uncertain.Add(1)
				default:
					refused.Add(1)
				}
			}
		})
	}
	for range 2 {
		before := handled.Load()
		untilWithin(t, 2*time.Minute, "traffic flows", func() bool { return handled.Load() > before+200 })
		kill(server)
		server = startServer(t)
	}
	before := handled.Load()
	untilWithin(t, 2*time.Minute, "traffic flows again", func() bool { return handled.Load() > before+200 })
	stopSending()
	producers.Wait()

	sent := 0
	acknowledged.Range(func(any, any) bool { sent++; return true })
	untilWithin(t, 2*time.Minute, "all that was acknowledged is delivered", func() bool {
		lost := 0
		acknowledged.Range(func(body, _ any) bool {
			if _, ok := delivered.Load(body); !ok {
				lost++
			}
			return true
		})
		return lost == 0
	})
	stopConsumer()
	ok(t, <-ended)
	t.Logf("acknowledged %d, lost 0, handled %d, uncertain %d, refused %d, goroutines %d, connections idle %d",
		sent, handled.Load(), uncertain.Load(), refused.Load(), runtime.NumGoroutine(), headgate.Idle(client))
	equal(t, headgate.InUse(client), 0)
	equal(t, consumer.InHand(), 0)
	client.Close()
	expectNoGoroutines(t)
}

const consumeAndHang = "HEADGATE_TEST_CONSUME"

// TestHelper_ConsumeAndHang is the process that TestReal_KilledConsumerGivesItsLeasesBack kills.
func TestHelper_ConsumeAndHang(t *testing.T) {
	topic := os.Getenv(consumeAndHang)
	if topic == "" {
		t.Skip("not the process of another test")
	}
	consumer, err := realClient(t).NewConsumer(topic, "g", func(context.Context, *headgate.Delivery) error {
		fmt.Println("holding")
		select {}
	}, headgate.ConsumerConfig{Concurrency: 5, Prefetch: -1, Lease: 2 * time.Second})
	ok(t, err)
	ok(t, consumer.Run(t.Context()))
}

func TestReal_KilledConsumerGivesItsLeasesBack(t *testing.T) {
	client, topic := realClient(t), fresh("killed")
	for n := range 5 {
		ok(t, sendTo(t, client, topic, fmt.Sprint(n), ""))
	}
	process := exec.Command(os.Args[0], "-test.run=^TestHelper_ConsumeAndHang$")
	process.Env = append(os.Environ(), consumeAndHang+"="+topic)
	out, err := process.StdoutPipe()
	ok(t, err)
	ok(t, process.Start())
	lines := bufio.NewScanner(out)
	for held := 0; held < 5; {
		if !lines.Scan() {
			t.Fatal("the consumer has ended")
		}
		if strings.HasPrefix(lines.Text(), "holding") {
			held++
		}
	}
	received, err := client.Receive(t.Context(), topic, "g", headgate.ReceiveOptions{Wait: 3 * time.Second})
	ok(t, err)
	equal(t, len(received.Deliveries), 0) // Renewed, for longer than a lease.
	kill(process)

	back := map[string]bool{}
	for range 5 {
		d := receiveOne(t, client, topic, "g", headgate.ReceiveOptions{})
		back[string(d.Body)] = d.Attempt == 2
		ok(t, d.Ack(t.Context()))
	}
	equal(t, fmt.Sprint(back), "map[0:true 1:true 2:true 3:true 4:true]")
}
