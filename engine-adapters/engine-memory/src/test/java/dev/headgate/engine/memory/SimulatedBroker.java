package dev.headgate.engine.memory;

import dev.headgate.engine.AppendOptions;
import dev.headgate.engine.Batch;
import dev.headgate.engine.Engine;
import dev.headgate.engine.EngineException;
import dev.headgate.engine.EngineException.Kind;
import dev.headgate.engine.Message;
import dev.headgate.engine.OwnedPartition;
import dev.headgate.engine.Partition;
import dev.headgate.engine.Position;
import dev.headgate.engine.TopicName;
import dev.headgate.engine.testkit.FaultController;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * A broker that can be killed and halted, as far as its clients can see: the memory engine with a
 * switch in front. It shows the kit's tests of faults that pass, and with a {@link Flaw} that fail.
 */
final class SimulatedBroker implements FaultController {
  /** What is wrong with it. */
  enum Flaw {
    NOTHING,
    /** Acknowledges a message before it has it safe. */
    WRITES_BEHIND("D1_acknowledgedMessagesSurviveTheKillOfTheBroker"),
    /** Never answers an append while it is down. */
    HANGS("D2_appendWhileTheBrokerIsDownFailsInTime"),
    /** Says "not stored" of what it stores when it is woken. */
    LIES("D2_appendToAHaltedBrokerFailsInTimeAndTellsTheTruth"),
    /** Ends its readers when it is killed, and tells nobody. */
    FORGETS_READERS("D1_readerGoesOnAfterARestartOfTheBroker");

    private final List<String> caughtBy;

    Flaw(String... caughtBy) {
      this.caughtBy = List.of(caughtBy);
    }

    List<String> caughtBy() {
      return caughtBy;
    }
  }

  private enum State {
    RUNNING,
    KILLED,
    HALTED
  }

  private final Flaw flaw;

  // Guarded by this.
  private final List<Runnable> pending = new ArrayList<>();
  private State state = State.RUNNING;
  private int kills;

  SimulatedBroker(Flaw flaw) {
    this.flaw = flaw;
  }

  @Override
  public synchronized void killBroker() {
    state = State.KILLED;
    kills++;
    pending.clear();
  }

  @Override
  public synchronized void restartBroker(boolean keepData) {
    state = State.RUNNING;
  }

  @Override
  public synchronized void stopBroker() {
    state = State.HALTED;
  }

  @Override
  public synchronized void continueBroker() {
    state = State.RUNNING;
    flush();
  }

  Engine inFrontOf(Engine engine) {
    return new ForwardingEngine(engine) {
      @Override
      public CompletionStage<Position> append(
          TopicName topic, Message message, AppendOptions options) {
        return SimulatedBroker.this.append(engine, topic, message, options);
      }

      @Override
      OwnedPartition seen(OwnedPartition partition) {
        return new SwitchedPartition(partition);
      }
    };
  }

  private synchronized CompletionStage<Position> append(
      Engine engine, TopicName topic, Message message, AppendOptions options) {
    switch (state) {
      case RUNNING -> {
        flush();
        if (flaw != Flaw.WRITES_BEHIND) {
          return engine.append(topic, message, options);
        }
        pending.add(() -> engine.append(topic, message, options));
        return CompletableFuture.completedStage(new Position(new Partition(topic, "0"), -1));
      }
      case KILLED -> {
        return flaw == Flaw.HANGS ? new CompletableFuture<>() : failed(Kind.UNAVAILABLE);
      }
      case HALTED -> {
        AppendOptions whenWoken = new AppendOptions(options.ordered(), Long.MAX_VALUE / 2);
        pending.add(() -> engine.append(topic, message, whenWoken));
        Kind told = flaw == Flaw.LIES ? Kind.UNAVAILABLE : Kind.UNCERTAIN;
        return CompletableFuture.supplyAsync(
                () -> told,
                CompletableFuture.delayedExecutor(
                    options.deadlineNanos() - System.nanoTime(), TimeUnit.NANOSECONDS))
            .thenCompose(SimulatedBroker::failed);
      }
    }
    throw new AssertionError(state);
  }

  private void flush() {
    pending.forEach(Runnable::run);
    pending.clear();
  }

  private synchronized boolean isRunning() {
    return state == State.RUNNING;
  }

  private synchronized int kills() {
    return kills;
  }

  private static <T> CompletionStage<T> failed(Kind kind) {
    return CompletableFuture.failedStage(new EngineException(kind, "the broker is down"));
  }

  private final class SwitchedPartition extends ForwardingPartition {
    SwitchedPartition(OwnedPartition partition) {
      super(partition);
    }

    @Override
    public CompletionStage<Batch> fetch(long fromOffset, int maxBytes, Duration maxWait) {
      if (!isRunning()) {
        return failed(Kind.UNAVAILABLE);
      }
      int before = kills();
      return super.fetch(fromOffset, maxBytes, maxWait)
          .thenCompose(
              batch -> kills() == before ? CompletableFuture.completedStage(batch) : cut());
    }

    /** What becomes of a fetch that was open when the broker was killed. */
    private CompletionStage<Batch> cut() {
      return flaw == Flaw.FORGETS_READERS ? new CompletableFuture<>() : failed(Kind.UNAVAILABLE);
    }

    @Override
    public CompletionStage<Void> commit(long nextOffset) {
      return isRunning() ? super.commit(nextOffset) : failed(Kind.UNAVAILABLE);
    }
  }
}
