package dev.headgate.launcher;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.headgate.client.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An object for scripts: one line, keys in the order in which they were put, nulls left out. */
final class Json {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Map<String, Object> fields = new LinkedHashMap<>();

  Json put(String name, @Nullable Object value) {
    if (value != null) {
      fields.put(name, value instanceof Json json ? json.fields : value);
    }
    return this;
  }

  /** As text under the name where it is UTF-8, else under the name with {@code Base64} behind. */
  Json putBytes(String name, @Nullable Bytes value) {
    if (value == null) {
      return this;
    }
    String text = text(value);
    return text == null ? put(name + "Base64", value.toByteArray()) : put(name, text);
  }

  /** The fields, to stand in a list. */
  Map<String, Object> fields() {
    return fields;
  }

  @Override
  public String toString() {
    try {
      return MAPPER.writeValueAsString(fields);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("texts, numbers and lists can always be written", e);
    }
  }

  private static @Nullable String text(Bytes bytes) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }
}
