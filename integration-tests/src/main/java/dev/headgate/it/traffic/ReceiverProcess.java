package dev.headgate.it.traffic;

import dev.headgate.it.harness.ChildProcess;
import dev.headgate.it.harness.JavaCommand;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A receiver in a JVM of its own, to be killed: {@code port topic group leaseMillis journal}. */
public final class ReceiverProcess {
  private ReceiverProcess() {}

  /** Receives until it is killed. */
  public static void main(String[] words) throws IOException {
    try (FileJournal journal = new FileJournal(Path.of(words[4]))) {
      Duration lease = Duration.ofMillis(Long.parseLong(words[3]));
      new ReceivingClient(
              Integer.parseInt(words[0]), words[1], words[2], 16, lease, journal, () -> false)
          .run();
    }
  }

  /** Starts one that writes to the journal. */
  public static ChildProcess start(
      int port, String topic, String group, Duration lease, Path directory, Path journal) {
    List<String> command =
        JavaCommand.of(
            ReceiverProcess.class,
            List.of("-Xmx128m"),
            List.of(
                Integer.toString(port),
                topic,
                group,
                Long.toString(lease.toMillis()),
                journal.toString()));
    return ChildProcess.start("receiver", command, directory, directory.resolve("receiver.log"));
  }
}
