package dev.headgate.client;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * W3C trace context, as it stands in headers.
 *
 * @param traceparent version, trace id, span id and flags; null: none
 * @param tracestate what tracing systems add; not sent with a call over 512 characters; null: none
 * @param baggage goes with messages only; null: none
 */
public record TraceContext(
    @Nullable String traceparent, @Nullable String tracestate, @Nullable String baggage) {
  /** No trace. */
  public static final TraceContext NONE = new TraceContext(null, null, null);

  private static final String TRACEPARENT = "traceparent";
  private static final String TRACESTATE = "tracestate";
  private static final String BAGGAGE = "baggage";

  /** What a message has brought. */
  public static TraceContext of(Message message) {
    return new TraceContext(
        text(message, TRACEPARENT), text(message, TRACESTATE), text(message, BAGGAGE));
  }

  /** From headers by their lower-case names; others are not looked at. */
  public static TraceContext ofHeaders(Map<String, String> headers) {
    return new TraceContext(
        headers.get(TRACEPARENT), headers.get(TRACESTATE), headers.get(BAGGAGE));
  }

  /** The headers that are there, by their lower-case names. */
  public Map<String, String> headers() {
    Map<String, String> headers = new LinkedHashMap<>();
    put(headers, TRACEPARENT, traceparent);
    put(headers, TRACESTATE, tracestate);
    put(headers, BAGGAGE, baggage);
    return headers;
  }

  /** Whether there is nothing in it. */
  public boolean isEmpty() {
    return traceparent == null && tracestate == null && baggage == null;
  }

  /** The message with this among its headers; one that has a trace goes on unchanged. */
  Message on(Message message) {
    if (isEmpty() || message.header(TRACEPARENT).isPresent()) {
      return message;
    }
    Message.Builder builder = message.toBuilder();
    headers()
        .forEach(
            (name, value) -> {
              if (message.header(name).isEmpty()) {
                builder.header(name, value);
              }
            });
    return builder.build();
  }

  private static @Nullable String text(Message message, String name) {
    for (Header header : message.headers()) {
      Bytes value = header.value();
      if (header.name().equalsIgnoreCase(name) && value != null && !value.isEmpty()) {
        return value.utf8();
      }
    }
    return null;
  }

  private static void put(Map<String, String> headers, String name, @Nullable String value) {
    if (value != null) {
      headers.put(name, value);
    }
  }
}
