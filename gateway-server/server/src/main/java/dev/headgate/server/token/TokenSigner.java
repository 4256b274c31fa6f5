package dev.headgate.server.token;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs tokens and opens them again: one byte for the kind, the body, and the first 16 bytes of
 * their HMAC-SHA-256. All nodes of a fleet share the secret; a token is no secret itself, but
 * cannot be made up or altered. Thread-safe.
 */
public final class TokenSigner {
  private static final int TAG_BYTES = 16;
  private static final int MIN_SECRET_BYTES = 16;
  private static final String ALGORITHM = "HmacSHA256";

  private final ThreadLocal<Mac> macs;

  /** With a secret of at least 16 bytes. */
  public TokenSigner(byte[] secret) {
    if (secret.length < MIN_SECRET_BYTES) {
      throw new IllegalArgumentException(
          "token secret: "
              + secret.length
              + " bytes (expected: at least "
              + MIN_SECRET_BYTES
              + ")");
    }
    SecretKeySpec key = new SecretKeySpec(secret, ALGORITHM);
    macs = ThreadLocal.withInitial(() -> newMac(key));
  }

  /** The token. */
  public byte[] sign(TokenKind kind, byte[] body) {
    byte[] token = new byte[1 + body.length + TAG_BYTES];
    token[0] = kind.number();
    System.arraycopy(body, 0, token, 1, body.length);
    System.arraycopy(tag(token, 1 + body.length), 0, token, 1 + body.length, TAG_BYTES);
    return token;
  }

  /** The body; empty when the bytes are no token of this kind that was signed with this secret. */
  public Optional<byte[]> open(TokenKind kind, byte[] token) {
    int signed = token.length - TAG_BYTES;
    if (signed < 1 || token[0] != kind.number()) {
      return Optional.empty();
    }
    byte[] expected = Arrays.copyOf(tag(token, signed), TAG_BYTES);
    byte[] given = Arrays.copyOfRange(token, signed, token.length);
    return MessageDigest.isEqual(expected, given)
        ? Optional.of(Arrays.copyOfRange(token, 1, signed))
        : Optional.empty();
  }

  /** The token as text: letters, digits, '-' and '_'. */
  public String signText(TokenKind kind, byte[] body) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(sign(kind, body));
  }

  /** As {@link #open}, of a token as text. */
  public Optional<byte[]> openText(TokenKind kind, String token) {
    try {
      return open(kind, Base64.getUrlDecoder().decode(token.getBytes(StandardCharsets.ISO_8859_1)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
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
