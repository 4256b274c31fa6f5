package dev.headgate.engine.rocketmq;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.engine.AppendOptions;
import dev.headgate.engine.Bytes;
import dev.headgate.engine.EngineContext;
import dev.headgate.engine.EngineSettings;
import dev.headgate.engine.Message;
import dev.headgate.engine.Position;
import dev.headgate.engine.TopicAdmin.TopicSettings;
import dev.headgate.engine.TopicName;
import dev.headgate.sandbox.rocketmq.RocketMqProcess;
import dev.headgate.sandbox.rocketmq.SandboxOptions;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A topic that lies on two brokers, of which one dies. */
class TwoBrokersTest {
  private static final TopicName TOPIC = new TopicName("two-" + UUID.randomUUID());

  private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
  @TempDir Path folder;

  @AfterEach
  void stop() {
    scheduler.shutdownNow();
  }

  @Test
  void D2_unorderedAppendsGoOnAtTheBrokerThatLives() throws Exception {
    try (RocketMqProcess nameServer =
            RocketMqProcess.start(SandboxOptions.nameServer(folder.resolve("n")));
        RocketMqProcess one =
            RocketMqProcess.start(
                SandboxOptions.broker(folder.resolve("a"), nameServer.nameServer()));
        RocketMqProcess other =
            RocketMqProcess.start(
                SandboxOptions.broker(folder.resolve("b"), nameServer.nameServer())
                    .named("broker-b"));
        RocketMqEngine engine = open(nameServer)) {
      engine
          .topics()
          .ensure(TOPIC, new TopicSettings(4, false, Map.of()))
          .toCompletableFuture()
          .get(20, TimeUnit.SECONDS);
      assertThat(List.of(broker(engine), broker(engine), broker(engine), broker(engine)))
          .contains("broker-a", "broker-b");
      assertThat(one.isAlive()).isTrue();

      other.kill();

      for (int i = 0; i < 20; i++) {
        assertThat(broker(engine)).isEqualTo("broker-a");
      }
    }
  }

  private static String broker(RocketMqEngine engine) throws Exception {
    Position position =
        engine
            .append(
                TOPIC,
                new Message(
                    UUID.randomUUID().toString(),
                    Bytes.utf8("m"),
                    null,
                    null,
                    List.of(),
                    null,
                    Instant.now(),
                    null),
                new AppendOptions(false, System.nanoTime() + TimeUnit.SECONDS.toNanos(10)))
            .toCompletableFuture()
            .get(20, TimeUnit.SECONDS);
    return Queue.of(position.partition()).broker();
  }

  private RocketMqEngine open(RocketMqProcess nameServer) {
    return (RocketMqEngine)
        new RocketMqEngineProvider()
            .open(
                new EngineSettings("two", "", Map.of("nameServers", nameServer.nameServer())),
                new EngineContext("two", InstantSource.system(), scheduler));
  }
}
