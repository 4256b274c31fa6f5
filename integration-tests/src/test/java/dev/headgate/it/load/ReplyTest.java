package dev.headgate.it.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.idl.gateway.Consume;
import dev.headgate.idl.gateway.Delivery;
import dev.headgate.idl.gateway.Failure;
import dev.headgate.idl.gateway.GatewayError;
import dev.headgate.idl.gateway.Header;
import dev.headgate.idl.gateway.Message;
import dev.headgate.idl.gateway.Produce;
import dev.headgate.idl.gateway.ReceiveResult;
import dev.headgate.idl.gateway.SendBatchResult;
import dev.headgate.idl.gateway.SendOutcome;
import dev.headgate.idl.gateway.SendResult;
import dev.headgate.idl.gateway.SettleResponse;
import dev.headgate.idl.gateway.SettleResult;
import dev.headgate.idl.gateway.SettleStatus;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.thrift.TApplicationException;
import org.apache.thrift.TBase;
import org.apache.thrift.TException;
import org.apache.thrift.TSerializable;
import org.apache.thrift.protocol.TBinaryProtocol;
import org.apache.thrift.protocol.TMessage;
import org.apache.thrift.protocol.TMessageType;
import org.apache.thrift.transport.TMemoryBuffer;
import org.junit.jupiter.api.Test;

class ReplyTest {
  @Test
  void tellsSuccessFromFailure() throws TException {
    Produce.send_result success = new Produce.send_result();
    success.setSuccess(new SendResult().setMessageId("id"));
    Failure failure = new Failure();
    failure.setCode(101).setMessage("no such topic").setRetryable(false);
    failure.setDetails(Map.of("topic", "orders"));
    Produce.send_result refused = new Produce.send_result();
    refused.setError(new GatewayError(failure));

    assertThat(reply("send", success).succeeded()).isTrue();
    assertThat(reply("send", success).method()).isEqualTo("send");
    assertThat(reply("send", refused).succeeded()).isFalse();
    assertThat(reply("send", refused).text()).contains("no such topic");
    assertThat(
            reply("send", TMessageType.EXCEPTION, new TApplicationException("broken")).succeeded())
        .isFalse();
  }

  @Test
  void findsTheLeasesAmongEverythingElse() throws TException {
    ReceiveResult result = new ReceiveResult().setRetryAfterMillis(5).setDraining(false);
    for (String lease : List.of("one", "two", "three")) {
      Message message = new Message();
      message.setBody(new byte[] {0, 1, 2}).setTag("t");
      message.addToHeaders(new Header().setName("n").setValue(new byte[] {15, 11, 0}));
      Delivery delivery = new Delivery().setLeaseMillis(30_000).setAttempt(1).setMessageId("id");
      delivery.setLease(lease.getBytes(StandardCharsets.UTF_8));
      delivery.setMessage(message).setBornAtMillis(1).setStoredAtMillis(2).setPosition("p");
      result.addToDeliveries(delivery);
    }
    Consume.receive_result reply = new Consume.receive_result();
    reply.setSuccess(result);

    List<String> leases = new ArrayList<>();
    int count =
        reply("receive", reply)
            .leases(
                (bytes, at, length) ->
                    leases.add(new String(bytes, at, length, StandardCharsets.UTF_8)));

    assertThat(leases).containsExactly("one", "two", "three");
    assertThat(count).isEqualTo(3);
  }

  @Test
  void anEmptyReceiveHasNoLeases() throws TException {
    Consume.receive_result reply = new Consume.receive_result();
    reply.setSuccess(new ReceiveResult().setDeliveries(List.of()));

    assertThat(reply("receive", reply).leases((bytes, at, length) -> {})).isZero();
  }

  @Test
  void countsOnlyTheLeasesThatAreDone() throws TException {
    SettleResponse response = new SettleResponse();
    response.addToResults(new SettleResult().setStatus(SettleStatus.DONE));
    response.addToResults(new SettleResult().setStatus(SettleStatus.EXPIRED).setMessage("late"));
    response.addToResults(new SettleResult().setStatus(SettleStatus.DONE).setLeaseMillis(7));
    Consume.ack_result reply = new Consume.ack_result();
    reply.setSuccess(response);

    assertThat(reply("ack", reply).done()).isEqualTo(2);
  }

  @Test
  void countsOnlyTheEntriesOfABatchThatAreStored() throws TException {
    SendBatchResult result = new SendBatchResult();
    result.addToOutcomes(SendOutcome.result(new SendResult().setMessageId("one")));
    result.addToOutcomes(
        SendOutcome.failure(new Failure().setCode(101).setMessage("no").setRetryable(false)));
    result.addToOutcomes(SendOutcome.result(new SendResult().setMessageId("three")));
    Produce.sendBatch_result reply = new Produce.sendBatch_result();
    reply.setSuccess(result);

    assertThat(reply("sendBatch", reply).stored()).isEqualTo(2);
  }

  @Test
  void aMeasurementSurvivesItsLines() {
    Measurement measurement =
        new Measurement(
            200_000,
            4.0,
            Map.of("broker", 5.5, "client", 1.25),
            3,
            "refused: not now",
            Map.of("p50Millis", 0.25));

    Measurement parsed = Measurement.parse("noise\n" + measurement.toLines() + "\nmore\n");

    assertThat(parsed).isEqualTo(measurement);
    assertThat(parsed.rate()).isEqualTo(50_000);
    assertThat(parsed.cpuPer100k("broker")).isEqualTo(2.75);
  }

  private static Reply reply(String method, TBase<?, ?> result) throws TException {
    return reply(method, TMessageType.REPLY, result);
  }

  private static Reply reply(String method, byte type, TSerializable result) throws TException {
    TMemoryBuffer buffer = new TMemoryBuffer(512);
    TBinaryProtocol protocol = new TBinaryProtocol(buffer);
    protocol.writeMessageBegin(new TMessage(method, type, 77));
    result.write(protocol);
    return new Reply(buffer.getArray(), 0, buffer.length());
  }
}
