package dev.headgate.server.thrift;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import org.apache.thrift.TConfiguration;
import org.apache.thrift.transport.TTransport;

/** Appends what a protocol writes to a buffer, which it does not own. Cannot be read. */
final class ByteBufTransport extends TTransport {
  private final ByteBuf out;

  ByteBufTransport(ByteBuf out) {
    this.out = out;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    out.writeBytes(bytes, offset, length);
  }

  @Override
  public int write(ByteBuffer source) {
    int length = source.remaining();
    out.writeBytes(source);
    return length;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) {
    throw new UnsupportedOperationException("write only");
  }

  @Override
  public boolean isOpen() {
    return true;
  }

  @Override
  public void open() {}

  @Override
  public void close() {}

  @Override
  public TConfiguration getConfiguration() {
    return TConfiguration.DEFAULT;
  }

  @Override
  public void updateKnownMessageSize(long size) {}

  @Override
  public void checkReadBytesAvailable(long bytes) {}

  @Override
  public void resetMessageSizeAndConsumedBytes(long size) {}
}
