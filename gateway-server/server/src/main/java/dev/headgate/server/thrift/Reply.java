package dev.headgate.server.thrift;

import org.apache.thrift.TSerializable;

/**
 * The content of an answer, not yet encoded.
 *
 * @param messageType a {@link org.apache.thrift.protocol.TMessageType}
 * @param content a result struct or an application exception
 * @param sizeHint about how many bytes it takes
 */
record Reply(byte messageType, TSerializable content, int sizeHint) {}
