package dev.headgate.engine.rocketmq;

import dev.headgate.engine.AppendOptions;
import dev.headgate.engine.Batch;
import dev.headgate.engine.Bytes;
import dev.headgate.engine.EngineContext;
import dev.headgate.engine.EngineSettings;
import dev.headgate.engine.Filter;
import dev.headgate.engine.GroupName;
import dev.headgate.engine.Message;
import dev.headgate.engine.OwnedPartition;
import dev.headgate.engine.ReaderListener;
import dev.headgate.engine.ReaderSpec;
import dev.headgate.engine.ReaderSpec.InitialPosition;
import dev.headgate.engine.TopicAdmin.TopicSettings;
import dev.headgate.engine.TopicName;
import dev.headgate.sandbox.rocketmq.RocketMqProcess;
import dev.headgate.sandbox.rocketmq.SandboxOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.rocketmq.client.consumer.DefaultMQPullConsumer;
import org.apache.rocketmq.client.consumer.PullResult;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendCallback;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.common.message.MessageQueue;

/**
 * Measures the engine next to the native client, in one run on one broker. Not a test: run it by
 * hand; arguments are messages per repeat, repeats, and settings of the engine as {@code
 * key=value}.
 */
public final class ThroughputProbe {
  private static final int IN_FLIGHT = 256;
  private static final TopicName TOPIC = new TopicName("probe");

  private final int messages;
  private final RocketMqProcess cluster;
  private final RocketMqEngine engine;
  private final DefaultMQProducer producer;
  private final byte[] body = new byte[1024];

  private ThroughputProbe(int messages, RocketMqProcess cluster, Map<String, String> settings)
      throws Exception {
    this.messages = messages;
    this.cluster = cluster;
    Map<String, String> all = new HashMap<>(settings);
    all.put("nameServers", cluster.nameServer());
    engine =
        (RocketMqEngine)
            new RocketMqEngineProvider()
                .open(
                    new EngineSettings("probe", "", all),
                    new EngineContext(
                        "probe",
                        InstantSource.system(),
                        Executors.newSingleThreadScheduledExecutor()));
    engine
        .topics()
        .ensure(TOPIC, new TopicSettings(8, false, Map.of()))
        .toCompletableFuture()
        .join();
    producer = new DefaultMQProducer("probe");
    producer.setNamesrvAddr(cluster.nameServer());
    producer.start();
    Arrays.fill(body, (byte) 'x');
  }

  /** See the class. */
  public static void main(String[] arguments) throws Exception {
    int messages = Integer.parseInt(arguments[0]);
    int repeats = Integer.parseInt(arguments[1]);
    Map<String, String> settings = new HashMap<>();
    for (String argument : List.of(arguments).subList(2, arguments.length)) {
      settings.put(argument.split("=", 2)[0], argument.split("=", 2)[1]);
    }
    Path data = Files.createTempDirectory("probe");
    RocketMqProcess cluster = RocketMqProcess.start(SandboxOptions.all(data));
    ThroughputProbe probe = new ThroughputProbe(messages, cluster, settings);
    for (int i = 0; i <= repeats; i++) {
      String label = i == 0 ? "warm-up" : "run " + i;
      probe.measure(label + " direct async", probe::sendDirect);
      probe.measure(label + " engine append", probe::append);
    }
    for (int i = 0; i <= repeats; i++) {
      String label = i == 0 ? "warm-up" : "run " + i;
      probe.measure(label + " direct pull", probe::pullDirect);
      int round = i;
      probe.measure(label + " engine fetch", () -> probe.fetch(round));
    }
    probe.latency();
    probe.endToEnd();
    cluster.close();
    System.exit(0);
  }

  private interface Work {
    void run() throws Exception;
  }

  private void measure(String what, Work work) throws Exception {
    double brokerCpu = cpuSeconds(cluster.pid());
    double ownCpu = cpuSeconds(ProcessHandle.current().pid());
    long begun = System.nanoTime();
    work.run();
    double seconds = (System.nanoTime() - begun) / 1e9;
    System.out.printf(
        "%-24s %8.0f/s   CPU s per 100k: client %.2f broker %.2f%n",
        what,
        messages / seconds,
        (cpuSeconds(ProcessHandle.current().pid()) - ownCpu) * 100_000 / messages,
        (cpuSeconds(cluster.pid()) - brokerCpu) * 100_000 / messages);
  }

  private static double cpuSeconds(long pid) throws Exception {
    String[] fields = Files.readString(Path.of("/proc/" + pid + "/stat")).split(" ");
    return (Long.parseLong(fields[13]) + Long.parseLong(fields[14])) / 100.0;
  }

  private void sendDirect() throws Exception {
    Semaphore permits = new Semaphore(IN_FLIGHT);
    CountDownLatch done = new CountDownLatch(messages);
    for (int i = 0; i < messages; i++) {
      permits.acquire();
      producer.send(
          new org.apache.rocketmq.common.message.Message(TOPIC.value(), body),
          new SendCallback() {
            @Override
            public void onSuccess(SendResult result) {
              permits.release();
              done.countDown();
            }

            @Override
            public void onException(Throwable failure) {
              onSuccess(new SendResult());
            }
          });
    }
    done.await();
  }

  private void append() throws Exception {
    Semaphore permits = new Semaphore(IN_FLIGHT);
    CountDownLatch done = new CountDownLatch(messages);
    AtomicLong failures = new AtomicLong();
    for (int i = 0; i < messages; i++) {
      permits.acquire();
      appendOne()
          .whenComplete(
              (position, failure) -> {
                if (failure != null) {
                  failures.incrementAndGet();
                }
                permits.release();
                done.countDown();
              });
    }
    done.await();
    if (failures.get() > 0) {
      System.out.println("failures: " + failures);
    }
  }

