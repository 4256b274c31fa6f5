package dev.headgate.server.thrift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headgate.idl.gateway.PendingChecksRequest;
import dev.headgate.idl.gateway.Produce;
import dev.headgate.idl.gateway.VersionRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The end of connections, from either side. */
@Timeout(60)
@ExtendWith(NoBufferLeaks.class)
class DisconnectsTest {
  private TestEdge edge;

  @BeforeEach
  void start() throws Exception {
    edge =
        new TestEdge(
            ThriftEdgeConfig.DEFAULT
                .withLimits(
                    new ThriftEdgeConfig.Limits(16 << 20, 64 << 20, 64 << 20, 4, 65_536, 1 << 20))
                .withTimeouts(
                    new ThriftEdgeConfig.Timeouts(
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(60),
                        Duration.ofMillis(300),
                        Duration.ofSeconds(20))));
  }

  @AfterEach
  void stop() {
    edge.close();
  }

  /** With 4 receives the connection is at its limit and not read any more. */
  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void parkedReceivesAreAbandonedWithinASecond(int receives) throws Exception {
    RawPeer peer = edge.raw();
    List<FakeConsume.Parked> parked = new ArrayList<>();
    for (int seqid = 1; seqid <= receives; seqid++) {
      peer.call("receive", seqid, Requests.receive(60_000));
      parked.add(edge.consume.parked.take());
    }
    peer.close();
    for (FakeConsume.Parked receive : parked) {
      assertThat(receive.abandoned.await(1, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void D31_pollForChecksIsAbandonedWithinASecond() throws Exception {
    RawPeer peer = edge.raw();
    peer.call(
        "pendingChecks",
        1,
        new Produce.pendingChecks_args(new PendingChecksRequest("g").setWaitMillis(5_000)));
    assertThat(edge.transactions.asked.take()).startsWith("checks g");
    peer.close();
    assertThat(edge.transactions.abandoned.get(1, TimeUnit.SECONDS)).isTrue();
    edge.transactions.checks.complete(List.of());
  }

  @Test
  void aResetConnectionIsNoticedToo() throws Exception {
    RawPeer peer = edge.raw();
    peer.call("receive", 1, Requests.receive(60_000));
    FakeConsume.Parked parked = edge.consume.parked.take();
    peer.socket.setSoLinger(true, 0);
    peer.close();
    assertThat(parked.abandoned.await(1, TimeUnit.SECONDS)).isTrue();
    parked.deliver(Requests.delivery(100));
    assertThat(edge.produce().version(new VersionRequest()).getNode()).isEqualTo("n1");
  }

  @Test
  void aClientThatDiesInTheMiddleOfAFrameHoldsNothing() throws Exception {
    RawPeer peer = edge.raw();
    peer.out.writeInt(1 << 20);
    peer.out.write(0x80);
    peer.out.write(new byte[100_000]);
    peer.out.flush();
    Await.until("the first bytes", () -> edge.heldBytes() > 100_000);
    peer.close();
    Await.until("them to be given back", () -> edge.heldBytes() == 0);
  }

  @Test
  void anIdleConnectionIsClosedButNotOneWithAParkedPoll() throws Exception {
    try (RawPeer idle = edge.raw();
        RawPeer polling = edge.raw()) {
      idle.call("send", 1, Requests.send("x"));
      assertThat(idle.answer().header().seqid).isEqualTo(1);
      polling.call("receive", 1, Requests.receive(60_000));
      FakeConsume.Parked parked = edge.consume.parked.take();

      assertThat(idle.isClosedByPeer()).isTrue();
      assertThat(edge.refused(Misfit.IDLE)).isEqualTo(1);
      parked.deliver();
      assertThat(polling.answer().header().seqid).isEqualTo(1);
    }
  }

  @Test
  void D21_closingWaitsForAnswersInFlight() throws Exception {
    edge.produce.answer = command -> edge.produce.hold();
    try (RawPeer idle = edge.raw();
        RawPeer peer = edge.raw()) {
      peer.call("send", 1, Requests.send("x"));
      Await.until("the send", () -> edge.produce.asked.size() == 1);

      CompletableFuture<Void> closed = CompletableFuture.runAsync(edge.edge::close);
      assertThat(idle.isClosedByPeer()).isTrue();
      assertThatThrownBy(edge::raw).isInstanceOf(IOException.class);
      assertThat(closed).isNotDone();
      edge.produce.finishAll();

      assertThat(peer.answer().header().seqid).isEqualTo(1);
      assertThat(peer.isClosedByPeer()).isTrue();
      closed.get(10, TimeUnit.SECONDS);
      edge.edge.close();
    }
  }

  @Test
  void D42_oneConnectionMoreThanAllowedIsClosedAtOnce() throws Exception {
    try (TestEdge small =
            new TestEdge(
                new ThriftEdgeConfig(
                    "127.0.0.1",
                    0,
                    2,
                    1,
                    ThriftEdgeConfig.Limits.DEFAULT,
                    ThriftEdgeConfig.Timeouts.DEFAULT));
        RawPeer first = small.raw();
        RawPeer second = small.raw()) {
      Await.until("two", () -> small.metrics.openConnections().getCount() == 2);
      try (RawPeer third = small.raw()) {
        assertThat(third.isClosedByPeer()).isTrue();
      }
      assertThat(small.refused(Misfit.TOO_MANY_CONNECTIONS)).isEqualTo(1);
      first.call("send", 1, Requests.send("x"));
      assertThat(first.answer().header().seqid).isEqualTo(1);
      second.close();
      Await.until("one", () -> small.metrics.openConnections().getCount() == 1);
      try (RawPeer third = small.raw()) {
        third.call("send", 1, Requests.send("x"));
        assertThat(third.answer().header().seqid).isEqualTo(1);
      }
    }
  }
}
