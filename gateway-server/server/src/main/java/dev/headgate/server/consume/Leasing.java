package dev.headgate.server.consume;

import dev.headgate.server.consume.InFlight.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns messages that are ready into leases (D10). Guarded by the subscription's lock; leases are
 * signed, and clients answered, without it.
 */
final class Leasing {
  private final Subscription subscription;

  Leasing(Subscription subscription) {
    this.subscription = subscription;
  }

  /** Answers the receive with what is ready, up to so many and to the bytes that it asks for. */
  void lease(ParkedReceive receive, int maxMessages, Effects effects) {
    List<Grant> grants = new ArrayList<>(Math.min(maxMessages, 64));
    long bytes = 0;
    while (grants.size() < maxMessages) {
      Dispatch dispatch = subscription.owned().nextReady();
      InFlight message = dispatch == null ? null : dispatch.peek();
      if (dispatch == null || message == null) {
        break;
      }
      if (!grants.isEmpty() && bytes + message.size > receive.maxBytes) {
        break;
      }
      bytes += message.size;
      grants.add(grant(dispatch.take(), receive.lease));
    }
    receive.grants = grants;
    effects.add(() -> answer(receive, grants));
  }

  private Grant grant(InFlight message, Duration lease) {
    long now = subscription.timer().monotonicMillis();
    long leaseMillis = Math.min(lease.toMillis(), subscription.policy().maxLease().toMillis());
    message.state = State.LEASED;
    message.attempts++;
    message.serial = subscription.context().serials().take();
    message.atMillis = now + leaseMillis;
    message.leasedMillis = now;
    message.maxLeaseEndMillis = now + subscription.policy().maxLease().toMillis();
    if (message.firstLeasedMillis == 0) {
      message.firstLeasedMillis = now;
    }
    message.window.openLeases++;
    long wallMillis = subscription.timer().millis();
    long waitedMillis = wallMillis - message.stored().storedAt().toEpochMilli();
    subscription.metrics().leased(message.attempts, waitedMillis);
    subscription
        .context()
        .trace()
        .delivered(
            subscription.key().topic(),
            subscription.key().group(),
            message.stored().message(),
            message.attempts,
            waitedMillis);
    subscription.returns().schedule(message);
    LeaseToken token =
        new LeaseToken(
            subscription.context().incarnation(),
            message.window.owned().epoch(),
            message.serial,
            wallMillis + leaseMillis,
            message.attempts,
            subscription.key().topic(),
            subscription.key().group(),
            message.window.partition(),
            message.offset,
            message.fingerprint());
    return new Grant(message, message.stored(), token, Duration.ofMillis(leaseMillis));
  }

  private void answer(ParkedReceive receive, List<Grant> grants) {
    List<Delivery> deliveries = new ArrayList<>(grants.size());
    for (Grant grant : grants) {
      deliveries.add(grant.sign(subscription.context().signer()));
    }
    receive.complete(new Received(deliveries, Duration.ZERO, false));
  }
}
