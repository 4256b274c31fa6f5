package dev.headgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.idl.gateway.Delivery;
import dev.headgate.idl.gateway.SendBatchRequest;
import dev.headgate.it.checker.DeliveryEvent;
import dev.headgate.it.checker.DeliveryEvent.Settlement;
import dev.headgate.it.checker.History;
import dev.headgate.it.checker.QueueChecker;
import dev.headgate.it.checker.SendEvent;
import dev.headgate.it.checker.Verdict;
import dev.headgate.it.harness.Wire;
import dev.headgate.it.traffic.Value;
import dev.headgate.it.traffic.ValueSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.thrift.TException;
import org.junit.jupiter.api.Test;

/** Rule D18: a hundred consumers of a topic of four partitions all get work. */
class ManyConsumersIT extends ThroughGateway {
  private static final int CONSUMERS = 100;
  private static final int PARTITIONS = 4;
  private static final int MESSAGES = 1_000;

  private final History history = new History();
  private final AtomicInteger settled = new AtomicInteger();

  @Test
  void D18_moreConsumersThanPartitionsAllGetWorkOfAnUnorderedTopic() throws Exception {
    Groups.createTopic(wire, topic, PARTITIONS, false);

    List<Integer> shares = consume(ValueSource.unkeyed("v"));

    assertThat(shares).hasSize(CONSUMERS).allSatisfy(share -> assertThat(share).isPositive());
  }

  @Test
  void D18_moreConsumersThanPartitionsAllGetWorkOfAnOrderedTopicDownToOneAKey() throws Exception {
    topic = unique("ordered");
    Groups.createTopic(wire, topic, PARTITIONS, true);

    List<Integer> shares = consume(ValueSource.keyed("k", CONSUMERS));

    assertThat(shares).hasSize(CONSUMERS).allSatisfy(share -> assertThat(share).isPositive());
    Verdict verdict = QueueChecker.check(history);
    assertThat(verdict.inversions()).isEmpty();
    assertThat(verdict.overlaps()).isEmpty();
  }

  /**
   * Each consumer holds its first message until every consumer has one: only possible when a
   * hundred messages can be out at once. Answers how many messages each one had.
   */
  private List<Integer> consume(ValueSource values) throws Exception {
    send(values);
    CountDownLatch everyoneHasOne = new CountDownLatch(CONSUMERS);
    ExecutorService threads = Executors.newFixedThreadPool(CONSUMERS);
    List<Integer> shares = new ArrayList<>();
    try {
      List<Future<Integer>> consumers = new ArrayList<>();
      for (int i = 0; i < CONSUMERS; i++) {
        Wire own = anotherWire();
        consumers.add(threads.submit(() -> consumeOn(own, everyoneHasOne)));
      }
      for (Future<Integer> consumer : consumers) {
        shares.add(consumer.get(80, TimeUnit.SECONDS));
      }
    } finally {
      threads.shutdownNow();
    }
    Verdict verdict = QueueChecker.check(history);
    assertThat(verdict.lost()).isEmpty();
    assertThat(verdict.unexpected()).isEmpty();
    assertThat(verdict.duplicated()).as(verdict.summary()).isZero();
    return shares;
  }

  private int consumeOn(Wire own, CountDownLatch everyoneHasOne) throws Exception {
    int share = 0;
    long deadline = System.nanoTime() + Duration.ofSeconds(70).toNanos();
    while (settled.get() < MESSAGES && System.nanoTime() - deadline < 0) {
      List<Delivery> deliveries = own.receive(topic, group, 1, Duration.ofMillis(500));
      if (deliveries.isEmpty()) {
        continue;
      }
      long arrivedAt = System.nanoTime();
      if (share++ == 0) {
        everyoneHasOne.countDown();
        everyoneHasOne.await(15, TimeUnit.SECONDS);
      }
      settle(own, deliveries.get(0), arrivedAt);
    }
    return share;
  }

  private void settle(Wire own, Delivery delivery, long arrivedAt) throws TException {
    long settledAt = System.nanoTime();
    own.ack(delivery);
    history.record(
        new DeliveryEvent(
            Messages.textOf(delivery),
            delivery.getMessageId(),
            delivery.getAttempt(),
            arrivedAt,
            TimeUnit.MILLISECONDS.toNanos(delivery.getLeaseMillis()),
            settledAt,
            Settlement.ACKED));
    settled.incrementAndGet();
  }

  private void send(ValueSource values) throws TException {
    for (int sent = 0; sent < MESSAGES; sent += 100) {
      List<Value> batch = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        batch.add(values.next());
      }
      wire.produce()
          .sendBatch(
              new SendBatchRequest()
                  .setContext(Wire.within(SOON))
                  .setTopic(topic)
                  .setMessages(batch.stream().map(Value::toMessage).toList()))
          .getOutcomes()
          .forEach(outcome -> assertThat(outcome.isSetResult()).as("%s", outcome).isTrue());
      for (Value value : batch) {
        history.record(
            new SendEvent(
                value.text(), value.key(), value.sequence(), SendEvent.Result.ACKNOWLEDGED));
      }
    }
  }
}
