package dev.headgate.it.load;

import dev.headgate.idl.admin.CreateTopicRequest;
import dev.headgate.idl.admin.TopicSpec;
import dev.headgate.idl.gateway.AckRequest;
import dev.headgate.idl.gateway.CallContext;
import dev.headgate.idl.gateway.Consume;
import dev.headgate.idl.gateway.Message;
import dev.headgate.idl.gateway.Produce;
import dev.headgate.idl.gateway.ReceiveRequest;
import dev.headgate.idl.gateway.SendRequest;
import dev.headgate.it.harness.Wire;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Many topics of one partition, each with a group of its own that has a receive parked; messages go
 * to them in turn. A program: {@code port prefix topics bytes rate warmupSeconds seconds
 * watch.NAME=PID}. It warms up, sends at that rate for the latencies, then as fast as it goes for
 * the cost, prints the measurement, and holds its subscriptions until it is killed.
 */
public final class SubscriptionLoad implements FrameConnection.Handler {
  /** Few enough that no size of the fleet lets messages share a call: their cost is compared. */
  private static final int IN_FLIGHT = 10;

  private static final int FIRST_IN_FLIGHT = 256;
  private static final int PARKED_PER_CONNECTION = 64;
  private static final int CREATORS = 8;
  private static final int MOST_BEHIND = 1_000;
  private static final long PATIENCE_NANOS = 60_000_000_000L;

  private final Arguments arguments;
  private final int count;
  private final List<RequestFrame> sends = new ArrayList<>();
  private final List<RequestFrame> receives = new ArrayList<>();
  private final List<Deque<Long>> due = new ArrayList<>();
  private final Deque<Integer> refused = new ArrayDeque<>();
  private final Histogram latencies = OneByOne.histogram();
  private @Nullable FrameConnection sender;
  private long sent;
  private long delivered;
  private long errors;
  private @Nullable String firstError;

  private SubscriptionLoad(Arguments arguments) {
    this.arguments = arguments;
    this.count = arguments.number("topics");
    CallContext context = new CallContext().setTimeoutMillis(90_000);
    Message message = new Message().setBody(new byte[arguments.number("bytes")]);
    for (int i = 0; i < count; i++) {
      due.add(new ArrayDeque<>());
      sends.add(
          RequestFrame.of(
              "send",
              new Produce.send_args(
                  new SendRequest().setContext(context).setTopic(name(i)).setMessage(message))));
      receives.add(
          RequestFrame.of(
              "receive",
              new Consume.receive_args(
                  new ReceiveRequest()
                      .setContext(context)
                      .setTopic(name(i))
                      .setGroup(name(i))
                      .setMaxMessages(1)
                      .setWaitMillis(60_000))));
    }
  }

  /** Runs it. */
  public static void main(String[] words) throws Exception {
    SubscriptionLoad load = new SubscriptionLoad(new Arguments(words));
    load.createTopics();
    load.run();
  }

  private String name(int topic) {
    return arguments.text("prefix") + topic;
  }

  private void createTopics() throws Exception {
    ExecutorService creators = Executors.newFixedThreadPool(CREATORS);
    List<Future<?>> created = new ArrayList<>();
    for (int creator = 0; creator < CREATORS; creator++) {
      int first = creator;
      created.add(
          creators.submit(
              () -> {
                try (Wire wire = Wire.connect(arguments.number("port"))) {
                  for (int i = first; i < count; i += CREATORS) {
                    wire.admin()
                        .createTopic(
                            new CreateTopicRequest()
                                .setContext(Wire.within(Duration.ofSeconds(30)))
                                .setSpec(new TopicSpec().setTopic(name(i)).setPartitions(1)));
                  }
                }
                return null;
              }));
    }
    for (Future<?> each : created) {
      each.get();
    }
    creators.shutdown();
  }

