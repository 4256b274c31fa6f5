package dev.headgate.server.consume;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import dev.headgate.engine.AppendOptions;
import dev.headgate.engine.Bytes;
import dev.headgate.engine.Engine;
import dev.headgate.engine.EngineContext;
import dev.headgate.engine.Filter;
import dev.headgate.engine.GroupName;
import dev.headgate.engine.Message;
import dev.headgate.engine.ReaderSpec.InitialPosition;
import dev.headgate.engine.TopicAdmin.TopicSettings;
import dev.headgate.engine.TopicName;
import dev.headgate.engine.memory.MemoryCluster;
import dev.headgate.server.auth.Caller;
import dev.headgate.server.metrics.GatewayMetrics;
import dev.headgate.server.routing.GroupPolicy;
import dev.headgate.server.routing.Route;
import dev.headgate.server.routing.RouteTable;
import dev.headgate.server.routing.TopicCreation;
import dev.headgate.server.routing.TopicRouting;
import dev.headgate.server.time.ScheduledTimer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Nodes that come and go on one cluster, under traffic. */
class TwoNodesTest {
  private static final Caller CALLER = new Caller("two", "127.0.0.1:1", "");
  private static final TopicName TOPIC = new TopicName("moving");
  private static final int MESSAGES = 6_000;
  private static final int KEYS = 50;

  private final ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(2);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final ScheduledTimer timer = new ScheduledTimer(scheduler);
  private final MemoryCluster cluster = new MemoryCluster(InstantSource.system(), scheduler);
  private final List<Engine> engines = new ArrayList<>();
  private final Map<Integer, AtomicInteger> acked = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> lastOfKey = new ConcurrentHashMap<>();
  private final AtomicInteger inversions = new AtomicInteger();

  @AfterEach
  void stop() {
    engines.forEach(Engine::close);
    threads.shutdownNow();
    scheduler.shutdownNow();
  }

  @Test
  void D21_rollingRestartLosesAndDoublesNothingThatIsSettledInTime() throws Exception {
    Node first = new Node("n1");
    first
        .engine
        .topics()
        .ensure(TOPIC, new TopicSettings(4, true, Map.of()))
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS);
    for (int i = 0; i < MESSAGES; i++) {
      append(first.engine, i);
    }

    Future<?> firstConsumers = first.consume();
    Node second = new Node("n2");
    Future<?> secondConsumers = second.consume();
    awaitAcked(MESSAGES / 4);
    first.core.drain(Duration.ofSeconds(10)).toCompletableFuture().get(20, TimeUnit.SECONDS);
    firstConsumers.get(20, TimeUnit.SECONDS);
    Node third = new Node("n3");
    Future<?> thirdConsumers = third.consume();
    secondConsumers.get(60, TimeUnit.SECONDS);
    thirdConsumers.get(60, TimeUnit.SECONDS);

    assertThat(acked).hasSize(MESSAGES);
    assertThat(acked.values()).allSatisfy(count -> assertThat(count).hasValue(1));
    assertThat(inversions).hasValue(0);
  }

  @Test
  void D20_nodeThatIsExpelledLosesNothing() throws Exception {
    Node first = new Node("n1");
    first
        .engine
        .topics()
        .ensure(TOPIC, new TopicSettings(4, true, Map.of()))
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS);
    for (int i = 0; i < MESSAGES; i++) {
      append(first.engine, i);
    }

    Future<?> firstConsumers = first.consume();
    Node second = new Node("n2");
    Future<?> secondConsumers = second.consume();
    for (int i = 1; i <= 5; i++) {
      awaitAcked(MESSAGES * i / 8);
      cluster.expire(i % 2 == 0 ? "n1" : "n2");
    }
    firstConsumers.get(60, TimeUnit.SECONDS);
    secondConsumers.get(60, TimeUnit.SECONDS);

    assertThat(acked).hasSize(MESSAGES);
  }

  private void awaitAcked(int count) throws InterruptedException {
    long giveUp = System.nanoTime() + 30_000_000_000L;
    while (acked.size() < count) {
      assertThat(System.nanoTime()).as("acked: " + acked.size()).isLessThan(giveUp);
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  private static void append(Engine engine, int number) {
    Message message =
        new Message(
            "id" + number,
            Bytes.utf8(Integer.toString(number)),
            Bytes.utf8("k" + number % KEYS),
            null,
            List.of(),
            null,
            Instant.now(),
            null);
    engine
        .append(TOPIC, message, new AppendOptions(true, System.nanoTime() + 10_000_000_000L))
        .toCompletableFuture()
        .join();
  }

  private final class Node implements RouteTable {
    final Engine engine;
    final SubscriptionRegistry core;

    Node(String name) {
      engine = cluster.engine(new EngineContext(name, InstantSource.system(), scheduler));
      engines.add(engine);
      core =
          new SubscriptionRegistry(
              new TopicRouting(() -> this),
              new TopicCreation(),
              ConsumeConfig.DEFAULT,
              timer,
              new LeaseSigner(new byte[32]),
              new GatewayMetrics(new MetricRegistry()),
              () -> new ConsumeService.Node(name, "127.0.0.1:1", 0));
    }

    Future<?> consume() {
      return threads.submit(
          () -> {
            while (acked.size() < MESSAGES) {
              Received received =
                  core.receive(CALLER, command(), Long.MAX_VALUE)
                      .result()
                      .toCompletableFuture()
                      .join();
              if (received.draining()) {
                return;
              }
              received.deliveries().forEach(this::settle);
            }
          });
    }

    private void settle(Delivery delivery) {
      int number = Integer.parseInt(delivery.message().body().toUtf8());
      // Noted before the ack: once that is done the next of the key may overtake this thread.
      AtomicInteger last =
          lastOfKey.computeIfAbsent("k" + number % KEYS, k -> new AtomicInteger(-1));
      if (last.getAndSet(number) > number) {
        inversions.incrementAndGet();
      }
      SettleStatus status =
          core.ack(CALLER, List.of(delivery.lease()), System.nanoTime() + 1_000_000_000L)
              .toCompletableFuture()
              .join()
              .get(0)
              .status();
      if (status == SettleStatus.DONE) {
        acked.computeIfAbsent(number, n -> new AtomicInteger()).incrementAndGet();
      }
    }

    private ReceiveCommand command() {
      return new ReceiveCommand(
          "moving", "g", 8, 0, Duration.ofMillis(200), null, Filter.all(), null);
    }

    @Override
    public Optional<Route> route(TopicName topic) {
      return Optional.of(new Route("c", engine, true, 1 << 20, Duration.ofDays(1), true, 4));
    }

    @Override
    public GroupPolicy group(GroupName group) {
      return new GroupPolicy(
          Duration.ofSeconds(30),
          Duration.ofMinutes(5),
          1_000,
          Duration.ofMillis(5),
          Duration.ofSeconds(1),
          InitialPosition.EARLIEST,
          1 << 20);
    }
  }
}
