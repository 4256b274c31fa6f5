package dev.headgate.server.consume;

import dev.headgate.engine.OwnedPartition;
import dev.headgate.engine.Partition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is in flight of one partition, in order of offset: from the first unsettled message to the
 * read position. Acks come in any order; the contiguous edge, before which everything is settled,
 * is what may be committed (D11). Guarded by the subscription's lock.
 */
final class PartitionWindow {
  private static final int FIRST_CAPACITY = 8;

  private final OwnedPartition owned;
  private final boolean retryTopic;
  private final Dispatch dispatch;

  // A ring in order of offset: [head, head + size).
  private @Nullable InFlight[] ring = new @Nullable InFlight[FIRST_CAPACITY];
  private int head;
  private int size;

  private final long startOffset;
  private long readOffset;
  private long committedOffset;
  private long endOffset = -1;
  // By offset, with the fingerprint of the message that is to lie there; null while there is none.
  private @Nullable Map<Long, Long> settledAhead;

  /** Leases that are open. */
  int openLeases;

  /** Messages being written to the retry or dead-letter topic. */
  int moving;

  /** No message of it is leased any more. */
  boolean closing;

  /**
   * An empty window.
   *
   * @param startOffset where to read from: the group's position, or an earlier place where the
   *     engine holds it no more
   */
  PartitionWindow(OwnedPartition owned, boolean retryTopic, Dispatch dispatch, long startOffset) {
    this.owned = owned;
    this.retryTopic = retryTopic;
    this.dispatch = dispatch;
    this.startOffset = startOffset;
    this.readOffset = startOffset;
    this.committedOffset = startOffset;
  }

  long startOffset() {
    return startOffset;
  }

  Partition partition() {
    return owned.partition();
  }

  OwnedPartition owned() {
    return owned;
  }

  /** Whether it is a partition of the group's retry topic. */
  boolean isRetryTopic() {
    return retryTopic;
  }

  Dispatch dispatch() {
    return dispatch;
  }

  /** Where to fetch next. */
  long readOffset() {
    return readOffset;
  }

  void readOffset(long offset) {
    readOffset = offset;
  }

  /** Where the partition ends, as the engine says; -1 where it does not. */
  void endOffset(long offset) {
    endOffset = Math.max(endOffset, offset);
  }

  /** Messages from the edge to the end of the partition, as far as that is known. */
  long lag() {
    return Math.max(endOffset, readOffset) - edge();
  }

  /** Messages between edge and read position, settled ones among them. */
  int span() {
    return size;
  }

  /**
   * Adds the next message; false when it was settled ahead of being read, by a lease from before
   * (D16).
   */
  boolean add(InFlight message) {
    if (size == ring.length) {
      grow();
    }
    ring[(head + size) & (ring.length - 1)] = message;
    size++;
    Long settled = settledAhead == null ? null : settledAhead.remove(message.offset);
    return settled == null || settled != message.fingerprint();
  }

  /** Remembers the ack of a message that is yet to be read. */
  void settleAhead(long offset, long fingerprint) {
    Map<Long, Long> ahead = settledAhead;
    if (ahead == null) {
      ahead = new HashMap<>();
      settledAhead = ahead;
    }
    ahead.put(offset, fingerprint);
  }

  int settledAheadCount() {
    return settledAhead == null ? 0 : settledAhead.size();
  }

  /** The message at the offset, settled or not; null when it is not in the window. */
  @Nullable InFlight find(long offset) {
    int low = 0;
    int high = size - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      InFlight message = at(middle);
      if (message.offset == offset) {
        return message;
      }
      if (message.offset < offset) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return null;
  }

  /** Drops settled messages from the head. */
  void advanceEdge() {
    while (size > 0 && at(0).state == InFlight.State.DONE) {
      ring[head] = null;
      head = (head + 1) & (ring.length - 1);
      size--;
    }
  }

  /** Before it everything is settled. */
  long edge() {
    return size == 0 ? readOffset : at(0).offset;
  }

  /** The edge if it has moved since the last call, else -1. */
  long takeUncommittedEdge() {
    long edge = edge();
    if (edge <= committedOffset) {
      return -1;
    }
    committedOffset = edge;
    return edge;
  }

  /** The commit failed: the edge is to be committed again. */
  void commitFailed(long previous) {
    committedOffset = Math.min(committedOffset, previous);
  }

  long committedOffset() {
    return committedOffset;
  }

  /** When the engine stored the oldest unsettled message; Long.MAX_VALUE when there is none. */
  long oldestStoredMillis() {
    InFlight first = size == 0 ? null : at(0);
    return first == null || first.state == InFlight.State.DONE
        ? Long.MAX_VALUE
        : first.stored().storedAt().toEpochMilli();
  }

  /** Messages that are settled, but not by a commit: the next owner delivers them again. */
  long settledUncommitted() {
    long settled = Math.max(0, edge() - committedOffset);
    for (int i = 0; i < size; i++) {
      if (at(i).state == InFlight.State.DONE) {
        settled++;
      }
    }
    return settled;
  }

  List<InFlight> unsettled() {
    List<InFlight> messages = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      if (at(i).state != InFlight.State.DONE) {
        messages.add(at(i));
      }
    }
    return messages;
  }

  private InFlight at(int index) {
    InFlight message = ring[(head + index) & (ring.length - 1)];
    if (message == null) {
      throw new IllegalStateException("hole in the window of " + partition());
    }
    return message;
  }

  /** Lets the memory of a window that is empty go. */
  void trim() {
    if (size == 0 && ring.length > FIRST_CAPACITY) {
      ring = new @Nullable InFlight[FIRST_CAPACITY];
      head = 0;
    }
  }

  private void grow() {
    @Nullable InFlight[] larger = new @Nullable InFlight[ring.length * 2];
    for (int i = 0; i < size; i++) {
      larger[i] = at(i);
    }
    ring = larger;
    head = 0;
  }
}
