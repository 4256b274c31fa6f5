package dev.headgate.server.thrift;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.idl.gateway.CallContext;
import dev.headgate.idl.gateway.Consume;
import dev.headgate.idl.gateway.ReceiveRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Several calls in flight on one connection. */
@Timeout(60)
@ExtendWith(NoBufferLeaks.class)
class PipeliningTest {
  private static final int MAX_IN_FLIGHT = 8;

  private TestEdge edge;
  private RawPeer peer;

  @BeforeEach
  void start() throws Exception {
    edge =
        new TestEdge(
            ThriftEdgeConfig.DEFAULT.withLimits(
                new ThriftEdgeConfig.Limits(
                    16 << 20, 64 << 20, 64 << 20, MAX_IN_FLIGHT, 256 << 10, 1 << 20)));
    peer = edge.raw();
  }

  @AfterEach
  void stop() throws Exception {
    peer.close();
    edge.close();
  }

  @Test
  void aSendBehindAParkedPollIsAnsweredAtOnce() throws Exception {
    peer.call("receive", 1, Requests.receive(60_000));
    FakeConsume.Parked parked = edge.consume.parked.take();

    long begun = System.nanoTime();
    peer.call("send", 2, Requests.send("x"));
    assertThat(peer.answer().header().seqid).isEqualTo(2);
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(1));

    parked.deliver();
    assertThat(peer.answer().header().seqid).isEqualTo(1);
  }

  @Test
  void answersOfOneSequenceIdKeepTheirOrder() throws Exception {
    peer.call("receive", 0, Requests.receive(60_000));
    FakeConsume.Parked first = edge.consume.parked.take();
    peer.call("receive", 0, Requests.receive(60_000));
    FakeConsume.Parked second = edge.consume.parked.take();
    peer.call("send", 0, Requests.send("x"));
    peer.call("send", 5, Requests.send("x"));

    assertThat(peer.answer().header().seqid).isEqualTo(5);
    second.deliver();
    peer.call("send", 6, Requests.send("x"));
    assertThat(peer.answer().header().seqid).isEqualTo(6);
    first.deliver();

    assertThat(names(3)).containsExactly("receive", "receive", "send");
    peer.call("send", 0, Requests.send("x"));
    assertThat(peer.answer().header().name).isEqualTo("send");
  }

  @Test
  void answersOfDifferentSequenceIdsLeaveAsTheyCome() throws Exception {
    List<FakeConsume.Parked> parked = new ArrayList<>();
    for (int seqid = 1; seqid <= 4; seqid++) {
      peer.call("receive", seqid, Requests.receive(60_000));
      parked.add(edge.consume.parked.take());
    }
    for (int seqid = 4; seqid >= 1; seqid--) {
      parked.get(seqid - 1).deliver();
      assertThat(peer.answer().header().seqid).isEqualTo(seqid);
    }
  }

  @Test
  void atTheLimitOfCallsInFlightTheConnectionIsNotReadUntilOneIsAnswered() throws Exception {
    edge.produce.answer = command -> edge.produce.hold();
    for (int seqid = 1; seqid <= 3 * MAX_IN_FLIGHT; seqid++) {
      peer.call("send", seqid, Requests.send("x"));
    }
    Await.until("the first ones", () -> edge.produce.asked.size() == MAX_IN_FLIGHT);
    try (RawPeer other = edge.raw()) {
      other.call("receive", 1, Requests.receive(0));
      edge.consume.parked.take().deliver();
      assertThat(other.answer().header().name).isEqualTo("receive");
    }
    assertThat(edge.produce.asked).hasSize(MAX_IN_FLIGHT);

    edge.produce.answer = command -> edge.produce.stored();
    edge.produce.finishAll();
    for (int i = 0; i < 3 * MAX_IN_FLIGHT; i++) {
      assertThat(peer.answer().header().name).isEqualTo("send");
    }
    assertThat(edge.produce.asked).hasSize(3 * MAX_IN_FLIGHT);
  }

  @Test
  void aThousandCallsInOneWriteAreAllAnsweredInOrder() throws Exception {
    Thread writer =
        new Thread(
            () -> {
              try {
                for (int i = 0; i < 1_000; i++) {
                  peer.call("send", 0, Requests.send("x".repeat(i)));
                }
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    writer.start();
    for (int i = 0; i < 1_000; i++) {
      var result = new dev.headgate.idl.gateway.Produce.send_result();
      result.read(peer.answer().content());
      assertThat(result.getSuccess().getMessageId()).isEqualTo("m-" + (i + 1));
    }
    writer.join();
  }

  @Test
  void theAnswerComesBeforeTheCallersDeadlineWhateverTheWait() throws Exception {
    ReceiveRequest request = new ReceiveRequest("t", "g").setWaitMillis(60_000);
    request.setContext(new CallContext().setTimeoutMillis(1_000));
    Consume.receive_args arguments = new Consume.receive_args();
    arguments.setRequest(request);

    peer.call("receive", 1, arguments);

    FakeConsume.Parked parked = edge.consume.parked.take();
    assertThat(parked.command.maxWait()).isBetween(Duration.ofMillis(1), Duration.ofMillis(900));
    parked.deliver();
    assertThat(peer.answer().header().seqid).isEqualTo(1);
  }

  private List<String> names(int answers) throws Exception {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < answers; i++) {
      names.add(peer.answer().header().name);
    }
    return names;
  }
}
