package dev.headgate.server.thrift;

import com.google.common.base.Utf8;
import dev.headgate.idl.gateway.Edge;
import dev.headgate.server.consume.SeekTarget;
import dev.headgate.server.error.ErrorCode;
import dev.headgate.server.error.GatewayException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks of arguments against the limits of the contract: each fails with INVALID_ARGUMENT. */
final class Arguments {
  private static final int MAX_ENTRIES = 1_000;

  private Arguments() {}

  static GatewayException invalid(String text) {
    return new GatewayException(ErrorCode.INVALID_ARGUMENT, text);
  }

  static void within(String field, long value, long least, long most) {
    if (value < least || value > most) {
      throw invalid(field + ": " + value + " (expected: " + least + " to " + most + ")");
    }
  }

  static void atMostBytes(String field, @Nullable String value, int most) {
    // No character takes more than three bytes in UTF-8, so most values need no counting.
    if (value == null || value.length() * 3 <= most) {
      return;
    }
    int length = utf8Length(value);
    if (length > most) {
      throw invalid(field + ": " + length + " bytes (expected: at most " + most + ")");
    }
  }

  private static int utf8Length(String value) {
    try {
      return Utf8.encodedLength(value);
    } catch (IllegalArgumentException unpairedSurrogate) {
      return value.length() * 3;
    }
  }

  /** Of exactly one kind, which this version knows. */
  static SeekTarget seekTarget(dev.headgate.idl.gateway.SeekTarget target) {
    if (target.isSetTimestampMillis()) {
      return new SeekTarget.At(Instant.ofEpochMilli(target.getTimestampMillis()));
    }
    if (target.isSetPosition()) {
      return new SeekTarget.To(target.getPosition());
    }
    if (target.isSetEdge() && target.getEdge() == Edge.START) {
      return new SeekTarget.Start();
    }
    if (target.isSetEdge() && target.getEdge() == Edge.END) {
      return new SeekTarget.End();
    }
    throw invalid("target: empty, or of a kind that this gateway version does not know");
  }

  static <T> List<T> entries(String field, List<T> values) {
    within(field + ": number of entries", values.size(), 1, MAX_ENTRIES);
    return values;
  }
}
