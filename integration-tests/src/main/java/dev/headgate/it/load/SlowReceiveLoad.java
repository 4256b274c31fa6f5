package dev.headgate.it.load;

import dev.headgate.idl.gateway.Delivery;
import dev.headgate.it.harness.Wire;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Clients that are slower than their backlog: each receives some, thinks, acknowledges. A program:
 * {@code port topic group clients batch pauseMillis seconds watch.NAME=PID}.
 */
public final class SlowReceiveLoad {
  private final Arguments arguments;
  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicLong errors = new AtomicLong();
  private final AtomicReference<@Nullable Throwable> firstError = new AtomicReference<>();

  private SlowReceiveLoad(Arguments arguments) {
    this.arguments = arguments;
  }

  /** Runs it. */
  public static void main(String[] words) throws Exception {
    new SlowReceiveLoad(new Arguments(words)).run();
    System.exit(0);
  }

  private void run() throws InterruptedException {
    Measurement.Running measured = new Measurement.Running(arguments.watched(), 0);
    for (int i = 0; i < arguments.number("clients"); i++) {
      Thread thread = new Thread(this::client, "client-" + i);
      thread.setDaemon(true);
      thread.start();
    }
    TimeUnit.SECONDS.sleep(arguments.number("seconds"));
    System.out.println(
        measured.end(acknowledged.get(), errors.get()).withFirstError(firstError.get()).toLines());
  }

  private void client() {
    try (Wire wire = Wire.connect(arguments.number("port"))) {
      while (true) {
        List<Delivery> deliveries =
            wire.receive(
                arguments.text("topic"),
                arguments.text("group"),
                arguments.number("batch"),
                Duration.ofSeconds(5));
        TimeUnit.MILLISECONDS.sleep(arguments.number("pauseMillis"));
        if (!deliveries.isEmpty()) {
          wire.ack(deliveries);
          acknowledged.addAndGet(deliveries.size());
        }
      }
    } catch (Exception e) {
      errors.incrementAndGet();
      firstError.compareAndSet(null, e);
    }
  }
}
