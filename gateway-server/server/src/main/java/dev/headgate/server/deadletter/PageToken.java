package dev.headgate.server.deadletter;

import dev.headgate.server.error.ErrorCode;
import dev.headgate.server.error.GatewayException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where browsing goes on, by partition. A partition that it does not name has come since, and is
 * shown from its front.
 */
record PageToken(String group, Map<String, Long> offsets) {
  private static final int MAX_LENGTH = 1 << 20;

  static PageToken of(String group, List<LetterCursor> cursors) {
    Map<String, Long> offsets = new HashMap<>();
    cursors.forEach(
        cursor -> offsets.put(key(cursor.cluster(), cursor.partition()), cursor.position()));
    return new PageToken(group, offsets);
  }

  /** Fails with INVALID_ARGUMENT. */
  static PageToken parse(String text, String group) {
    PageToken token = text.length() > MAX_LENGTH ? null : decoded(text);
    if (token == null) {
      throw new GatewayException(
          ErrorCode.INVALID_ARGUMENT,
          "page: malformed (expected: 'nextPage' of the page before, as it was given)");
    }
    if (!token.group().equals(group)) {
      throw new GatewayException(
          ErrorCode.INVALID_ARGUMENT,
          "page: of group '%s' (expected: 'nextPage' of a page of group '%s')"
              .formatted(token.group(), group));
    }
    return token;
  }

  /** Where to go on in the partition. */
  long from(String cluster, LetterPartition partition) {
    return offsets.getOrDefault(key(cluster, partition), 0L);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(group);
    offsets.forEach((key, offset) -> text.append('\n').append(key).append('@').append(offset));
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static @Nullable PageToken decoded(String text) {
    try {
      List<String> lines =
          new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8).lines().toList();
      if (lines.isEmpty() || !lines.get(0).matches("[A-Za-z0-9_%-]{1,120}")) {
        return null;
      }
      Map<String, Long> offsets = new HashMap<>();
      for (String line : lines.subList(1, lines.size())) {
        LetterId place = LetterId.parse(line);
        offsets.put(place.cluster() + ":" + place.partition(), place.offset());
      }
      return new PageToken(lines.get(0), offsets);
    } catch (IllegalArgumentException | GatewayException e) {
      return null;
    }
  }

  private static String key(String cluster, LetterPartition partition) {
    return cluster + ":" + partition.partition().id();
  }
}
