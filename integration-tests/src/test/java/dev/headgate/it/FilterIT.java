package dev.headgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.headgate.idl.gateway.Delivery;
import dev.headgate.idl.gateway.ErrorCode;
import dev.headgate.idl.gateway.Filter;
import dev.headgate.idl.gateway.GatewayError;
import dev.headgate.idl.gateway.Header;
import dev.headgate.idl.gateway.Message;
import dev.headgate.it.harness.Wire;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.thrift.TException;
import org.junit.jupiter.api.Test;

/** Rule D25: a group gets what its filter lets through, and is not held up by the rest. */
class FilterIT extends ThroughGateway {
  @Test
  void D25_groupGetsItsTagsOnly() throws Exception {
    for (String tag : List.of("red", "green", "blue", "red")) {
      wire.send(topic, Messages.text(tag).setTag(tag));
    }
    wire.send(topic, Messages.text("untagged"));

    List<Delivery> wanted = receive(Filter.tags(List.of("red", "blue")), 3);

    assertThat(Messages.textsOf(wanted)).containsExactlyInAnyOrder("red", "blue", "red");
    wire.ack(wanted);
    assertThat(receive(Filter.tags(List.of("red", "blue")), 1, QUIET)).isEmpty();
    // What nobody wants is settled too.
    Groups.awaitNoLag(wire, topic, group, SOON);
  }

  @Test
  void D25_groupGetsWhatItsExpressionOverHeadersSelects() throws Exception {
    for (int size = 1; size <= 5; size++) {
      wire.send(topic, sized(size, size % 2 == 0 ? "even" : "odd"));
    }

    List<Delivery> wanted = receive(Filter.expression("size > 2 AND kind = 'odd'"), 2);

    assertThat(Messages.textsOf(wanted)).containsExactlyInAnyOrder("3", "5");
    wire.ack(wanted);
    Groups.awaitNoLag(wire, topic, group, SOON);
  }

  @Test
  void D25_retriedMessageOfAFilteredGroupComesBackToIt() throws Exception {
    wire.send(topic, Messages.text("again").setTag("red"));
    Filter red = Filter.tags(List.of("red"));

    Delivery first = receive(red, 1).get(0);
    // Longer than waits in place: through the retry topic.
    wire.nack(first, Duration.ofSeconds(6), "later");

    Delivery second = receive(red, 1).get(0);
    assertThat(Messages.textsOf(List.of(second))).containsExactly("again");
    assertThat(second.getAttempt()).isEqualTo(2);
  }

  @Test
  void D25_membersThatAskForAnotherFilterAreTold() throws Exception {
    wire.send(topic, Messages.text("x").setTag("red"));
    assertThat(receive(Filter.tags(List.of("red")), 1)).hasSize(1);

    GatewayError refused =
        catchThrowableOfType(
            GatewayError.class, () -> receive(Filter.tags(List.of("green")), 1, QUIET));

    assertThat(refused.getFailure().getCode()).isEqualTo(ErrorCode.FAILED_PRECONDITION.getValue());
    assertThat(refused.getFailure().getMessage()).contains("another filter");
  }

  @Test
  void D42_expressionThatIsNoneIsRefusedWithTheBrokersReason() throws Exception {
    wire.send(topic, sized(1, "odd"));

    GatewayError refused =
        catchThrowableOfType(
            GatewayError.class, () -> receive(Filter.expression("size > ("), 1, SOON));

    assertThat((Throwable) refused).as("an answer, not a silent wait").isNotNull();
    assertThat(refused.getFailure().getCode()).isEqualTo(ErrorCode.INVALID_ARGUMENT.getValue());
    assertThat(refused.getFailure().getMessage()).contains("size > (");
    // Corrected, the same group reads at once.
    assertThat(receive(Filter.expression("size > 0"), 1)).hasSize(1);
  }

  private static Message sized(int size, String kind) {
    Message message = Messages.text(Integer.toString(size));
    message.addToHeaders(header("size", Integer.toString(size)));
    message.addToHeaders(header("kind", kind));
    return message;
  }

  private static Header header(String name, String value) {
    return new Header().setName(name).setValue(value.getBytes(StandardCharsets.UTF_8));
  }

  private List<Delivery> receive(Filter filter, int count) throws TException {
    return receive(filter, count, SOON);
  }

  private List<Delivery> receive(Filter filter, int count, Duration limit) throws TException {
    List<Delivery> all = new ArrayList<>();
    long deadline = System.nanoTime() + limit.toNanos();
    while (all.size() < count && System.nanoTime() - deadline < 0) {
      all.addAll(
          wire.consume()
              .receive(
                  Wire.receiveRequest(topic, group, count - all.size(), Duration.ofMillis(500))
                      .setFilter(filter))
              .getDeliveries());
    }
    return all;
  }
}
