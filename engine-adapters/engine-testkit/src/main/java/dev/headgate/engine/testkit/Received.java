package dev.headgate.engine.testkit;

import dev.headgate.engine.Message;
import dev.headgate.engine.OwnedPartition;
import dev.headgate.engine.StoredMessage;

/** A message that a {@link Member} got, and by which ownership. */
record Received(OwnedPartition owned, StoredMessage stored) {
  Message message() {
    return stored.message();
  }

  String body() {
    return message().body().toUtf8();
  }
}
