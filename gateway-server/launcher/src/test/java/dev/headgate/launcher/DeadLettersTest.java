package dev.headgate.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.client.Delivery;
import dev.headgate.client.HeadgateClient;
import dev.headgate.client.Nack;
import dev.headgate.client.ReceiveOptions;
import dev.headgate.launcher.GatewayFixture.Ran;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DeadLettersTest {
  private static final String GROUP = "brief-billing";

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

  /** Sends and gives up; the group has one attempt. */
  private void kill(String topic, String... bodies) {
    try (HeadgateClient client = HeadgateClient.builder().address(gateway.address()).build()) {
      for (String body : bodies) {
        assertThat(gateway.run("send", topic, body, "--key", "k").code()).isEqualTo(ExitCode.DONE);
        List<Delivery> deliveries = List.of();
        while (deliveries.isEmpty()) {
          deliveries =
              client
                  .receive(
                      topic,
                      GROUP,
                      ReceiveOptions.defaults()
                          .withMaxMessages(1)
                          .withMaxWait(Duration.ofSeconds(1)))
                  .deliveries();
        }
        client.nack(List.of(new Nack(deliveries.get(0).lease(), Duration.ZERO, "no\ngood")));
        awaitLetter(body);
      }
    }
  }

  /** A nack is answered before the letter is stored. */
  private void awaitLetter(String body) {
    while (!gateway.run("dead-letters", "browse", GROUP, "--json").out().contains(body)) {
      LockSupport.parkNanos(1_000_000);
    }
  }

  private List<String> left() {
    return gateway.run("dead-letters", "browse", GROUP, "--json").lines();
  }

  private String id(String body) {
    String line = left().stream().filter(each -> each.contains(body)).findFirst().orElseThrow();
    return line.replaceFirst(".*\"id\":\"([^\"]*)\".*", "$1");
  }

  @Test
  void D13_lettersAreShownToPeopleAndScripts() {
    assertThat(gateway.run("dead-letters", "browse", GROUP).err()).isEqualTo("no dead letters\n");
    kill("orders", "poison-1", "poison-2");

    Ran shown = gateway.run("dead-letters", "browse", GROUP);
    assertThat(shown.code()).isEqualTo(ExitCode.DONE);
    assertThat(shown.out())
        .containsPattern("ID +TOPIC +ATTEMPTS +GIVEN UP AT +REASON +BODY")
        .containsPattern("main:\\S+ +orders +1 +20\\S+Z +no good +poison-1\\n");
    assertThat(left())
        .hasSize(2)
        .first()
        .asString()
        .contains("\"topic\":\"orders\",\"attempts\":1,\"reason\":\"no\\ngood\",\"deadAt\":\"")
        .contains("\"body\":\"poison-1\"");
    Ran first = gateway.run("dead-letters", "browse", GROUP, "--max", "1");
    assertThat(first.out()).contains("poison-1").doesNotContain("poison-2");
    assertThat(first.err()).contains("there are more; --max N shows more of them");
    assertThat(gateway.run("dead-letters", "browse", GROUP, "--topic", "other").err())
        .isEqualTo("no dead letters\n");
  }

  @Test
  void D13_oneIsReplayedAndTheRestPurged() {
    kill("orders", "poison-1", "poison-2", "poison-3");
    String id = id("poison-2");

    Ran replayed = gateway.run("dead-letters", "replay", GROUP, "--id", id);

    assertThat(replayed.code()).isEqualTo(ExitCode.DONE);
    assertThat(replayed.err()).isEqualTo("replayed 1 dead letter\n");
    assertThat(gateway.run("receive", "orders", "--group", GROUP).out()).isEqualTo("poison-2\n");
    Ran twice = gateway.run("dead-letters", "replay", GROUP, "--id", id, "--json");
    assertThat(twice.code()).isEqualTo(ExitCode.FAILED);
    assertThat(twice.out()).startsWith("{\"replayed\":0,\"failed\":1,\"reason\":\"" + id);
    assertThat(twice.err()).contains("no such dead letter");

    assertThat(gateway.run("dead-letters", "purge", GROUP, "--topic", "orders").err())
        .isEqualTo("purged 2 dead letters\n");
    assertThat(left()).isEmpty();
    assertThat(gateway.run("dead-letters", "purge", GROUP, "--all").err())
        .isEqualTo("purged 0 dead letters\n");
  }

  @Test
  void D13_allAreReplayed() {
    kill("orders", "poison-1");
    kill("ordered-x", "poison-2");

    assertThat(gateway.run("dead-letters", "replay", GROUP, "--all", "--json").out())
        .isEqualTo("{\"replayed\":2,\"failed\":0,\"more\":false}\n");

    assertThat(gateway.run("receive", "orders", "--group", GROUP).out()).isEqualTo("poison-1\n");
    assertThat(gateway.run("receive", "ordered-x", "--group", GROUP).out()).isEqualTo("poison-2\n");
    assertThat(gateway.run("receive", "ordered-x", "--group", "other").out())
        .isEqualTo("poison-2\n");
  }

  @Test
  void malformedIdIsRefused() {
    Ran ran = gateway.run("dead-letters", "purge", GROUP, "--id", "what");

    assertThat(ran.code()).isEqualTo(ExitCode.REFUSED);
    assertThat(ran.err()).contains("INVALID_ARGUMENT: ids: 'what' (expected: the id of a dead");
  }
}
