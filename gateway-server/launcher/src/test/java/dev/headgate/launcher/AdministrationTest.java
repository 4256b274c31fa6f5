package dev.headgate.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.launcher.GatewayFixture.Ran;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdministrationTest {
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
  void topicIsCreatedListedDescribedAndDeleted() {
    Ran created = gateway.run("topics", "create", "orders", "--partitions", "3");

    assertThat(created.code()).isEqualTo(ExitCode.DONE);
    assertThat(created.out()).contains("TOPIC").contains("orders").contains("memory");
    assertThat(gateway.run("topics", "describe", "orders", "--json").out())
        .isEqualTo(
            "{\"topic\":\"orders\",\"cluster\":\"main\",\"engine\":\"memory\",\"partitions\":3,"
                + "\"ordered\":false,\"maxMessageBytes\":4194304}\n");
    assertThat(gateway.run("topics", "list", "ord*", "--json").lines()).hasSize(1);
    assertThat(gateway.run("topics", "list", "x*").err()).isEqualTo("no topics match x*\n");

    assertThat(gateway.run("topics", "delete", "orders").code()).isEqualTo(ExitCode.USAGE);
    assertThat(gateway.run("topics", "delete", "orders", "--yes").code()).isEqualTo(ExitCode.DONE);
    assertThat(gateway.run("topics", "--json").out()).isEmpty();
    assertThat(gateway.run("topics", "delete", "orders", "--yes").code())
        .isEqualTo(ExitCode.REFUSED);
  }

  @Test
  void orderThatTheRouteDoesNotGiveIsRefused() {
    Ran created = gateway.run("topics", "create", "orders", "--ordered", "true");

    assertThat(created.code()).isEqualTo(ExitCode.REFUSED);
    assertThat(created.err()).contains("FAILED_PRECONDITION").contains("under 'topics'");
    assertThat(gateway.run("topics", "create", "ordered-x", "--ordered", "true").code())
        .isEqualTo(ExitCode.DONE);
  }

  @Test
  void lagIsWhatTheGroupHasNotSettled() {
    gateway.run("send", "orders", "1", "2", "3", "4", "5");
    gateway.run("receive", "orders", "--group", "billing", "--max", "5");
    gateway.run("receive", "orders", "--group", "billing");
    gateway.run("send", "orders", "6", "7");

    assertThat(gateway.run("groups", "orders", "--json").out())
        .contains("\"group\":\"billing\"")
        .contains("\"lagMessages\":2");
    assertThat(gateway.run("groups").out())
        .containsPattern("GROUP +TOPIC +LAG")
        .containsPattern("billing +orders +2 ");
    assertThat(gateway.run("groups", "--partitions").lines()).hasSizeGreaterThan(2);
  }

  @Test
  void pluginsAreListedWithWhatTheyCan() {
    assertThat(GatewayFixture.command(folder, "", "engines").out())
        .containsPattern("ENGINE +SPI +CAPABILITIES")
        .containsPattern("memory +1 .*LOG.*SEEK");
    assertThat(GatewayFixture.command(folder, "", "engines", "--json").out())
        .startsWith("{\"engine\":\"memory\",\"spiVersion\":1,\"capabilities\":[");
  }

  @Test
  void configurationInForceIsShownWithItsDefaults() {
    assertThat(gateway.run("config").out())
        .contains("name: test")
        .contains("commitInterval: 20ms")
        .contains("maxParked: 100000")
        .contains("pattern: brief-*");
  }

  @Test
  void D21_nodeIsDrained() {
    gateway.run("send", "orders", "1");

    Ran drained = gateway.run("drain", "--grace", "1s");
    assertThat(drained.err()).startsWith("drained in ");
    assertThat(drained.code()).isEqualTo(ExitCode.DONE);
    assertThat(gateway.run("send", "orders", "2", "--timeout", "300ms").err()).contains("DRAINING");
    assertThat(gateway.run("drain", "--grace", "soon").code()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void D24_groupIsMoved() {
    gateway.run("send", "orders", "1", "2", "3");
    gateway.run("receive", "orders", "--group", "billing");

    Ran planned = gateway.run("seek", "orders", "--group", "billing", "--to", "start", "--dry-run");
    assertThat(planned.err())
        .isEqualTo("group 'billing' on topic 'orders' would stand at start, 3 behind\n");
    assertThat(gateway.run("receive", "orders", "--group", "billing").out()).isEmpty();

    assertThat(gateway.run("seek", "orders", "--group", "billing", "--to", "start").code())
        .isEqualTo(ExitCode.DONE);
    assertThat(gateway.run("receive", "orders", "--group", "billing").lines())
        .containsExactlyInAnyOrder("1", "2", "3");
    assertThat(
            gateway
                .run("seek", "orders", "--group", "billing", "--to", "2020-01-01T00:00:00Z")
                .err())
        .contains("3 behind");
  }

  @Test
  void D24_placeThatIsNoneIsToldWithWhatWasExpected() {
    gateway.run("topics", "create", "orders");

    Ran nonsense = gateway.run("seek", "orders", "--group", "billing", "--to", "yesterday");
    assertThat(nonsense.code()).isEqualTo(ExitCode.USAGE);
    assertThat(nonsense.err()).contains("--to: 'yesterday' (expected: start, end, a time");
    assertThat(gateway.run("seek", "orders", "--group", "billing", "--to", "q@1").code())
        .isEqualTo(ExitCode.REFUSED);
  }

  @Test
  void retryAndDeadLetterTopicsAreHiddenUnlessAskedFor() {
    gateway.run("topics", "create", "%dlq%billing");

    assertThat(gateway.run("topics", "--json").out()).isEmpty();
    assertThat(gateway.run("topics", "list", "--internal", "--json").out())
        .contains("%dlq%billing");
  }

  @Test
  void versionsOfBothSides() {
    assertThat(gateway.run("version", "--remote").lines())
        .hasSize(2)
        .last()
        .asString()
        .contains("contract 1.0, node test");
    assertThat(gateway.run("version", "--json").out()).contains("\"contract\":\"1.0\"");
  }
}
