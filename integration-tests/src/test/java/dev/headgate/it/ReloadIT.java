package dev.headgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headgate.idl.gateway.Delivery;
import dev.headgate.idl.gateway.GatewayError;
import dev.headgate.it.harness.Until;
import dev.headgate.it.harness.Wire;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The configuration of a running node is changed by an operator. */
@Timeout(120)
class ReloadIT {
  private static final Duration SOON = Duration.ofSeconds(20);

  @Test
  void routesChangeAtSighupAndABadFileChangesNothing() throws Exception {
    try (OwnGateway own = OwnGateway.start("reload");
        Wire wire = Wire.connect(own.gateway().port())) {
      Path file = own.folder().resolve("node0").resolve("headgate.yaml");
      String before = Files.readString(file);
      wire.send("x-kept", Messages.text("one"));
      List<Delivery> held = wire.receiveAll("x-kept", "readers", 1, SOON);
      assertThatThrownBy(() -> wire.send("fresh-1", Messages.text("x")))
          .isInstanceOf(GatewayError.class);

      Files.writeString(file, before.replace("maxAttempts:", "maxAttempt:"));
      own.gateway().process().hangUp();
      Until.holds(
          "the refusal is logged with line and key",
          SOON,
          () -> log(own).contains("maxAttempt: unknown key, did you mean 'maxAttempts'?"));
      assertThat(log(own)).contains("configuration refused, the one in force stays");
      assertThatThrownBy(() -> wire.send("fresh-1", Messages.text("x")))
          .isInstanceOf(GatewayError.class);

      Files.writeString(file, before.replace("'x-*'", "'*'"));
      own.gateway().process().hangUp();
      Until.holds(
          "the new route holds",
          SOON,
          () -> !wire.send("fresh-1", Messages.text("x")).getMessageId().isEmpty());

      // A lease from before, and the connection, have seen nothing of all this.
      assertThat(wire.ack(held.get(0)).getStatus())
          .isEqualTo(dev.headgate.idl.gateway.SettleStatus.DONE);
      Groups.awaitNoLag(wire, "x-kept", "readers", SOON);
    }
  }

  private static String log(OwnGateway own) throws Exception {
    return Files.readString(own.folder().resolve("node0").resolve("gateway.log"));
  }
}
