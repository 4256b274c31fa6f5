package dev.headgate.engine.testkit;

import dev.headgate.engine.Message;
import dev.headgate.engine.OwnedPartition;
import dev.headgate.engine.StoredMessage;
import java.time.Instant;

/** A message that a {@link Member} got: by which ownership, and when. */
record Received(OwnedPartition owned, StoredMessage stored, Instant at) {
  Message message() {
    return stored.message();
  }

  String body() {
    return message().body().toUtf8();
  }
}