  private CompletionStage<?> appendOne() {
    Message message =
        new Message(
            UUID.randomUUID().toString(),
            Bytes.wrap(body),
            null,
            null,
            List.of(),
            null,
            Instant.now(),
            null);
    return engine.append(
        TOPIC, message, new AppendOptions(false, System.nanoTime() + 10_000_000_000L));
  }

  private void pullDirect() throws Exception {
    @SuppressWarnings("deprecation")
    DefaultMQPullConsumer consumer = new DefaultMQPullConsumer("probe-direct");
    consumer.setNamesrvAddr(cluster.nameServer());
    consumer.start();
    AtomicLong left = new AtomicLong(messages);
    List<Thread> threads = new ArrayList<>();
    for (MessageQueue queue : consumer.fetchSubscribeMessageQueues(TOPIC.value())) {
      Thread thread =
          new Thread(
              () -> {
                long offset = 0;
                try {
                  while (left.get() > 0) {
                    PullResult result = consumer.pull(queue, "*", offset, 32);
                    if (result.getMsgFoundList() == null) {
                      return;
                    }
                    offset = result.getNextBeginOffset();
                    left.addAndGet(-result.getMsgFoundList().size());
                  }
                } catch (Exception e) {
                  e.printStackTrace();
                }
              });
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    consumer.shutdown();
  }

  private void fetch(int round) throws Exception {
    AtomicLong left = new AtomicLong(messages);
    CompletableFuture<Void> done = new CompletableFuture<>();
    var reader =
        engine.openReader(
            spec("probe-" + round),
            new ReaderListener() {
              @Override
              public void assigned(OwnedPartition partition) {
                next(partition, partition.startOffset());
              }

              private void next(OwnedPartition partition, long from) {
                partition
                    .fetch(from, 1 << 20, Duration.ofSeconds(5))
                    .whenComplete((batch, failure) -> took(partition, batch, failure));
              }

              private void took(OwnedPartition partition, Batch batch, Throwable failure) {
                if (failure != null) {
                  return;
                }
                if (left.addAndGet(-batch.messages().size()) <= 0) {
                  done.complete(null);
                } else {
                  next(partition, batch.nextOffset());
                }
              }

              @Override
              public CompletionStage<Void> revoked(OwnedPartition partition) {
                return CompletableFuture.completedFuture(null);
              }

              @Override
              public void lost(OwnedPartition partition) {}
            });
    done.join();
    reader.close();
  }

  private static ReaderSpec spec(String group) {
    return new ReaderSpec(
        TOPIC, new GroupName(group), false, InitialPosition.EARLIEST, Filter.all(), false);
  }

  /** One after another: the time from append to its answer. */
  private void latency() throws Exception {
    int count = 3_000;
    long[] engineNanos = new long[count];
    long[] directNanos = new long[count];
    for (int i = 0; i < count; i++) {
      long begun = System.nanoTime();
      appendOne().toCompletableFuture().join();
      engineNanos[i] = System.nanoTime() - begun;
      begun = System.nanoTime();
      producer.send(new org.apache.rocketmq.common.message.Message(TOPIC.value(), body));
      directNanos[i] = System.nanoTime() - begun;
    }
    print("engine append, one at a time", engineNanos);
    print("direct send, one at a time", directNanos);
  }

  /** From append to the fetch that finds the message, one at a time. */
  private void endToEnd() throws Exception {
    TopicName topic = new TopicName("probe-latency");
    engine
        .topics()
        .ensure(topic, new TopicSettings(1, false, Map.of()))
        .toCompletableFuture()
        .join();
    CompletableFuture<OwnedPartition> assigned = new CompletableFuture<>();
    engine.openReader(
        new ReaderSpec(
            topic,
            new GroupName("probe-latency"),
            false,
            InitialPosition.EARLIEST,
            Filter.all(),
            false),
        new ReaderListener() {
          @Override
          public void assigned(OwnedPartition partition) {
            assigned.complete(partition);
          }

          @Override
          public CompletionStage<Void> revoked(OwnedPartition partition) {
            return CompletableFuture.completedFuture(null);
          }

          @Override
          public void lost(OwnedPartition partition) {}
        });
    OwnedPartition partition = assigned.join();
    int count = 1_000;
    long[] nanos = new long[count];
    long next = partition.startOffset();
    for (int i = 0; i < count; i++) {
      CompletableFuture<Batch> parked =
          partition.fetch(next, 1 << 20, Duration.ofSeconds(10)).toCompletableFuture();
      Thread.sleep(2);
      long begun = System.nanoTime();
      engine.append(
          topic,
          new Message(
              UUID.randomUUID().toString(),
              Bytes.wrap(body),
              null,
              null,
              List.of(),
              null,
              Instant.now(),
              null),
          new AppendOptions(false, System.nanoTime() + 10_000_000_000L));
      next = parked.join().nextOffset();
      nanos[i] = System.nanoTime() - begun;
    }
    print("append to parked fetch", nanos);
  }

  private static void print(String what, long[] nanos) {
    Arrays.sort(nanos);
    System.out.printf(
        "%-28s p50 %.2f ms   p99 %.2f ms%n",
        what, nanos[nanos.length / 2] / 1e6, nanos[nanos.length * 99 / 100] / 1e6);
  }
}
