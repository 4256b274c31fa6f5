package dev.headgate.server.thrift;

import io.netty.util.AbstractReferenceCounted;

/**
 * One request as it came, or the head of one that was not taken. Counts against the request memory
 * until released; who receives it releases it.
 */
final class Frame extends AbstractReferenceCounted {
  /** What became of the bytes. */
  enum Fate {
    /** All bytes are here. */
    WHOLE,
    /** Larger than a frame may be: only the head is here, the rest was discarded. */
    TOO_LARGE,
    /** No memory for it: only the head is here, the rest was discarded. */
    NO_MEMORY
  }

  private final Fate fate;
  private final byte[] bytes;
  private final int length;
  private final int announced;
  private final RequestMemory memory;
  private final int taken;

  /**
   * A frame.
   *
   * @param bytes never written to again: message bodies are views of it
   * @param length how many of them count
   * @param announced the size in the frame's header
   * @param taken what it took from {@code memory}
   */
  Frame(Fate fate, byte[] bytes, int length, int announced, RequestMemory memory, int taken) {
    this.fate = fate;
    this.bytes = bytes;
    this.length = length;
    this.announced = announced;
    this.memory = memory;
    this.taken = taken;
  }

  Fate fate() {
    return fate;
  }

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  int announced() {
    return announced;
  }

  @Override
  public Frame touch(Object hint) {
    return this;
  }

  @Override
  protected void deallocate() {
    memory.give(taken);
  }
}
