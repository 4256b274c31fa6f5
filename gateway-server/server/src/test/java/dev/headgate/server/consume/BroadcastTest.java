package dev.headgate.server.consume;

import static dev.headgate.server.consume.ConsumeFixture.bodies;
import static dev.headgate.server.consume.ConsumeFixture.now;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headgate.engine.Filter;
import dev.headgate.engine.GroupName;
import dev.headgate.server.error.ErrorCode;
import dev.headgate.server.error.GatewayException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Every instance of a broadcast gets everything (D23). */
class BroadcastTest {
  private final ConsumeFixture fixture = new ConsumeFixture();

  @Test
  void D23_everyInstanceGetsEveryMessage() {
    store();

    assertThat(bodies(receive("a"))).containsExactly("m0", "m1", "m2");
    assertThat(bodies(receive("b"))).containsExactly("m0", "m1", "m2");
    assertThat(fixture.engine.reader("t").spec.broadcast()).isTrue();
  }

  @Test
  void D23_instanceKeepsItsPosition() {
    store();
    receive("a").forEach(fixture::ack);
    fixture.timer.advance(Duration.ofSeconds(2));

    assertThat(fixture.engine.committed("t", "g%%a", 0)).isEqualTo(3);
    assertThat(fixture.engine.committed("t", "g%%b", 0)).isEqualTo(-1);
  }

  @Test
  void D23_clientsOfOneInstanceShareItsMessages() {
    store();

    assertThat(receive("a")).hasSize(3);
    assertThat(receive("a")).isEmpty();
  }

  @Test
  void D23_leaseOfAnInstanceIsSettledAfterARestart() {
    store();
    List<Delivery> before = receive("a");
    fixture.restarted();

    fixture.core.ack(ConsumeFixture.CALLER, List.of(before.get(0).lease()), Long.MAX_VALUE);

    assertThat(fixture.engine.readers)
        .allSatisfy(reader -> assertThat(reader.spec.broadcast()).isTrue());
  }

  @Test
  void D42_groupThatLooksLikeAnInstanceIsRefused() {
    store();

    assertRefused("g%%a", null, "names one instance of a broadcast");
    assertRefused("g", "not a name", "receive.broadcastInstance: 'not a name'");
    assertRefused("g", "x".repeat(65), "1 to 64");
  }

  @Test
  void longNamesStayApart() {
    String longest = "g".repeat(119);

    GroupName first = BroadcastGroup.of(new GroupName(longest + "1"), "i");
    GroupName second = BroadcastGroup.of(new GroupName(longest + "2"), "i");

    assertThat(first).isNotEqualTo(second);
    assertThat(BroadcastGroup.isOne(first)).isTrue();
  }

  private void store() {
    fixture.engine.topic("t", 1);
    for (int i = 0; i < 3; i++) {
      fixture.put("t", 0, null, "m" + i);
    }
  }

  private List<Delivery> receive(String instance) {
    PendingReceive pending = ask("g", instance);
    return now(pending.result()).deliveries();
  }

  private PendingReceive ask(String group, @Nullable String instance) {
    return fixture.core.receive(
        ConsumeFixture.CALLER,
        new ReceiveCommand("t", group, 10, 0, Duration.ZERO, null, Filter.all(), instance),
        Long.MAX_VALUE);
  }

  private void assertRefused(String group, @Nullable String instance, String text) {
    assertThatThrownBy(() -> now(ask(group, instance).result()))
        .cause()
        .isInstanceOfSatisfying(
            GatewayException.class,
            failure -> assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
        .hasMessageContaining(text);
  }
}