  private void run() throws IOException {
    int receivers = Math.max(1, (count + PARKED_PER_CONNECTION - 1) / PARKED_PER_CONNECTION);
    try (FrameLoop loop = new FrameLoop(arguments.number("port"), receivers + 1, 64 << 10, this)) {
      sender = loop.connections().get(receivers);
      for (int i = 0; i < count; i++) {
        loop.connections()
            .get(i % receivers)
            .write(receives.get(i).withSequence(i), receives.get(i).length());
      }
      // Every subscription stands when it has delivered a message.
      long deadline = System.nanoTime() + PATIENCE_NANOS;
      loop.run(1, () -> upTo(count) && delivered >= count || System.nanoTime() - deadline > 0);
      if (delivered < count) {
        fail("%d of %d subscriptions delivered nothing".formatted(count - delivered, count));
      }
      saturated(loop, 2 * arguments.number("warmupSeconds"));
      paced(loop, arguments.number("warmupSeconds"));
      latencies.reset();
      paced(loop, arguments.number("seconds"));
      Map<String, Double> figures = new LinkedHashMap<>(OneByOne.figures(latencies));
      saturated(loop, arguments.number("warmupSeconds"));
      Measurement.Running measured = new Measurement.Running(arguments.watched(), delivered);
      saturated(loop, arguments.number("seconds"));
      System.out.println(
          measured
              .end(delivered, errors)
              .withFirstError(firstError)
              .withFigures(figures)
              .toLines());
      loop.run(() -> false);
    }
  }

  private void paced(FrameLoop loop, int seconds) throws IOException {
    double rate = arguments.number("rate");
    long before = sent;
    Measurement.Running running = new Measurement.Running(Map.of(), 0);
    loop.run(
        1,
        () -> {
          // Answers are read between two rounds only: a gateway that is behind must not stop that.
          while (sent - before < running.seconds() * rate && sent - delivered < MOST_BEHIND) {
            sendNext();
          }
          return running.seconds() >= seconds;
        });
  }

  private void saturated(FrameLoop loop, int seconds) throws IOException {
    Measurement.Running running = new Measurement.Running(Map.of(), 0);
    loop.run(
        1,
        () -> {
          while (sent - delivered < IN_FLIGHT) {
            sendNext();
          }
          return running.seconds() >= seconds;
        });
  }

  /** Sends on until so many are sent, some at a time. */
  private boolean upTo(long messages) {
    while ((sent < messages || !refused.isEmpty()) && sent - delivered < FIRST_IN_FLIGHT) {
      sendNext();
    }
    return sent >= messages;
  }

  private void sendNext() {
    Integer again = refused.poll();
    int topic = again == null ? (int) (sent++ % count) : again;
    due.get(topic).add(System.nanoTime());
    if (sender != null) {
      sender.write(sends.get(topic).withSequence(topic), sends.get(topic).length());
      try {
        sender.flush();
      } catch (IOException e) {
        fail(e.toString());
      }
    }
  }

  @Override
  public void onFrame(FrameConnection connection, byte[] bytes, int offset, int length) {
    Reply reply = new Reply(bytes, offset, length);
    int topic = reply.sequence();
    if (!reply.succeeded()) {
      fail(reply.text());
      if (reply.initial() == 's') {
        due.get(topic).pollLast();
        refused.add(topic);
      }
    }
    if (reply.initial() == 'r') {
      if (reply.succeeded()) {
        acknowledge(connection, reply, topic);
      }
      connection.write(receives.get(topic).withSequence(topic), receives.get(topic).length());
    }
  }

  private void acknowledge(FrameConnection connection, Reply reply, int topic) {
    List<ByteBuffer> leases = new ArrayList<>();
    reply.leases((bytes, at, size) -> leases.add(ByteBuffer.wrap(bytes, at, size)));
    long now = System.nanoTime();
    for (int i = 0; i < leases.size(); i++) {
      Long since = due.get(topic).poll();
      if (since != null) {
        delivered++;
        latencies.recordValue(Math.min(now - since, latencies.getHighestTrackableValue()));
      }
    }
    if (!leases.isEmpty()) {
      RequestFrame ack =
          RequestFrame.of("ack", new Consume.ack_args(new AckRequest().setLeases(leases)));
      connection.write(ack.withSequence(count + topic), ack.length());
    }
  }

  private void fail(String why) {
    errors++;
    firstError = firstError == null ? why : firstError;
  }
}
