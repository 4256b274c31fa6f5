package dev.headgate.server.consume;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs leases and opens them again: one version byte, the token, and the first 16 bytes of its
 * HMAC-SHA-256. All nodes of a fleet share the secret; a lease is no secret itself, but cannot be
 * made up or altered. Thread-safe.
 */
public final class LeaseSigner {
  private static final byte VERSION = 1;
  private static final int TAG_BYTES = 16;
  private static final int MIN_SECRET_BYTES = 16;
  private static final String ALGORITHM = "HmacSHA256";

  private final ThreadLocal<Mac> macs;

  /** With a secret of at least 16 bytes. */
  public LeaseSigner(byte[] secret) {
    if (secret.length < MIN_SECRET_BYTES) {
      throw new IllegalArgumentException(
          "lease secret: "
              + secret.length
              + " bytes (expected: at least "
              + MIN_SECRET_BYTES
              + ")");
    }
    SecretKeySpec key = new SecretKeySpec(secret, ALGORITHM);
    macs = ThreadLocal.withInitial(() -> newMac(key));
  }

  byte[] sign(LeaseToken token) {
    byte[] body = token.encode();
    byte[] lease = new byte[1 + body.length + TAG_BYTES];
    lease[0] = VERSION;
    System.arraycopy(body, 0, lease, 1, body.length);
    System.arraycopy(tag(lease, 1 + body.length), 0, lease, 1 + body.length, TAG_BYTES);
    return lease;
  }

  /** Empty when the bytes are no lease that was signed with this secret. */
  Optional<LeaseToken> open(byte[] lease) {
    int signed = lease.length - TAG_BYTES;
    if (signed < 1 || lease[0] != VERSION) {
      return Optional.empty();
    }
    byte[] expected = Arrays.copyOf(tag(lease, signed), TAG_BYTES);
    byte[] given = Arrays.copyOfRange(lease, signed, lease.length);
    if (!MessageDigest.isEqual(expected, given)) {
      return Optional.empty();
    }
    return Optional.of(LeaseToken.decode(ByteBuffer.wrap(lease, 1, signed - 1)));
  }

  private byte[] tag(byte[] bytes, int length) {
    Mac mac = macs.get();
    mac.update(bytes, 0, length);
    return mac.doFinal();
  }

  private static Mac newMac(SecretKeySpec key) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
    }
  }
}
