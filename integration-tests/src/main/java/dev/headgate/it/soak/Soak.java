package dev.headgate.it.soak;

import dev.headgate.it.harness.Distribution;
import dev.headgate.it.harness.GatewayConfigFile;
import dev.headgate.it.harness.GatewayProcess;
import dev.headgate.it.harness.RocketMqCluster;
import dev.headgate.it.harness.TemporaryFolder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * The soak's program: three flows (unordered, ordered by key, and one of delays and nacks) through
 * a real gateway on a real RocketMQ, while processes are killed and halted at random. Afterwards
 * every flow drains and is judged, and the gateway's memory, threads and descriptors over each of
 * its lives are printed. Ends with 1 when something was lost, appeared, or came out of order.
 */
public final class Soak {
  private static final Duration SAMPLE = Duration.ofSeconds(10);

  private final Random random;
  private final RocketMqCluster cluster;
  private final GatewayProcess gateway;
  private final List<Flow> flows = new ArrayList<>();
  private final Lives lives = new Lives();

  private Soak(long seed, RocketMqCluster cluster, GatewayProcess gateway) {
    this.random = new Random(seed);
    this.cluster = cluster;
    this.gateway = gateway;
  }

  /**
   * Runs it.
   *
   * @param words minutes (60), sends a second (300), seed (of the clock), each {@code name=value}
   */
  public static void main(String[] words) throws Exception {
    long minutes = number(words, "minutes", 60);
    long rate = number(words, "rate", 300);
    long seed = number(words, "seed", System.nanoTime());
    say("soak: %d minutes, %d sends a second, seed %d".formatted(minutes, rate, seed));
    Distribution distribution = Distribution.find();
    boolean good;
    try (TemporaryFolder folder = TemporaryFolder.create("soak");
        RocketMqCluster cluster = RocketMqCluster.start(distribution, folder.resolve("rocketmq"));
        GatewayProcess gateway =
            GatewayProcess.start(
                distribution, GatewayConfigFile.of(cluster), folder.resolve("gateway"))) {
      good = new Soak(seed, cluster, gateway).run(Duration.ofMinutes(minutes), rate);
    } catch (Exception e) {
      // The flows' threads would go on without what they talk to.
      e.printStackTrace();
      System.exit(2);
      return;
    }
    System.exit(good ? 0 : 1);
  }

  private boolean run(Duration length, long rate) throws Exception {
    flows.add(Flow.unordered(gateway.port(), rate * 2 / 5));
    flows.add(Flow.ordered(gateway.port(), rate * 2 / 5));
    flows.add(Flow.delaysAndNacks(gateway.port(), rate / 5));
    for (Flow flow : flows) {
      flow.start();
    }
    long end = System.nanoTime() + length.toNanos();
    long nextFault = System.nanoTime() + pause().toNanos();
    while (System.nanoTime() - end < 0) {
      Thread.sleep(SAMPLE.toMillis());
      lives.sample(gateway.process());
      if (System.nanoTime() - nextFault >= 0 && end - System.nanoTime() > 60_000_000_000L) {
        strike();
        nextFault = System.nanoTime() + pause().toNanos();
      }
    }
    boolean good = true;
    for (Flow flow : flows) {
      good &= flow.finish();
    }
    lives.sample(gateway.process());
    lives.print();
    return good;
  }

  private Duration pause() {
    return Duration.ofSeconds(40 + random.nextInt(50));
  }

  private void strike() throws Exception {
    int dice = random.nextInt(10);
    if (dice < 2) {
      say("fault: the gateway is killed");
      gateway.kill();
      gateway.restart();
      lives.next();
    } else if (dice < 5) {
      say("fault: the broker is killed");
      cluster.broker().kill();
      cluster.broker().restart(true);
    } else if (dice < 8) {
      Duration halt = Duration.ofSeconds(2 + random.nextInt(10));
      say("fault: the gateway is halted for " + halt.toSeconds() + " s");
      gateway.process().pause();
      Thread.sleep(halt.toMillis());
      gateway.process().resume();
    } else {
      say("fault: all receivers drop their connections with what they hold");
      flows.forEach(Flow::dropReceivers);
    }
  }

  static void say(String line) {
    System.out.println(
        java.time.LocalTime.now().truncatedTo(java.time.temporal.ChronoUnit.SECONDS) + " " + line);
  }

  private static long number(String[] words, String name, long byDefault) {
    for (String word : words) {
      if (word.startsWith(name + "=")) {
        return Long.parseLong(word.substring(name.length() + 1));
      }
    }
    return byDefault;
  }
}
