package dev.headgate.server.consume;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import dev.headgate.engine.Bytes;
import dev.headgate.engine.Filter;
import dev.headgate.engine.GroupName;
import dev.headgate.engine.Message;
import dev.headgate.engine.TopicName;
import dev.headgate.server.auth.Caller;
import dev.headgate.server.metrics.GatewayMetrics;
import dev.headgate.server.routing.GroupPolicy;
import dev.headgate.server.routing.Route;
import dev.headgate.server.routing.RouteTable;
import dev.headgate.server.routing.TopicCreation;
import dev.headgate.server.routing.TopicRouting;
import dev.headgate.server.time.FakeTimer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A delivery core on a fake engine and fake time: nothing happens unless the test makes it. */
public final class ConsumeFixture implements RouteTable {
  public static final Caller CALLER = new Caller("test", "127.0.0.1:1", "");
  static final Duration MAX_LEASE = Duration.ofSeconds(60);

  public final FakeTimer timer = new FakeTimer();
  public final FakeEngine engine = new FakeEngine();
  final GatewayMetrics metrics = new GatewayMetrics(new MetricRegistry());
  public GroupPolicy policy =
      new GroupPolicy(
          Duration.ofSeconds(10),
          MAX_LEASE,
          4,
          Duration.ofSeconds(1),
          Duration.ofMinutes(1),
          dev.headgate.engine.ReaderSpec.InitialPosition.EARLIEST,
          1 << 20);
  ConsumeConfig config = ConsumeConfig.DEFAULT;
  public boolean ordered;
  boolean autoCreate = true;
  public SubscriptionRegistry core;
  private int nextId;

  public ConsumeFixture() {
    core = restarted();
  }

  /** Another run of the node, with the same secret: what a crash leaves behind. */
  SubscriptionRegistry restarted() {
    TopicRouting routing = new TopicRouting(() -> this);
    core =
        new SubscriptionRegistry(
            routing,
            new TopicCreation(),
            config,
            timer,
            new LeaseSigner(new byte[32]),
            metrics,
            () -> new ConsumeService.Node("n1", "127.0.0.1:9300", 0));
    return core;
  }

  @Override
  public Optional<Route> route(TopicName topic) {
    return topic.value().startsWith("no-")
        ? Optional.empty()
        : Optional.of(new Route("c", engine, ordered, 4 << 20, Duration.ofDays(40), autoCreate, 1));
  }

  @Override
  public GroupPolicy group(GroupName group) {
    return policy;
  }

  public void put(String topic, int partition, @Nullable String key, String body) {
    engine.put(topic, partition, message(key, body));
  }

  public Message message(@Nullable String key, String body) {
    return new Message(
        "id" + nextId++,
        Bytes.utf8(body),
        key == null ? null : Bytes.utf8(key),
        null,
        List.of(),
        null,
        Instant.EPOCH,
        null);
  }

  static ReceiveCommand command(String topic, int max, Duration wait) {
    return new ReceiveCommand(topic, "g", max, 0, wait, null, Filter.all(), null);
  }

  PendingReceive park(String topic, int max) {
    return core.receive(CALLER, command(topic, max, Duration.ofSeconds(50)), Long.MAX_VALUE);
  }

  /** What can be had now, up to {@code max}. */
  public List<Delivery> receive(String topic, int max) {
    List<Delivery> all = new ArrayList<>();
    while (all.size() < max) {
      PendingReceive pending = park(topic, max - all.size());
      if (!pending.result().toCompletableFuture().isDone()) {
        pending.abandon();
        return all;
      }
      all.addAll(now(pending.result()).deliveries());
    }
    return all;
  }

  public Settled ack(Delivery delivery) {
    return now(core.ack(CALLER, List.of(delivery.lease()), timer.nanoTime() + 1_000_000_000L))
        .get(0);
  }

  public Settled nack(Delivery delivery, @Nullable Duration delay) {
    return now(core.nack(
            CALLER,
            List.of(new Nack(delivery.lease(), delay, "because")),
            timer.nanoTime() + 1_000_000_000L))
        .get(0);
  }

  Settled extend(Delivery delivery, Duration lease) {
    return now(core.extend(
            CALLER, List.of(delivery.lease()), lease, timer.nanoTime() + 1_000_000_000L))
        .get(0);
  }

  public static <T> T now(CompletionStage<T> stage) {
    assertThat(stage.toCompletableFuture()).as("answered at once").isDone();
    return stage.toCompletableFuture().join();
  }

  public static List<String> bodies(List<Delivery> deliveries) {
    List<String> bodies = new ArrayList<>();
    deliveries.forEach(d -> bodies.add(d.message().body().toUtf8()));
    return bodies;
  }
}
