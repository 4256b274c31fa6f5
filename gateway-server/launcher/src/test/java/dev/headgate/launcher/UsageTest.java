package dev.headgate.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.launcher.GatewayFixture.Ran;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsageTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sned | Unmatched argument at index 0: 'sned'",
        "send | Missing required parameter: 'TOPIC'",
        "send t | nothing to send (expected: TEXT, --lines FILE, or '-' for standard input)",
        "send t x --lines f | both TEXT and --lines (expected: one of them)",
        "send t --lines /none | --lines: /none cannot be read (expected: a file)",
        "receive t | Missing required option: '--group=GROUP'",
        "receive t --group g --max 0 | --max: 0 (expected: at least 1)",
        "topics --timeout 5 | --timeout: '5' (expected: a duration such as",
        "topics --address nowhere | --address: address: 'nowhere' (expected: host:port)",
        "topics delete t | this deletes every message of 't' for good; say --yes to do it",
        "dead-letters | dead-letters: no command (expected one of: browse, replay, purge)",
        "dead-letters browse | Missing required parameter: 'GROUP'",
        "dead-letters browse g --max 0 | --max: 0 (expected: at least 1)",
        "dead-letters replay g | this replays every dead letter of 'g'; say --all to do it",
        "dead-letters purge g | this removes every dead letter of 'g'; say --all to do it",
        "dead-letters purge g --all --id x | --all with --topic or --id (expected: one or the other)",
        "serve | Missing required option: '--config=FILE'",
        "serve --config /none/headgate.yaml | there is no such file",
        "dev --engine kafka | Invalid value for option '--engine'",
      })
  void wrongUsageSaysWhatWasExpected(String arguments, String text) {
    Ran ran = GatewayFixture.command(folder, "", arguments.split(" "));

    assertThat(ran.code()).isEqualTo(ExitCode.USAGE);
    assertThat(ran.err()).startsWith("headgate: ").contains(text);
    assertThat(ran.out()).isEmpty();
  }

  @Test
  void noCommandNamesThem() {
    Ran ran = GatewayFixture.command(folder, "");

    assertThat(ran.code()).isEqualTo(ExitCode.USAGE);
    assertThat(ran.err())
        .contains(
            "no command (expected one of: dev, serve, check, engines, send, receive, topics, groups, seek,"
                + " dead-letters, drain, config, version)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--help",
        "dev --help",
        "serve --help",
        "check --help",
        "send --help",
        "receive -h",
        "topics --help",
        "topics create --help",
        "groups --help",
        "dead-letters --help",
        "dead-letters purge --help",
        "seek --help",
        "engines --help",
        "config --help",
        "drain --help",
        "version --help"
      })
  void helpIsDataAndSuccess(String arguments) {
    Ran ran = GatewayFixture.command(folder, "", arguments.split(" "));

    assertThat(ran.code()).isEqualTo(ExitCode.DONE);
    assertThat(ran.out()).contains("Usage: headgate");
    assertThat(ran.err()).isEmpty();
  }

  @Test
  void checkTellsEveryFaultWithItsLine() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("headgate.yaml"),
            "listen: {prot: 1}\nclusters:\n  main: {engine: memory}\ntopics:\n  - {pattern: a}\n");

    Ran ran = GatewayFixture.command(folder, "", "check", "--config", file.toString());

    assertThat(ran.code()).isEqualTo(ExitCode.USAGE);
    assertThat(ran.err())
        .contains("the configuration has 2 faults:")
        .contains(file + ":1: listen.prot: unknown key, did you mean 'port'?")
        .contains(file + ":5: topics[0].cluster: missing (expected: one of: main)");
    assertThat(
            GatewayFixture.command(folder, "", "check", "--json", "--config", file.toString())
                .lines())
        .hasSize(2)
        .first()
        .asString()
        .contains("\"line\":1,\"key\":\"listen.prot\"");
  }

  @Test
  void checkAsksTheEnginesToo() throws Exception {
    Path file = config("engine: memory, settings: {colour: red}");

    Ran ran = GatewayFixture.command(folder, "", "check", "--config", file.toString());

    assertThat(ran.code()).isEqualTo(ExitCode.USAGE);
    assertThat(ran.err()).contains(file + ":2: clusters.main.settings.colour: unknown key");
  }

  @Test
  void checkPassesWhatIsRight() throws Exception {
    Path file = config("engine: memory");

    Ran ran = GatewayFixture.command(folder, "", "check", "--config", file.toString());

    assertThat(ran.code()).isEqualTo(ExitCode.DONE);
    assertThat(ran.err()).contains("is right (clusters: 1, topic patterns: 1");
  }

  private Path config(String cluster) throws Exception {
    return Files.writeString(
        folder.resolve("headgate.yaml"),
        "clusters:\n  main: {" + cluster + "}\ntopics:\n  - {pattern: \"*\", cluster: main}\n");
  }
}
