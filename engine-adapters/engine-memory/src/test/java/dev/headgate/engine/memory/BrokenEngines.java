package dev.headgate.engine.memory;

import dev.headgate.engine.Capability;
import dev.headgate.engine.Engine;
import dev.headgate.engine.EngineReader;
import dev.headgate.engine.GroupName;
import dev.headgate.engine.OwnedPartition;
import dev.headgate.engine.ReaderListener;
import dev.headgate.engine.ReaderSpec;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Engines that claim, share or close wrongly. */
final class BrokenEngines {
  private BrokenEngines() {}

  static Engine claiming(Engine engine, Capability lacking) {
    Set<Capability> claimed = new HashSet<>(engine.capabilities());
    claimed.add(lacking);
    return withCapabilities(engine, claimed);
  }

  static Engine hiding(Engine engine, Capability working) {
    Set<Capability> claimed = new HashSet<>(engine.capabilities());
    claimed.remove(working);
    return withCapabilities(engine, claimed);
  }

  private static Engine withCapabilities(Engine engine, Set<Capability> claimed) {
    return new ForwardingEngine(engine) {
      @Override
      public Set<Capability> capabilities() {
        return claimed;
      }
    };
  }

  /** Every reader is a group of its own. */
  static Engine sharingNothing(Engine engine) {
    return new ForwardingEngine(engine) {
      @Override
      public EngineReader openReader(ReaderSpec spec, ReaderListener listener) {
        GroupName alone = new GroupName("g-" + System.identityHashCode(listener));
        return super.openReader(
            new ReaderSpec(
                spec.topic(), alone, spec.ordered(), spec.initial(), spec.filter(), false),
            listener);
      }
    };
  }

  static Engine leavingWithoutAWord(Engine engine) {
    return listening(
        engine,
        listener ->
            new ReaderListener() {
              @Override
              public void assigned(OwnedPartition partition) {
                listener.assigned(partition);
              }

              @Override
              public CompletionStage<Void> revoked(OwnedPartition partition) {
                return CompletableFuture.completedStage(null);
              }

              @Override
              public void lost(OwnedPartition partition) {}
            });
  }

  static Engine tellingOfTheEndTwice(Engine engine) {
    return listening(
        engine,
        listener ->
            new ReaderListener() {
              @Override
              public void assigned(OwnedPartition partition) {
                listener.assigned(partition);
              }

              @Override
              public CompletionStage<Void> revoked(OwnedPartition partition) {
                return listener
                    .revoked(partition)
                    .whenComplete((done, failure) -> listener.lost(partition));
              }

              @Override
              public void lost(OwnedPartition partition) {
                listener.lost(partition);
              }
            });
  }

  private interface Listening {
    ReaderListener instead(ReaderListener listener);
  }

  private static Engine listening(Engine engine, Listening listening) {
    return new ForwardingEngine(engine) {
      @Override
      public EngineReader openReader(ReaderSpec spec, ReaderListener listener) {
        return super.openReader(spec, listening.instead(listener));
      }
    };
  }

  static Engine neverClosing(Engine engine) {
    return new ForwardingEngine(engine) {
      @Override
      public void close() {}
    };
  }
}
