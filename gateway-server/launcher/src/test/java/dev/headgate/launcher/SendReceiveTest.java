package dev.headgate.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.launcher.GatewayFixture.Ran;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SendReceiveTest {
  @TempDir Path folder;

  private GatewayFixture gateway;

  @BeforeEach
  void start() throws Exception {
    gateway = new GatewayFixture(folder);
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  @Test
  void textsGoInAndComeOutAlone() {
    Ran sent = gateway.run("send", "greetings", "hello", "world");
    Ran received = gateway.run("receive", "greetings", "--group", "readers");

    assertThat(sent.code()).isEqualTo(ExitCode.DONE);
    assertThat(sent.out()).isEmpty();
    assertThat(sent.err()).contains("sent 2 messages to greetings");
    assertThat(received.code()).isEqualTo(ExitCode.DONE);
    assertThat(received.lines()).containsExactlyInAnyOrder("hello", "world");
    assertThat(received.err()).contains("received 2 messages from greetings for readers");
  }

  @Test
  void D11_whatWasReceivedDoesNotComeAgain() {
    gateway.run("send", "greetings", "hello");
    gateway.run("receive", "greetings", "--group", "readers");

    Ran again = gateway.run("receive", "greetings", "--group", "readers");

    assertThat(again.out()).isEmpty();
    assertThat(again.err()).contains("received 0 messages");
    assertThat(gateway.run("receive", "greetings", "--group", "others").out()).isEqualTo("hello\n");
  }

  @Test
  void linesOfAFileComeOutByteForByte() throws Exception {
    byte[] content = {'a', '\n', '\n', (byte) 0xff, 0, '\r', '\n', 'z'};
    Path file = Files.write(folder.resolve("lines"), content);

    gateway.run("send", "ordered-lines", "--key", "k", "--lines", file.toString());
    Ran received = gateway.run("receive", "ordered-lines", "--group", "g", "--json");

    assertThat(received.lines()).hasSize(4);
    assertThat(received.lines().get(0)).contains("\"body\":\"a\"").contains("\"key\":\"k\"");
    assertThat(received.lines().get(1)).contains("\"body\":\"\"");
    assertThat(received.lines().get(2)).contains("\"bodyBase64\":\"/wAN\"");
    assertThat(received.lines().get(3)).contains("\"body\":\"z\"").contains("\"attempt\":1");
  }

  @Test
  void D6_longOrderedSendKeepsItsOrder() {
    String input =
        IntStream.range(0, 3_000).mapToObj(Integer::toString).collect(Collectors.joining("\n"));

    Ran sent = gateway.runWithInput(input, "send", "ordered-bulk", "--key", "k", "-");
    Ran received = gateway.run("receive", "ordered-bulk", "--group", "g");

    assertThat(sent.err()).contains("sent 3,000 messages");
    assertThat(received.out()).isEqualTo(input + "\n");
  }

  @Test
  void maxEndsEarlyAndLeavesTheRest() {
    gateway.run("send", "greetings", "1", "2", "3");

    assertThat(gateway.run("receive", "greetings", "--group", "g", "--max", "2").lines())
        .hasSize(2);
    assertThat(gateway.run("receive", "greetings", "--group", "g").lines()).hasSize(1);
  }

  @Test
  void headersAndTagArrive() {
    gateway.run("send", "greetings", "hi", "--tag", "red", "--header", "a=1", "--header", "b=2");

    assertThat(gateway.run("receive", "greetings", "--group", "g", "--json").out())
        .contains("\"tag\":\"red\"")
        .contains(
            "\"headers\":[{\"name\":\"a\",\"value\":\"1\"},{\"name\":\"b\",\"value\":\"2\"}]");
  }

  @Test
  void D4_oneBadLineDoesNotStopTheOthers() {
    Ran sent =
        gateway.runWithInput("short\n" + "x".repeat(100) + "\nend\n", "send", "small-a", "-");

    assertThat(sent.code()).isEqualTo(ExitCode.REFUSED);
    assertThat(sent.err())
        .contains("headgate: message 2: MESSAGE_TOO_LARGE")
        .contains("sent 2 messages to small-a")
        .contains("1 not stored");
    assertThat(gateway.run("receive", "small-a", "--group", "g").lines())
        .containsExactlyInAnyOrder("short", "end");
  }

  @Test
  void countsForScripts() {
    Ran sent = gateway.run("send", "greetings", "a", "b", "--json");

    assertThat(sent.out())
        .startsWith("{\"sent\":2,\"refused\":0,\"unknown\":0,\"notTried\":0,\"lastMessageId\":\"");
    assertThat(sent.err()).isEmpty();
  }

  @Test
  void unknownTopicIsRefusedWithAHint() {
    Ran received = gateway.run("receive", "strict-x", "--group", "g");

    assertThat(received.code()).isEqualTo(ExitCode.REFUSED);
    assertThat(received.err()).contains("UNKNOWN_TOPIC").contains("headgate topics create");
  }

  @Test
  void gatewayThatIsNotThereIsToldWithAHint() {
    for (String[] command :
        new String[][] {
          {"send", "t", "x"}, {"receive", "t", "--group", "g"}, {"topics"}, {"groups"}
        }) {
      String[] all = Arrays.copyOf(command, command.length + 2);
      all[command.length] = "--address";
      all[command.length + 1] = "127.0.0.1:1";

      Ran ran = GatewayFixture.command(folder, "", all);

      assertThat(ran.code()).isEqualTo(ExitCode.UNAVAILABLE);
      assertThat(ran.err())
          .startsWith("headgate: no gateway answers at 127.0.0.1:1\n")
          .contains("./headgate dev");
    }
  }
}
