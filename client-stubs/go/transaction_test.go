package headgate_test

import (
	"context"
	"errors"
	"testing"
	"time"

	headgate "headgate.dev/go/headgate"
	"headgate.dev/go/headgate/internal/fakegateway"
)

func TestD31_PreparedMessageIsSeenWhenItIsCommitted(t *testing.T) {
	g := startGateway(t)
	producer := openClient(t, g.Address()).Producer()
	kept, err := producer.Prepare(t.Context(), "t", "shop", headgate.Message{Body: []byte("kept"), Key: []byte("k")})
	ok(t, err)
	dropped, err := producer.Prepare(t.Context(), "t", "shop", headgate.Message{Body: []byte("dropped")})
	ok(t, err)
	equal(t, len(g.Topic.Stored()), 0)
	checks, err := producer.PendingChecks(t.Context(), "shop", headgate.ChecksOptions{Wait: time.Second})
	ok(t, err)
	equal(t, len(checks), 2)

	ok(t, producer.Commit(t.Context(), kept.TransactionID))
	ok(t, producer.Rollback(t.Context(), dropped.TransactionID))

	equal(t, string(g.Topic.Stored()[0].Body), "kept")
	equal(t, errors.Is(producer.Commit(t.Context(), dropped.TransactionID), headgate.NotFound), true)
}

func TestD31_ChecksAreAnswered(t *testing.T) {
	g := startGateway(t)
	producer := openClient(t, g.Address()).Producer()
	for _, body := range []string{"commit", "rollback", "undecided", string(make([]byte, 9000))} {
		_, err := producer.Prepare(t.Context(), "t", "shop", headgate.Message{Body: []byte(body)})
		ok(t, err)
	}
	g.Topic.Fail(fakegateway.Failure(301, false, notApplied))
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	rounds := 0

	go func() {
		defer close(ended)
		producer.AnswerChecks(ctx, "shop", func(_ context.Context, c headgate.Check) (headgate.Verdict, error) {
			switch {
			case string(c.Body) == "commit" || len(c.Body) == 9000:
				return headgate.Commit, nil
			case string(c.Body) == "rollback":
				return headgate.Rollback, nil
			default:
				if rounds++; rounds == 3 {
					return headgate.Rollback, nil
				}
				return headgate.Undecided, errors.New("the database is away")
			}
		})
	}()

	until(t, "all answered", func() bool {
		checks, err := producer.PendingChecks(t.Context(), "shop", headgate.ChecksOptions{})
		return err == nil && len(checks) == 0
	})
	cancel()
	<-ended
	equal(t, len(g.Topic.Stored()), 2)
	equal(t, rounds, 3)
}
