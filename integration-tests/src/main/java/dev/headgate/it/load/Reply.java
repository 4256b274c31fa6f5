package dev.headgate.it.load;

import dev.headgate.idl.gateway.SettleStatus;
import java.nio.charset.StandardCharsets;

/**
 * Reads as much of a binary reply as a load generator needs, without building objects: which call
 * it answers, whether it succeeded, and where the leases of its deliveries lie.
 */
final class Reply {
  private static final int INT32 = 8;
  private static final int STRUCT = 12;
  private static final int LIST = 15;
  private static final int STRING = 11;

  /** Is told where each lease lies. */
  interface LeaseVisitor {
    void lease(byte[] bytes, int offset, int length);
  }

  private final byte[] bytes;
  private final int begin;
  private final int end;
  private final int nameLength;
  private int at;

  Reply(byte[] bytes, int offset, int length) {
    this.bytes = bytes;
    this.begin = offset;
    this.end = offset + length;
    this.nameLength = Bytes.int32(bytes, offset + 4);
    this.at = offset + 8 + nameLength + 4;
  }

  String method() {
    return new String(bytes, begin + 8, nameLength, StandardCharsets.US_ASCII);
  }

  /** The first letter of the method, which tells `receive` from `ack` at no cost. */
  char initial() {
    return (char) bytes[begin + 8];
  }

  /** The sequence id of the call that it answers. */
  int sequence() {
    return Bytes.int32(bytes, begin + 8 + nameLength);
  }

  /** A reply, not an exception of the protocol, whose first field is the result. */
  boolean succeeded() {
    return bytes[begin + 3] == 2 && bytes[at] == STRUCT && Bytes.int16(bytes, at + 1) == 0;
  }

  /** Printable characters of a failed reply, for people. */
  String text() {
    String all = new String(bytes, begin, end - begin, StandardCharsets.ISO_8859_1);
    return all.replaceAll("[^\\x20-\\x7e]+", " ").strip();
  }

  /** Visits the leases of a `receive` that succeeded; answers how many there were. */
  int leases(LeaseVisitor visitor) {
    at += 3;
    int deliveries = 0;
    for (int type = bytes[at]; type != 0; type = bytes[at]) {
      boolean list = type == LIST && Bytes.int16(bytes, at + 1) == 1;
      at += 3;
      if (list) {
        deliveries = Bytes.int32(bytes, at + 1);
        at += 5;
        for (int i = 0; i < deliveries; i++) {
          delivery(visitor);
        }
      } else {
        skip(type);
      }
    }
    return deliveries;
  }

  /** How many leases an `ack` that succeeded answers with DONE. */
  int done() {
    // Field 0, a struct; in it field 1, a list: the type of its elements, their number.
    int results = Bytes.int32(bytes, at + 7);
    at += 11;
    int done = 0;
    for (int i = 0; i < results; i++) {
      for (int type = bytes[at]; type != 0; type = bytes[at]) {
        boolean status = type == INT32 && Bytes.int16(bytes, at + 1) == 1;
        at += 3;
        if (status && Bytes.int32(bytes, at) == SettleStatus.DONE.getValue()) {
          done++;
        }
        skip(type);
      }
      at++;
    }
    return done;
  }

  /** How many entries a `sendBatch` that succeeded answers with a result. */
  int stored() {
    // Field 0, a struct; in it field 1, a list of unions: the type of its elements, their number.
    int outcomes = Bytes.int32(bytes, at + 7);
    at += 11;
    int stored = 0;
    for (int i = 0; i < outcomes; i++) {
      // Of the union exactly one field is set: the first is the result, the second the failure.
      if (bytes[at] == STRUCT && Bytes.int16(bytes, at + 1) == 1) {
        stored++;
      }
      skip(STRUCT);
    }
    return stored;
  }

  private void delivery(LeaseVisitor visitor) {
    for (int type = bytes[at]; type != 0; type = bytes[at]) {
      boolean lease = type == STRING && Bytes.int16(bytes, at + 1) == 1;
      at += 3;
      if (lease) {
        visitor.lease(bytes, at + 4, Bytes.int32(bytes, at));
      }
      skip(type);
    }
    at++;
  }

  private void skip(int type) {
    switch (type) {
      case 2, 3 -> at += 1;
      case 6 -> at += 2;
      case INT32 -> at += 4;
      case 4, 10 -> at += 8;
      case STRING -> at += 4 + Bytes.int32(bytes, at);
      case STRUCT -> {
        while (bytes[at] != 0) {
          int field = bytes[at];
          at += 3;
          skip(field);
        }
        at++;
      }
      case 13 -> {
        int keyType = bytes[at];
        int valueType = bytes[at + 1];
        int count = Bytes.int32(bytes, at + 2);
        at += 6;
        for (int i = 0; i < count; i++) {
          skip(keyType);
          skip(valueType);
        }
      }
      case 14, LIST -> {
        int elementType = bytes[at];
        int count = Bytes.int32(bytes, at + 1);
        at += 5;
        for (int i = 0; i < count; i++) {
          skip(elementType);
        }
      }
      default -> throw new IllegalStateException("field type " + type + " in a reply");
    }
  }
}
