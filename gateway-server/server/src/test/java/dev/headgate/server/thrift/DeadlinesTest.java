package dev.headgate.server.thrift;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.idl.gateway.Consume;
import dev.headgate.idl.gateway.Failure;
import dev.headgate.idl.gateway.Outcome;
import dev.headgate.idl.gateway.Produce;
import dev.headgate.idl.gateway.SendOutcome;
import dev.headgate.server.consume.Received;
import dev.headgate.server.produce.SendCommand;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** D3: past the caller's deadline the edge answers, if nobody else does. */
@Timeout(60)
@ExtendWith(NoBufferLeaks.class)
class DeadlinesTest {
  private TestEdge edge;
  private RawPeer peer;

  @BeforeEach
  void start() throws Exception {
    edge = new TestEdge();
    peer = edge.raw();
    edge.produce.answer = command -> edge.produce.hold();
  }

  @AfterEach
  void stop() throws Exception {
    peer.close();
    edge.close();
  }

  @Test
  void D3_aSendWithoutAnAnswerIsOfUnknownOutcome() throws Exception {
    long begun = System.nanoTime();
    peer.call("send", 1, Requests.send("x", 200));
    Failure failure = sendFailure();

    assertThat(Duration.ofNanos(System.nanoTime() - begun))
        .isBetween(Duration.ofMillis(200), Duration.ofSeconds(2));
    assertThat(failure.getCode()).isEqualTo(302);
    assertThat(failure.getOutcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(failure.getMessage()).contains("200 ms");
    assertThat(failure.isRetryable()).isTrue();
    assertThat(edge.produce.asked.take().deadlineNanos() - begun)
        .isBetween(Duration.ofMillis(200).toNanos(), Duration.ofMillis(900).toNanos());
    // The core still reads the request's bytes.
    assertThat(edge.heldBytes()).isPositive();
    edge.produce.finishAll();
    Await.until("the late answer", () -> edge.heldBytes() == 0);
    stillOne();
  }

  @Test
  void D3_aBatchKeepsTheAnswersThatItHas() throws Exception {
    edge.produce.answer =
        (SendCommand command) ->
            command.body().length() == 1 ? edge.produce.stored() : edge.produce.hold();
    peer.call("sendBatch", 1, Requests.batch(200, "a", "late", "b"));
    Produce.sendBatch_result result = new Produce.sendBatch_result();
    result.read(peer.answer().content());

    List<SendOutcome> outcomes = result.getSuccess().getOutcomes();
    assertThat(outcomes.get(0).isSetResult()).isTrue();
    assertThat(outcomes.get(1).getFailure().getCode()).isEqualTo(302);
    assertThat(outcomes.get(1).getFailure().getOutcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(outcomes.get(2).isSetResult()).isTrue();
  }

  @Test
  void D3_aPollThatTheCoreForgetsIsAbandoned() throws Exception {
    peer.call("receive", 1, Requests.receive(100, 200));
    FakeConsume.Parked parked = edge.consume.parked.take();
    Consume.receive_result result = new Consume.receive_result();
    result.read(peer.answer().content());

    assertThat(result.getError().getFailure().getCode()).isEqualTo(302);
    assertThat(result.getError().getFailure().getOutcome()).isEqualTo(Outcome.NOT_APPLIED);
    assertThat(parked.abandoned.await(5, TimeUnit.SECONDS)).isTrue();
    parked.result.complete(new Received(List.of(Requests.delivery(1)), Duration.ZERO, false));
    stillOne();
  }

  @Test
  void D3_aDeadlineOfOneCallIsNoneOfTheOthers() throws Exception {
    peer.call("send", 1, Requests.send("x", 60_000));
    peer.call("send", 2, Requests.send("x", 100));
    peer.call("send", 3, Requests.send("x", 60_000));
    assertThat(peer.answer().header().seqid).isEqualTo(2);
    edge.produce.finishAll();
    assertThat(peer.answer().header().seqid).isEqualTo(1);
    assertThat(peer.answer().header().seqid).isEqualTo(3);
  }

  /** The next answer on the connection belongs to the next call: no call was answered twice. */
  private void stillOne() throws Exception {
    peer.call("send", 99, Requests.send("x", 100));
    assertThat(peer.answer().header().seqid).isEqualTo(99);
  }

  private Failure sendFailure() throws Exception {
    Produce.send_result result = new Produce.send_result();
    result.read(peer.answer().content());
    return result.getError().getFailure();
  }
}
