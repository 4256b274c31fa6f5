// Command orders is an order pipeline: orders go to the kitchen, in order for each customer, and what is baked goes on to
// delivery. Both stages are here; in earnest each is a service of its own.
//
//	go run ./examples/orders [ADDRESS [TOPIC]]
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"os/signal"
	"sync"
	"time"

	"headgate.dev/go/headgate"
)

const customers, ordersEach = 3, 2

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	address, topic := "localhost:9300", "ordered-pizzas"
	if len(os.Args) > 1 {
		address = os.Args[1]
	}
	if len(os.Args) > 2 {
		topic = os.Args[2]
	}
	if err := run(ctx, address, topic); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, address, topic string) error {
	client, err := headgate.NewClient(headgate.Config{Addresses: address})
	if err != nil {
		return err
	}
	defer client.Close()
	if err := order(ctx, client, topic); err != nil {
		return err
	}

	kitchen, err := client.NewConsumer(topic, "kitchen", func(ctx context.Context, d *headgate.Delivery) error {
		return bake(ctx, client.Producer(), topic+"-baked", d)
	}, headgate.ConsumerConfig{Concurrency: customers, PollWait: time.Second})
	if err != nil {
		return err
	}
	ctx, done := context.WithCancel(ctx)
	defer done()
	left := customers * ordersEach
	delivery, err := client.NewConsumer(topic+"-baked", "delivery", func(_ context.Context, d *headgate.Delivery) error {
		fmt.Printf("delivered %s to %s\n", d.Body, d.Key)
		if left--; left == 0 {
			done()
		}
		return nil
	}, headgate.ConsumerConfig{PollWait: time.Second})
	if err != nil {
		return err
	}

	var stages sync.WaitGroup
	var failures [2]error
	stages.Go(func() { failures[0] = kitchen.Run(ctx) })
	stages.Go(func() { failures[1] = delivery.Run(ctx) })
	stages.Wait()
	return errors.Join(failures[:]...)
}

// order sends the orders of all customers in one call. Each is answered for itself.
func order(ctx context.Context, client *headgate.Client, topic string) error {
	var orders []headgate.Message
	for n := 1; n <= ordersEach; n++ {
		for c := 1; c <= customers; c++ {
			orders = append(orders, headgate.Message{
				Key:  fmt.Appendf(nil, "customer-%d", c),
				Body: fmt.Appendf(nil, "pizza %d", n),
			})
		}
	}
	outcomes, err := client.Producer().SendBatch(ctx, topic, orders)
	for _, outcome := range outcomes {
		err = errors.Join(err, outcome.Err)
	}
	return err
}

// bake burns each customer's first pizza once: it is baked again before the customer's next one is begun.
func bake(ctx context.Context, producer *headgate.Producer, next string, d *headgate.Delivery) error {
	if d.Attempt == 1 && string(d.Body) == "pizza 1" {
		return headgate.RetryLater(300*time.Millisecond, "burnt")
	}
	fmt.Printf("baked %s for %s at attempt %d\n", d.Body, d.Key, d.Attempt)
	// A repeated attempt may send twice. That is at least once; delivery looks at the id of the order, if it must not.
	_, err := producer.Send(ctx, next, headgate.Message{Key: d.Key, Body: d.Body}, headgate.RetryUncertain())
	return err
}
