package dev.headgate.server.token;

/** What a token is for; one of a kind is never taken for another. */
public enum TokenKind {
  /** A message that is leased to a consumer. */
  LEASE(1),
  /** A delayed message that can be cancelled. */
  DELAYED_MESSAGE(2),
  /** A prepared message. */
  TRANSACTION(3);

  private final byte number;

  TokenKind(int number) {
    this.number = (byte) number;
  }

  /** The first byte of the token; never reused. */
  byte number() {
    return number;
  }
}
