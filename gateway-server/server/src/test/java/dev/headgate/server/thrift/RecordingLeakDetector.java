package dev.headgate.server.thrift;

import io.netty.util.ResourceLeakDetector;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Netty's leak detector, with a record of what it finds. Netty makes it, by the system property
 * {@code io.netty.customResourceLeakDetector} of the test run, hence the static record.
 */
public final class RecordingLeakDetector<T> extends ResourceLeakDetector<T> {
  static final Queue<String> RECORDS = new ConcurrentLinkedQueue<>();

  /** As Netty calls it. */
  public RecordingLeakDetector(Class<?> resourceType, int samplingInterval) {
    super(resourceType, samplingInterval);
  }

  /** As Netty calls it, for old callers. */
  @SuppressWarnings("deprecation")
  public RecordingLeakDetector(Class<?> resourceType, int samplingInterval, long maxActive) {
    super(resourceType, samplingInterval, maxActive);
  }

  @Override
  protected boolean needReport() {
    return true;
  }

  @Override
  protected void reportTracedLeak(String resourceType, String records) {
    RECORDS.add(resourceType + records);
  }

  @Override
  protected void reportUntracedLeak(String resourceType) {
    RECORDS.add(resourceType);
  }
}
