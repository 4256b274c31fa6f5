package dev.headgate.server.thrift;

import org.jspecify.annotations.Nullable;

/** Where a call stands among the calls of its connection. Event loop only. */
final class CallLinks {
  /** The call before, in the order of arrival. */
  @Nullable Call previous;

  /** The call after, in the order of arrival. */
  @Nullable Call next;

  /** The next call with the same sequence id. */
  @Nullable Call successor;

  /** Whether an earlier call with the same sequence id has no answer yet. */
  boolean blocked;
}
