package dev.headgate.client;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A group on a topic.
 *
 * @param group its name
 * @param topic what it consumes
 * @param lagMessages messages that it has not settled, over all partitions
 * @param lagTime age of the oldest unsettled message; null where the engine cannot tell
 * @param partitions lag of each
 * @param inFlight leases that are open on the answering node
 * @param parked receives parked on the answering node
 * @param clients seen on the answering node within the last minute
 */
public record GroupInfo(
    String group,
    String topic,
    long lagMessages,
    @Nullable Duration lagTime,
    List<PartitionLag> partitions,
    int inFlight,
    int parked,
    List<String> clients) {
  public GroupInfo {
    partitions = List.copyOf(partitions);
    clients = List.copyOf(clients);
  }
}
