package dev.headgate.engine.rocketmq;

import dev.headgate.engine.TopicName;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.rocketmq.remoting.protocol.RequestCode;
import org.apache.rocketmq.remoting.protocol.header.SendMessageRequestHeaderV2;

/**
 * One send request: one message, or a batch for one queue. Its answer holds the offset of the first
 * message; the others follow without a gap.
 */
record AppendRequest(TopicName topic, Queue queue, List<PendingAppend> appends) {
  // The broker wants a producer group with each send, and keeps no state for it.
  private static final String PRODUCER_GROUP = "headgate";

  boolean isBatch() {
    return first().message().batchable();
  }

  PendingAppend first() {
    return appends.get(0);
  }

  int code() {
    return isBatch() ? RequestCode.SEND_BATCH_MESSAGE : RequestCode.SEND_MESSAGE_V2;
  }

  SendMessageRequestHeaderV2 header() {
    EncodedMessage message = first().message();
    SendMessageRequestHeaderV2 header = new SendMessageRequestHeaderV2();
    header.setA(PRODUCER_GROUP);
    header.setB(topic.value());
    header.setC("TBW102");
    header.setD(4);
    header.setE(queue.id());
    header.setF(0);
    header.setG(message.bornMillis());
    header.setH(0);
    header.setI(isBatch() ? "" : message.propertyText());
    header.setJ(message.reconsumeTimes());
    header.setK(false);
    header.setM(isBatch());
    header.setBrokerName(queue.broker());
    return header;
  }

  byte[] body() {
    if (!isBatch()) {
      return first().message().body().unsafeArray();
    }
    int size = 0;
    for (PendingAppend append : appends) {
      size += append.message().batchSize();
    }
    ByteBuffer body = ByteBuffer.allocate(size);
    for (PendingAppend append : appends) {
      EncodedMessage message = append.message();
      body.putInt(message.batchSize());
      // Magic, checksum and flag: the broker fills in its own.
      body.putInt(0).putInt(0).putInt(0);
      body.putInt(message.body().length());
      message.body().copyTo(body);
      body.putShort((short) message.properties().length);
      body.put(message.properties());
    }
    return body.array();
  }
}
