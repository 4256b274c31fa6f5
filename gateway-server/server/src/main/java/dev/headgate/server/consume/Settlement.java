package dev.headgate.server.consume;

import dev.headgate.server.consume.InFlight.State;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answers acks, nacks and extends (D15). A lease of this run and this ownership of the partition is
 * compared with the message's own lease; one from before (another node, a run that crashed, an
 * ownership that has moved) settles its message only while nobody here has been given that message
 * (D16, D20).
 */
final class Settlement {
  private static final int MAX_AHEAD = 100_000;

  private final Subscription subscription;

  Settlement(Subscription subscription) {
    this.subscription = subscription;
  }

  /** What a client asks for one lease. */
  sealed interface Request {
    LeaseToken token();

    /** Done for good. */
    record Ack(LeaseToken token) implements Request {}

    /** Back, after the delay, or the group's back-off for null. */
    record GiveBack(LeaseToken token, @Nullable Duration delay, String reason) implements Request {}

    /** Longer, counted from now. */
    record Extend(LeaseToken token, Duration lease) implements Request {}
  }

  /**
   * Settles all under one lock; the partitions of all of them are owned here, or are answered
   * UNAVAILABLE.
   */
  void settle(List<Request> requests, Settled[] answers, int[] places) {
    subscription.run(
        effects -> {
          for (int i = 0; i < requests.size(); i++) {
            answers[places[i]] = settle(requests.get(i), effects);
          }
          subscription.edgeMayHaveMoved();
          subscription.afterSettling(effects);
        });
  }

  private Settled settle(Request request, Effects effects) {
    LeaseToken token = request.token();
    PartitionWindow window = subscription.owned().find(token.partition());
    if (window == null) {
      return new Settled(
          SettleStatus.UNAVAILABLE,
          "partition " + token.partition() + " is not owned by this node now; try again",
          Duration.ZERO);
    }
    if (subscription.isFenced(token) && !window.isRetryTopic()) {
      return fenced("the group has been moved since");
    }
    InFlight message = window.find(token.offset());
    boolean ours =
        token.incarnation() == subscription.context().incarnation()
            && token.epoch() == window.owned().epoch();
    return ours
        ? settleOurs(request, message, effects)
        : settleFromBefore(request, window, message, effects);
  }

  // ---------------------------------------------------------------------------------- leases of
  // this ownership

  private Settled settleOurs(Request request, @Nullable InFlight message, Effects effects) {
    LeaseToken token = request.token();
    if (message == null || message.state == State.DONE || message.serial != token.serial()) {
      if (request instanceof Request.Ack
          && subscription.context().serials().wasAcknowledged(token.serial())) {
        return Settled.DONE;
      }
      boolean over = subscription.timer().millis() >= token.expiresAtMillis();
      boolean gone = message == null || message.state == State.DONE;
      return gone && over
          ? expired("the lease has ended, and the message is settled or waits in the retry topic")
          : fenced("the message has been given to another, or is settled");
    }
    if (message.state != State.LEASED) {
      return expired("the lease has ended; the message is, or will be, delivered again");
    }
    long now = subscription.timer().monotonicMillis();
    if (now >= message.atMillis) {
      subscription.returns().expire(message, effects);
      return expired("the lease ended " + (now - message.atMillis) + " ms ago");
    }
    if (request instanceof Request.Extend extend) {
      return extend(message, extend.lease(), now);
    }
    subscription.closeLease(message);
    if (request instanceof Request.GiveBack back) {
      subscription.metrics().nacked();
      subscription.traceSettled(message, "nack");
      subscription.returns().comeBack(message, back.delay(), back.reason(), effects);
    } else {
      done(message, token, effects);
    }
    return Settled.DONE;
  }

  private Settled extend(InFlight message, Duration lease, long now) {
    message.atMillis = Math.min(now + lease.toMillis(), message.maxLeaseEndMillis);
    subscription.returns().reschedule(message);
    return new Settled(SettleStatus.DONE, "", Duration.ofMillis(message.atMillis - now));
  }

  private void done(InFlight message, LeaseToken token, Effects effects) {
    subscription.context().serials().acknowledged(token.serial());
    subscription.metrics().acked(subscription.heldMillis(message));
    subscription.traceSettled(message, "ack");
    subscription.finish(message, effects);
  }

  // ---------------------------------------------------------------------------------- leases from
  // before

  private Settled settleFromBefore(
      Request request, PartitionWindow window, @Nullable InFlight message, Effects effects) {
    LeaseToken token = request.token();
    if (request instanceof Request.Extend) {
      return fenced("the partition has moved; the message is, or will be, delivered again");
    }
    if (subscription.timer().millis() >= token.expiresAtMillis()) {
      return expired("the lease ended before the partition moved here");
    }
    boolean ack = request instanceof Request.Ack;
    if (token.offset() < window.startOffset()) {
      return ack ? Settled.DONE : fenced("the message is settled");
    }
    if (token.offset() >= window.readOffset()) {
      return ack ? settleAhead(window, token) : fenced("the message is delivered again");
    }
    if (message == null || message.state == State.DONE || message.firstLeasedMillis != 0) {
      return fenced("the partition has moved, and the message has been given to another");
    }
    if (message.fingerprint() != token.fingerprint()) {
      return fenced("another message lies there now: the topic was made anew, or has moved");
    }
    if (request instanceof Request.GiveBack back) {
      giveBackFromBefore(message, back);
    } else {
      subscription.metrics().ackedFromBefore();
      subscription.finish(message, effects);
    }
    return Settled.DONE;
  }

  private static Settled settleAhead(PartitionWindow window, LeaseToken token) {
    if (window.settledAheadCount() >= MAX_AHEAD) {
      return new Settled(
          SettleStatus.UNAVAILABLE, "the node is still catching up; try again", Duration.ZERO);
    }
    window.settleAhead(token.offset(), token.fingerprint());
    return Settled.DONE;
  }

  /** Nobody here has seen the message: it only takes over the attempts that it has had. */
  private static void giveBackFromBefore(InFlight message, Request.GiveBack back) {
    message.attempts = Math.max(message.attempts, back.token().attempt());
    message.lastReason = back.reason();
  }

  private static Settled expired(String text) {
    return new Settled(SettleStatus.EXPIRED, text, Duration.ZERO);
  }

  private static Settled fenced(String text) {
    return new Settled(SettleStatus.FENCED, text, Duration.ZERO);
  }
}
