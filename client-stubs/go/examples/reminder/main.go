// Command reminder sends two delayed reminders, cancels one of them, and waits for the other.
//
//	go run ./examples/reminder [ADDRESS [TOPIC]]
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"os/signal"
	"time"

	"headgate.dev/go/headgate"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	address, topic := "localhost:9300", "reminders"
	if len(os.Args) > 1 {
		address = os.Args[1]
	}
	if len(os.Args) > 2 {
		topic = os.Args[2]
	}
	if err := run(ctx, address, topic, 2*time.Second); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, address, topic string, delay time.Duration) error {
	client, err := headgate.NewClient(headgate.Config{Addresses: address})
	if err != nil {
		return err
	}
	defer client.Close()
	producer := client.Producer()
	if _, err := producer.Send(ctx, topic, headgate.Message{Body: []byte("pay the baker"), Delay: delay}); err != nil {
		return err
	}
	paid, err := producer.Send(ctx, topic, headgate.Message{Body: []byte("pay the miller"), Delay: 2 * delay})
	if err != nil {
		return err
	}
	switch err := producer.Cancel(ctx, topic, paid.DelayHandle); {
	case errors.Is(err, headgate.NotFound):
		fmt.Println("too late to cancel")
	case err != nil:
		return err
	}

	sent := time.Now()
	for {
		received, err := client.Receive(ctx, topic, "clerk", headgate.ReceiveOptions{Wait: 20 * time.Second})
		if err != nil {
			return err
		}
		for _, d := range received.Deliveries {
			fmt.Printf("after %v: %s\n", time.Since(sent).Round(100*time.Millisecond), d.Body)
			if err := d.Ack(ctx); err != nil {
				return err
			}
		}
		if len(received.Deliveries) > 0 {
			return nil
		}
	}
}
