package dev.headgate.server.consume;

import dev.headgate.server.auth.Caller;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Receiving, as the edge sees it. Never blocks, never throws: stages fail with {@link
 * dev.headgate.server.error.GatewayException} only, and complete on an engine's thread, a timer's,
 * or the caller's.
 */
public interface ConsumeService {
  /** Leases messages, or parks. */
  PendingReceive receive(Caller caller, ReceiveCommand command, long deadlineNanos);

  /** Settles for good (D11); as many answers as leases, in their order. */
  CompletionStage<List<Settled>> ack(Caller caller, List<byte[]> leases, long deadlineNanos);

  /** Gives back (D12). */
  CompletionStage<List<Settled>> nack(Caller caller, List<Nack> nacks, long deadlineNanos);

  /** Prolongs (D14); {@code lease} null for the group's. */
  CompletionStage<List<Settled>> extend(
      Caller caller, List<byte[]> leases, @Nullable Duration lease, long deadlineNanos);

  /** Moves the whole group (D24); clients that run go on from there. */
  CompletionStage<Void> seek(
      Caller caller, String topic, String group, SeekTarget target, long deadlineNanos);

  /** Which nodes own partitions of the subscription, best first. */
  CompletionStage<List<Node>> locate(Caller caller, String topic, String group, long deadlineNanos);

  /**
   * A node of the fleet.
   *
   * @param name its configured name
   * @param address {@code host:port} of the Thrift port
   * @param partitions how many partitions of the subscription it owns
   */
  record Node(String name, String address, int partitions) {}
}
