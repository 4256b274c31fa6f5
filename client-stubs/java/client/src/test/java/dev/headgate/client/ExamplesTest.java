package dev.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The examples as a reader starts them: from the source file, in a process of their own. */
@Timeout(60)
class ExamplesTest {
  @Test
  void sendLinesSendsLines() throws Exception {
    try (FakeGateway gateway = new FakeGateway()) {
      Process sender = start("SendLines", "t", gateway.address());
      sender.getOutputStream().write("one\ntwo\n".getBytes(StandardCharsets.UTF_8));
      sender.getOutputStream().close();

      assertThat(sender.waitFor(50, TimeUnit.SECONDS)).isTrue();
      assertThat(sender.exitValue()).isZero();
      assertThat(gateway.topic.stored()).containsExactly("one", "two");
    }
  }

  @Test
  void receiveLinesPrintsLines() throws Exception {
    try (FakeGateway gateway = new FakeGateway()) {
      gateway.topic.queue("one");
      Process receiver = start("ReceiveLines", "t", "g", gateway.address());
      try (BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(receiver.getInputStream(), StandardCharsets.UTF_8))) {
        assertThat(lines.readLine()).isEqualTo("one");
        Await.until("acked", () -> gateway.topic.acked().size() == 1);
      } finally {
        receiver.destroyForcibly();
      }
    }
  }

  private static Process start(String example, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(Path.of("examples", example + ".java").toString());
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }
}
