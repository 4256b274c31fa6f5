package dev.headgate.server.thrift;

import org.apache.thrift.protocol.TProtocolException;

/**
 * How many elements all containers of one request may have together. An element of a byte or none
 * on the wire is an object of fifty in memory: without this, a frame within its limit could cost
 * many times its size.
 */
final class ElementBudget {
  static final int MAX_ELEMENTS = 131_072;

  private int left = MAX_ELEMENTS;

  void take(int elements) throws TProtocolException {
    if (elements < 0) {
      throw new TProtocolException(
          TProtocolException.NEGATIVE_SIZE, "negative container size: " + elements);
    }
    if (elements > left) {
      throw new TProtocolException(
          TProtocolException.SIZE_LIMIT,
          "more than " + MAX_ELEMENTS + " elements in the containers of a request");
    }
    left -= elements;
  }
}
