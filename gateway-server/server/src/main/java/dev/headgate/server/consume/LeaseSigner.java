package dev.headgate.server.consume;

import dev.headgate.server.token.TokenKind;
import dev.headgate.server.token.TokenSigner;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Signs leases and opens them again, on any node of the fleet (D16). Thread-safe. */
public final class LeaseSigner {
  private final TokenSigner tokens;

  /** With a secret of at least 16 bytes, which all nodes of a fleet share. */
  public LeaseSigner(byte[] secret) {
    this.tokens = new TokenSigner(secret);
  }

  byte[] sign(LeaseToken token) {
    return tokens.sign(TokenKind.LEASE, token.encode());
  }

  /** Empty when the bytes are no lease that was signed with this secret. */
  Optional<LeaseToken> open(byte[] lease) {
    return tokens
        .open(TokenKind.LEASE, lease)
        .map(body -> LeaseToken.decode(ByteBuffer.wrap(body)));
  }
}
