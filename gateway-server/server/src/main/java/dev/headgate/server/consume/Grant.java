package dev.headgate.server.consume;

import dev.headgate.engine.Header;
import dev.headgate.engine.Message;
import dev.headgate.engine.Position;
import dev.headgate.engine.StoredMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A lease as it was decided under the lock, to be signed and answered without it.
 *
 * @param message what was leased
 * @param stored its content, since the message lets go of it when it is settled
 * @param token of the lease
 * @param leaseFor how long it lives
 */
record Grant(InFlight message, StoredMessage stored, LeaseToken token, Duration leaseFor) {
  Delivery sign(LeaseSigner signer) {
    return new Delivery(
        signer.sign(token),
        leaseFor,
        token.attempt(),
        message.window.isRetryTopic() ? asFirstSent(stored.message()) : stored.message(),
        stored.storedAt(),
        new Position(token.partition(), token.offset()).toString());
  }

  /** Without what the gateway wrote into it for its own retries. */
  private static Message asFirstSent(Message message) {
    List<Header> headers = new ArrayList<>(message.headers().size());
    for (Header header : message.headers()) {
      if (!header.name().startsWith(Header.RESERVED_PREFIX)) {
        headers.add(header);
      }
    }
    return message.with(headers, null);
  }
}
