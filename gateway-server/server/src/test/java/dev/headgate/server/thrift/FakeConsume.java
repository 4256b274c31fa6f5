package dev.headgate.server.thrift;

import dev.headgate.server.auth.Caller;
import dev.headgate.server.consume.ConsumeService;
import dev.headgate.server.consume.Delivery;
import dev.headgate.server.consume.Nack;
import dev.headgate.server.consume.PendingReceive;
import dev.headgate.server.consume.ReceiveCommand;
import dev.headgate.server.consume.Received;
import dev.headgate.server.consume.SeekTarget;
import dev.headgate.server.consume.Settled;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/** Parks every receive until the test answers it, and settles every lease. */
final class FakeConsume implements ConsumeService {
  /** One asked receive. */
  static final class Parked implements PendingReceive {
    final Caller caller;
    final ReceiveCommand command;
    final CompletableFuture<Received> result = new CompletableFuture<>();
    final CountDownLatch abandoned = new CountDownLatch(1);

    Parked(Caller caller, ReceiveCommand command) {
      this.caller = caller;
      this.command = command;
    }

    void deliver(Delivery... deliveries) {
      result.complete(new Received(List.of(deliveries), Duration.ZERO, false));
    }

    @Override
    public CompletionStage<Received> result() {
      return result;
    }

    @Override
    public void abandon() {
      abandoned.countDown();
      deliver();
    }
  }

  final LinkedBlockingQueue<Parked> parked = new LinkedBlockingQueue<>();
  final LinkedBlockingQueue<Nack> nacks = new LinkedBlockingQueue<>();
  final LinkedBlockingQueue<byte[]> acks = new LinkedBlockingQueue<>();
  final LinkedBlockingQueue<SeekTarget> seeks = new LinkedBlockingQueue<>();
  volatile Settled settled = Settled.DONE;

  @Override
  public PendingReceive receive(Caller caller, ReceiveCommand command, long deadlineNanos) {
    Parked receive = new Parked(caller, command);
    parked.add(receive);
    return receive;
  }

  @Override
  public CompletionStage<List<Settled>> ack(
      Caller caller, List<byte[]> leases, long deadlineNanos) {
    acks.addAll(leases);
    return CompletableFuture.completedFuture(Collections.nCopies(leases.size(), settled));
  }

  @Override
  public CompletionStage<List<Settled>> nack(Caller caller, List<Nack> asked, long deadlineNanos) {
    nacks.addAll(asked);
    return CompletableFuture.completedFuture(Collections.nCopies(asked.size(), settled));
  }

  @Override
  public CompletionStage<List<Settled>> extend(
      Caller caller, List<byte[]> leases, @Nullable Duration lease, long deadlineNanos) {
    return CompletableFuture.completedFuture(Collections.nCopies(leases.size(), settled));
  }

  @Override
  public CompletionStage<Void> seek(
      Caller caller, String topic, String group, SeekTarget target, long deadlineNanos) {
    seeks.add(target);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletionStage<List<Node>> locate(
      Caller caller, String topic, String group, long deadlineNanos) {
    return CompletableFuture.completedFuture(List.of(new Node("n1", "127.0.0.1:9300", 4)));
  }
}
