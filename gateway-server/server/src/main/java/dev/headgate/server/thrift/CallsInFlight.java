package dev.headgate.server.thrift;

import io.netty.util.collection.IntObjectHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The calls of one connection that have no answer yet. Answers leave in the order in which they
 * come, except that those of one sequence id keep the order of their requests: stock clients that
 * send several requests with sequence id 0 read them in that order. Event loop only.
 */
final class CallsInFlight {
  private final IntObjectHashMap<Call> lastOfSeqid = new IntObjectHashMap<>(4);
  private @Nullable Call first;
  private @Nullable Call last;
  private int size;

  int size() {
    return size;
  }

  /** A call begins. */
  void add(Call call) {
    Call before = lastOfSeqid.put(call.seqid(), call);
    if (before != null) {
      before.links.successor = call;
      call.links.blocked = true;
    }
    Call tail = last;
    call.links.previous = tail;
    if (tail == null) {
      first = call;
    } else {
      tail.links.next = call;
    }
    last = call;
    size++;
  }

  /**
   * A call has its answer: passes on what may leave now, which is nothing while an earlier call of
   * its sequence id has none, and else the call with those that waited for it.
   */
  void answered(Call call, Consumer<Call> leave) {
    if (call.links.blocked) {
      return;
    }
    Call leaving = call;
    while (leaving != null && leaving.reply() != null) {
      remove(leaving);
      leave.accept(leaving);
      leaving = leaving.links.successor;
    }
    if (leaving == null) {
      lastOfSeqid.remove(call.seqid());
    } else {
      leaving.links.blocked = false;
    }
  }

  private void remove(Call call) {
    Call before = call.links.previous;
    Call after = call.links.next;
    if (before == null) {
      first = after;
    } else {
      before.links.next = after;
    }
    if (after == null) {
      last = before;
    } else {
      after.links.previous = before;
    }
    call.links.previous = null;
    call.links.next = null;
    size--;
  }

  /** Each call, oldest first; the consumer may cause the call to leave. */
  void forEach(Consumer<Call> consumer) {
    Call call = first;
    while (call != null) {
      Call next = call.links.next;
      consumer.accept(call);
      call = next;
    }
  }
}
