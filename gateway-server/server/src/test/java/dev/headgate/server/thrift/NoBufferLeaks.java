package dev.headgate.server.thrift;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Fails a test class during which a buffer was lost; see {@link RecordingLeakDetector}. */
final class NoBufferLeaks implements BeforeAllCallback, AfterAllCallback {
  @Override
  public void beforeAll(ExtensionContext context) {
    assertThat(ResourceLeakDetector.getLevel())
        .as("-Dio.netty.leakDetection.level")
        .isEqualTo(ResourceLeakDetector.Level.PARANOID);
    RecordingLeakDetector.RECORDS.clear();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    // A leak is noticed when its buffer has been collected and another one is allocated.
    for (int i = 0; i < 3; i++) {
      System.gc();
      System.runFinalization();
      ByteBuf next = ByteBufAllocator.DEFAULT.ioBuffer(16);
      next.release();
    }
    assertThat(RecordingLeakDetector.RECORDS).isEmpty();
  }
}
