package dev.headgate.server.thrift;

import dev.headgate.idl.gateway.CallContext;
import dev.headgate.idl.gateway.Failure;
import dev.headgate.server.auth.Caller;
import dev.headgate.server.error.ErrorCode;
import dev.headgate.server.error.GatewayException;
import dev.headgate.server.error.Outcome;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.Function;
import org.apache.thrift.TApplicationException;
import org.apache.thrift.async.AsyncMethodCallback;
import org.apache.thrift.protocol.TMessageType;
import org.jspecify.annotations.Nullable;

/**
 * One call between its request and its answer. Made and read on its connection's event loop; may be
 * answered from any thread, and only the first answer counts.
 */
final class Call implements AsyncMethodCallback<Object>, Runnable {
  private static final AtomicReferenceFieldUpdater<Call, @Nullable Reply> REPLY =
      AtomicReferenceFieldUpdater.newUpdater(Call.class, Reply.class, "reply");
  private static final AtomicReferenceFieldUpdater<Call, @Nullable Frame> FRAME =
      AtomicReferenceFieldUpdater.newUpdater(Call.class, Frame.class, "frame");

  private final ThriftConnection connection;
  private final Failures failures;
  private final WireProtocol protocol;
  private final int seqid;
  private final String name;
  private final @Nullable Method<?> method;
  private final long readNanos;

  private volatile @Nullable Reply reply;
  private volatile @Nullable Frame frame;

  // Written by the handler on the event loop, before the core is asked.
  private long deadlineNanos;
  private boolean keepsRequest;
  private boolean mayApply;
  private @Nullable Runnable whenAbandoned;
  private @Nullable Runnable atDeadline;

  private volatile int replyBytes = 64;

  /** Where it stands among the calls of its connection; theirs alone. */
  final CallLinks links = new CallLinks();

  Call(
      ThriftConnection connection,
      Failures failures,
      WireProtocol protocol,
      int seqid,
      String name,
      @Nullable Method<?> method,
      Frame frame,
      long readNanos) {
    this.connection = connection;
    this.failures = failures;
    this.protocol = protocol;
    this.seqid = seqid;
    this.name = name;
    this.method = method;
    this.frame = frame;
    this.readNanos = readNanos;
    this.deadlineNanos = readNanos + CallContexts.DEFAULT_TIMEOUT.toNanos();
  }

  WireProtocol protocol() {
    return protocol;
  }

  int seqid() {
    return seqid;
  }

  String name() {
    return name;
  }

  /** Null until answered. */
  @Nullable Reply reply() {
    return reply;
  }

  /** Checks what the call carries, sets its deadline from it, and tells who calls. */
  Caller open(@Nullable CallContext context) {
    CallContexts.check(context);
    deadlineNanos = readNanos + CallContexts.timeout(context).toNanos();
    return connection.caller(context);
  }

  /** Past this {@link System#nanoTime()} the caller does not wait any more. */
  long deadlineNanos() {
    return deadlineNanos;
  }

  /** How long the caller still waits. */
  long remainingNanos() {
    return deadlineNanos - System.nanoTime();
  }

  /** Makes the answer's buffer fit: about so many bytes. */
  void expectReplyBytes(int bytes) {
    replyBytes = bytes;
  }

  /** From here on a missing answer leaves the outcome unknown. */
  void mayApply() {
    mayApply = true;
  }

  /**
   * The core gets views of the request's bytes: they stay, past the deadline too, until it ends.
   */
  void keepRequest() {
    keepsRequest = true;
  }

  /** The handler has done its part. */
  void dispatched() {
    if (!keepsRequest) {
      letGo();
    }
  }

  /** What to do when nobody waits for the answer any more: it may hold what others could have. */
  void whenAbandoned(Runnable action) {
    whenAbandoned = action;
  }

  /** What to do at the deadline instead of answering DEADLINE_EXCEEDED. */
  void atDeadline(Runnable action) {
    atDeadline = action;
  }

  /** Answers with what the stage gives, and lets go of the request when it is complete. */
  <T, R> void answerWhen(
      CompletionStage<T> stage, AsyncMethodCallback<R> answer, Function<T, R> map) {
    stage.whenComplete(
        (value, failure) -> {
          try {
            if (failure != null) {
              fail(failure);
            } else {
              answer.onComplete(map.apply(value));
            }
          } catch (RuntimeException e) {
            fail(e);
          } finally {
            letGo();
          }
        });
  }

  /** As {@link #answerWhen}, for a method without a result. */
  void answerWhenDone(CompletionStage<?> stage) {
    stage.whenComplete(
        (value, failure) -> {
          if (failure != null) {
            fail(failure);
          } else {
            onComplete(null);
          }
          letGo();
        });
  }

  @Override
  public void onComplete(@Nullable Object value) {
    if (reply != null
        || !answer(new Reply(TMessageType.REPLY, method().success(value), replyBytes))) {
      abandon(); // too late: nobody will see what it gave
    }
  }

  @Override
  public void onError(Exception failure) {
    fail(failure);
  }

  /** Answers with a failure of the contract. */
  void fail(Throwable failure) {
    if (reply == null) {
      answer(failed(failure));
    }
  }

  private Reply failed(Throwable failure) {
    return new Reply(TMessageType.REPLY, method().failure(failures.error(failure, name)), 256);
  }

  /** A failure as the contract writes it, for a part of the answer. */
  Failure described(Throwable failure) {
    return failures.failure(failure, name);
  }

  /** Answers with a failure of Thrift's own, a {@link TApplicationException} type. */
  void reject(int type, String text) {
    failures.rejected();
    answer(new Reply(TMessageType.EXCEPTION, new TApplicationException(type, text), 256));
  }

  private boolean answer(Reply first) {
    if (!REPLY.compareAndSet(this, null, first)) {
      return false;
    }
    connection.answered(this);
    return true;
  }

  /** The deadline has passed: answers unless that has happened. */
  void expire() {
    if (reply != null) {
      return;
    }
    if (atDeadline != null) {
      atDeadline.run();
    } else if (answer(failed(expired()))) {
      abandon();
    }
  }

  /** The failure that a caller gets for work that was not done in time. */
  GatewayException expired() {
    Outcome outcome = mayApply ? Outcome.UNKNOWN : Outcome.NOT_APPLIED;
    return new GatewayException(
        ErrorCode.DEADLINE_EXCEEDED,
        outcome,
        name
            + ": no answer within "
            + (deadlineNanos - readNanos) / 1_000_000
            + " ms"
            + (mayApply ? "; it may have been done all the same" : "; nothing was done"));
  }

  /** Nobody waits for the answer: what it leased, or would lease, is given back. */
  void abandon() {
    Runnable action = whenAbandoned;
    if (action != null) {
      action.run();
    }
  }

  /** The core does not use the request's bytes any more. */
  void letGo() {
    Frame held = FRAME.getAndSet(this, null);
    if (held != null) {
      held.release();
    }
  }

  private Method<?> method() {
    Method<?> known = method;
    if (known == null) {
      throw new IllegalStateException("unknown method: " + name);
    }
    return known;
  }

  /** On the event loop, after an answer from another thread. */
  @Override
  public void run() {
    connection.answeredOnLoop(this);
  }
}
