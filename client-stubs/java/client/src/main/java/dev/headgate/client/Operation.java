package dev.headgate.client;

/** A call of the contract and whether repeating it is harmless. */
enum Operation {
  VERSION(true),
  SEND(false),
  SEND_BATCH(false),
  /** A repeated cancel answers NOT_FOUND, which would hide that the first one worked. */
  CANCEL(false),
  PREPARE(false),
  COMMIT(true),
  ROLLBACK(true),
  /** A lost answer leaves checks that the engine asks again. */
  PENDING_CHECKS(true),
  /** A lost answer leaves leases that expire; the messages come back. */
  RECEIVE(true),
  ACK(true),
  /** A lease is settled once; a repeated nack finds it gone and changes nothing. */
  NACK(true),
  EXTEND(true),
  SEEK(true),
  LIST_TOPICS(true),
  DESCRIBE_TOPIC(true),
  CREATE_TOPIC(true),
  DELETE_TOPIC(false),
  LIST_GROUPS(true),
  BROWSE_DEAD_LETTERS(true),
  REPLAY_DEAD_LETTERS(false),
  PURGE_DEAD_LETTERS(false),
  DRAIN(true),
  CONFIG(true);

  private final boolean repeatable;

  Operation(boolean repeatable) {
    this.repeatable = repeatable;
  }

  boolean repeatable() {
    return repeatable;
  }
}
