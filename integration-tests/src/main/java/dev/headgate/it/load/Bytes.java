package dev.headgate.it.load;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Big-endian numbers in arrays, as Thrift's binary protocol writes them. */
final class Bytes {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);

  private Bytes() {}

  static int int32(byte[] bytes, int offset) {
    return (int) INT.get(bytes, offset);
  }

  static void int32(byte[] bytes, int offset, int value) {
    INT.set(bytes, offset, value);
  }

  static int int16(byte[] bytes, int offset) {
    return (short) SHORT.get(bytes, offset);
  }
}
