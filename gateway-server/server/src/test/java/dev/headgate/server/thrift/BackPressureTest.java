package dev.headgate.server.thrift;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.idl.gateway.VersionRequest;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** D22: what slow, stalled and greedy clients cost. */
@Timeout(120)
@ExtendWith(NoBufferLeaks.class)
class BackPressureTest {
  private static final long MIB = 1 << 20;

  private TestEdge edge;

  @BeforeEach
  void start() throws Exception {
    edge =
        new TestEdge(
            ThriftEdgeConfig.DEFAULT.withTimeouts(
                new ThriftEdgeConfig.Timeouts(
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(3),
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(1))));
  }

  @AfterEach
  void stop() {
    edge.close();
  }

  @Test
  void D22_connectionsThatOnlyAnnounceFramesHoldNothing() throws Exception {
    long before = directBytes();
    List<RawPeer> peers = new ArrayList<>();
    try {
      for (int i = 0; i < 300; i++) {
        RawPeer peer = edge.raw();
        peer.out.writeInt(16 << 20);
        if (i % 2 == 0) {
          peer.out.write(0x80);
        }
        peer.out.flush();
        peers.add(peer);
      }
      Await.until("all to be read", () -> edge.heldBytes() == 150 * 4096);
      assertThat(edge.metrics.openConnections().getCount()).isEqualTo(300);
      assertThat(directBytes() - before).isLessThan(32 * MIB);
      assertThat(edge.produce().version(new VersionRequest()).getNode()).isEqualTo("n1");
    } finally {
      for (RawPeer peer : peers) {
        peer.close();
      }
    }
    Await.until("all to be given back", () -> edge.heldBytes() == 0);
  }

  @Test
  void D22_aClientThatDoesNotReadCostsOneMarkAndOneAnswer() throws Exception {
    int answers = 100;
    try (RawPeer peer = new RawPeer(edge.address, 16 << 10)) {
      List<FakeConsume.Parked> parked = new ArrayList<>();
      for (int seqid = 1; seqid <= answers; seqid++) {
        peer.call("receive", seqid, Requests.receive(60_000));
        parked.add(edge.consume.parked.take());
      }
      long before = directBytes();
      // Each answer is 2 MiB: 200 MiB in all, of which the peer reads nothing.
      parked.forEach(receive -> receive.deliver(Requests.delivery(2 << 20)));
      edge.produce().version(new VersionRequest());
      assertThat(directBytes() - before).isLessThan(24 * MIB);

      // It is not even read any more, until it has taken its answers.
      peer.call("send", 777, Requests.send("x"));
      assertThat(peer.answer().header().seqid).isEqualTo(1);
      assertThat(edge.produce.asked).isEmpty();
      for (int seqid = 2; seqid <= answers; seqid++) {
        assertThat(peer.answer().header().seqid).isEqualTo(seqid);
      }
      assertThat(peer.answer().header().seqid).isEqualTo(777);
      assertThat(parked).allSatisfy(one -> assertThat(one.abandoned.getCount()).isEqualTo(1));
    }
  }

  @Test
  void D22_aClientThatNeverReadsIsCutOffAndItsMessagesAreGivenBack() throws Exception {
    try (RawPeer peer = new RawPeer(edge.address, 16 << 10)) {
      List<FakeConsume.Parked> parked = new ArrayList<>();
      for (int seqid = 1; seqid <= 8; seqid++) {
        peer.call("receive", seqid, Requests.receive(60_000));
        parked.add(edge.consume.parked.take());
      }
      parked.forEach(receive -> receive.deliver(Requests.delivery(8 << 20)));

      for (FakeConsume.Parked receive : parked) {
        assertThat(receive.abandoned.await(20, TimeUnit.SECONDS)).isTrue();
      }
      assertThat(edge.refused(Misfit.SLOW_READER)).isEqualTo(1);
    }
  }

  @Test
  void D22_largeRequestsAreGivenBackWhenTheyAreAnswered() throws Exception {
    String body = "x".repeat(3 << 20);
    edge.produce.answer = command -> edge.produce.hold();
    try (RawPeer peer = edge.raw()) {
      peer.call("send", 1, Requests.send(body));
      Await.until("the send", () -> edge.produce.asked.size() == 1);
      assertThat(edge.heldBytes()).isBetween(3 * MIB, 4 * MIB);
      edge.produce.finishAll();
      assertThat(peer.answer().header().seqid).isEqualTo(1);
      assertThat(edge.heldBytes()).isZero();
    }
  }

  /** What Netty's default allocator and the JVM hold outside the heap. */
  private static long directBytes() {
    long pooled =
        ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric().usedDirectMemory();
    long jvm =
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct"))
            .mapToLong(BufferPoolMXBean::getMemoryUsed)
            .sum();
    return Math.max(pooled, jvm);
  }
}
