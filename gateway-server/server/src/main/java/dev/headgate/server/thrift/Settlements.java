package dev.headgate.server.thrift;

import dev.headgate.engine.Bytes;
import dev.headgate.idl.gateway.SettleResponse;
import dev.headgate.idl.gateway.SettleResult;
import dev.headgate.server.consume.SettleStatus;
import dev.headgate.server.consume.Settled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Leases and their answers, as the contract writes them and the core sees them. */
final class Settlements {
  private static final int MAX_REASON_BYTES = 1024;

  private Settlements() {}

  /** A copy of the token, so that it does not keep its request in memory. */
  static byte[] lease(ByteBuffer token) {
    return Bytes.of(token).toArray();
  }

  /** At most 1 KiB of it, without a broken character at the end. */
  static @Nullable String cutReason(@Nullable String reason) {
    if (reason == null || reason.length() * 3 <= MAX_REASON_BYTES) {
      return reason;
    }
    byte[] bytes = reason.getBytes(StandardCharsets.UTF_8);
    if (bytes.length <= MAX_REASON_BYTES) {
      return reason;
    }
    int end = MAX_REASON_BYTES;
    while (end > 0 && (bytes[end] & 0xc0) == 0x80) {
      end--;
    }
    return new String(Arrays.copyOf(bytes, end), StandardCharsets.UTF_8);
  }

  static SettleResponse toResponse(List<Settled> settled) {
    return toResponse(settled, false);
  }

  static SettleResponse toExtendResponse(List<Settled> settled) {
    return toResponse(settled, true);
  }

  private static SettleResponse toResponse(List<Settled> settled, boolean extended) {
    List<SettleResult> results = new ArrayList<>(settled.size());
    for (Settled one : settled) {
      SettleResult result = new SettleResult();
      result.setStatus(status(one.status()));
      if (one.status() == SettleStatus.DONE) {
        if (extended) {
          result.setLeaseMillis(one.leaseFor().toMillis());
        }
      } else if (!one.text().isEmpty()) {
        result.setMessage(one.text());
      }
      results.add(result);
    }
    return new SettleResponse(results);
  }

  private static dev.headgate.idl.gateway.SettleStatus status(SettleStatus status) {
    return switch (status) {
      case DONE -> dev.headgate.idl.gateway.SettleStatus.DONE;
      case EXPIRED -> dev.headgate.idl.gateway.SettleStatus.EXPIRED;
      case FENCED -> dev.headgate.idl.gateway.SettleStatus.FENCED;
      case UNKNOWN -> dev.headgate.idl.gateway.SettleStatus.UNKNOWN;
      case UNAVAILABLE -> dev.headgate.idl.gateway.SettleStatus.UNAVAILABLE;
    };
  }
}
