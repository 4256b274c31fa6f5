// Command matrix sends and receives messages from and to files, for the test of all client languages with each other.
//
//	matrix produce ADDRESS TOPIC FILE              sends every message of FILE, in order
//	matrix consume ADDRESS TOPIC GROUP COUNT FILE  receives and acks COUNT messages, and writes FILE
//
// FILE is JSON Lines, see line. It exits with 0 when done, with 1 and a text on standard error otherwise; consume gives up
// after 60 s without a message.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"

	"headgate.dev/go/headgate"
)

const patience = 60 * time.Second

func main() {
	if err := run(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "matrix:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	switch {
	case len(args) == 4 && args[0] == "produce":
		return produce(ctx, args[1], args[2], args[3])
	case len(args) == 6 && args[0] == "consume":
		count, err := strconv.Atoi(args[4])
		if err != nil || count < 1 {
			return fmt.Errorf("COUNT: %q (expected: a number from 1)", args[4])
		}
		return consume(ctx, args[1], args[2], args[3], count, args[5])
	default:
		return errors.New("usage: matrix produce ADDRESS TOPIC FILE | matrix consume ADDRESS TOPIC GROUP COUNT FILE")
	}
}

func produce(ctx context.Context, address, topic, file string) error {
	client, err := headgate.NewClient(headgate.Config{Addresses: address})
	if err != nil {
		return err
	}
	defer client.Close()
	in, err := os.Open(file)
	if err != nil {
		return err
	}
	defer in.Close()
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 64<<20)
	for number := 1; lines.Scan(); number++ {
		if len(lines.Bytes()) == 0 {
			continue
		}
		var l line
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			return fmt.Errorf("%s:%d: %w", file, number, err)
		}
		message := l.message()
		if l.Compress {
			message = client.Producer().Compress(message)
		}
		if _, err := client.Producer().Send(ctx, topic, message); err != nil {
			return fmt.Errorf("%s:%d: %w", file, number, err)
		}
	}
	return lines.Err()
}

func consume(ctx context.Context, address, topic, group string, count int, file string) error {
	client, err := headgate.NewClient(headgate.Config{Addresses: address})
	if err != nil {
		return err
	}
	defer client.Close()
	out, err := os.Create(file)
	if err != nil {
		return err
	}
	defer out.Close()

	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	giveUp := time.AfterFunc(patience, func() { cancel(fmt.Errorf("no message for %v", patience)) })
	defer giveUp.Stop()
	written := 0
	var failure error
	var consumer *headgate.Consumer
	handle := func(_ context.Context, d *headgate.Delivery) error {
		if written == count || failure != nil {
			return errors.New("not asked for")
		}
		giveUp.Reset(patience)
		text, err := json.Marshal(lineOf(d))
		if err == nil {
			_, err = out.Write(append(text, '\n'))
		}
		if err != nil {
			failure = err
			consumer.Stop()
			return err
		}
		if written++; written == count {
			consumer.Stop()
		}
		return nil
	}
	config := headgate.ConsumerConfig{Prefetch: -1, PollWait: time.Second} // One in hand: what comes after COUNT stays.
	if consumer, err = client.NewConsumer(topic, group, handle, config); err != nil {
		return err
	}
	if err := consumer.Run(ctx); err != nil {
		return err
	}
	if failure == nil && written < count {
		failure = fmt.Errorf("%d of %d messages: %w", written, count, context.Cause(ctx))
		if last := consumer.LastFailure(); last != nil {
			failure = fmt.Errorf("%w; the last failure: %w", failure, last)
		}
	}
	return errors.Join(failure, out.Close())
}
