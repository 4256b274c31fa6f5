package dev.headgate.server.thrift;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameDecoderTest {
  private static final int MAX_FRAME = 300_000;

  private final RequestMemory memory = new RequestMemory(400_000);
  private final EmbeddedChannel channel =
      new EmbeddedChannel(
          new FrameDecoder(
              new ThriftEdgeConfig.Limits(MAX_FRAME, 1 << 20, 400_000, 1, 1, 1), memory));

  @AfterEach
  void nothingIsHeldAtTheEnd() {
    channel.finishAndReleaseAll();
    assertThat(memory.held()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 1000, 65_536, 1 << 20})
  void framesArriveWholeHoweverTheyAreCut(int largestPiece) {
    Random random = new Random(largestPiece);
    // Leak detection follows every piece: millions of them would take minutes.
    int[] sizes =
        largestPiece < 1000
            ? new int[] {1, 200, 4096, 4097, 9_000, 5}
            : new int[] {1, 200, 4096, 4097, 70_000, MAX_FRAME, MAX_FRAME + 1, 5, 600_000, 90_000};
    for (int size : sizes) {
      byte[] content = content(size, random);
      ByteBuf wire = Unpooled.buffer(4 + size).writeInt(size).writeBytes(content);
      while (wire.isReadable()) {
        int piece = Math.min(wire.readableBytes(), 1 + random.nextInt(largestPiece));
        channel.writeInbound(wire.readBytes(piece));
      }
      wire.release();
      Frame frame = channel.readInbound();
      assertThat(frame.announced()).isEqualTo(size);
      if (size > MAX_FRAME) {
        assertThat(frame.fate()).isEqualTo(Frame.Fate.TOO_LARGE);
        assertThat(frame.length()).isEqualTo(512);
        assertThat(memory.held()).isZero();
      } else {
        assertThat(frame.fate()).isEqualTo(Frame.Fate.WHOLE);
        assertThat(frame.length()).isEqualTo(size);
        assertThat(memory.held()).isEqualTo(size);
      }
      assertThat(Arrays.copyOf(frame.bytes(), frame.length()))
          .isEqualTo(Arrays.copyOf(content, frame.length()));
      frame.release();
    }
  }

  @Test
  void severalFramesInOneReadAreAllSeen() {
    ByteBuf wire = Unpooled.buffer();
    for (int i = 1; i <= 50; i++) {
      wire.writeInt(i).writeBytes(content(i, new Random(i)));
    }
    channel.writeInbound(wire);
    for (int i = 1; i <= 50; i++) {
      Frame frame = channel.readInbound();
      assertThat(frame.length()).isEqualTo(i);
      frame.release();
    }
  }

  @Test
  void D22_memoryIsTakenAsBytesArrive() {
    channel.writeInbound(Unpooled.buffer().writeInt(MAX_FRAME));
    assertThat(memory.held()).isZero();
    channel.writeInbound(Unpooled.buffer().writeByte(0x80));
    assertThat(memory.held()).isEqualTo(4096);
    channel.writeInbound(Unpooled.wrappedBuffer(new byte[9_999]));
    assertThat(memory.held()).isEqualTo(80_000);
    channel.writeInbound(Unpooled.wrappedBuffer(new byte[100_000]));
    assertThat(memory.held()).isEqualTo(MAX_FRAME);
  }

  @Test
  void D22_aFrameThatRunsOutOfMemoryHalfWayKeepsItsHeadOnly() {
    byte[] content = content(250_000, new Random(7));
    assertThat(memory.tryTake(300_000)).isTrue();
    channel.writeInbound(Unpooled.buffer().writeInt(content.length));
    channel.writeInbound(Unpooled.wrappedBuffer(content, 0, 5_000));
    assertThat(memory.held()).isEqualTo(340_000);
    channel.writeInbound(Unpooled.wrappedBuffer(content, 5_000, 245_000));

    Frame frame = channel.readInbound();
    assertThat(frame.fate()).isEqualTo(Frame.Fate.NO_MEMORY);
    assertThat(Arrays.copyOf(frame.bytes(), frame.length())).isEqualTo(Arrays.copyOf(content, 512));
    frame.release();
    assertThat(memory.held()).isEqualTo(300_000);
    memory.give(300_000);
  }

  private static byte[] content(int size, Random random) {
    byte[] content = new byte[size];
    random.nextBytes(content);
    content[0] = (byte) 0x80;
    return content;
  }
}
