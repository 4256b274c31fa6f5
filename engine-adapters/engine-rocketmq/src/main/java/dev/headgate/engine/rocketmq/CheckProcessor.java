package dev.headgate.engine.rocketmq;

import dev.headgate.engine.GroupName;
import dev.headgate.engine.StoredMessage;
import dev.headgate.engine.TopicName;
import dev.headgate.engine.TransactionFacet.CheckListener;
import io.netty.channel.ChannelHandlerContext;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import org.apache.rocketmq.common.message.MessageConst;
import org.apache.rocketmq.common.message.MessageDecoder;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.remoting.common.RemotingHelper;
import org.apache.rocketmq.remoting.exception.RemotingCommandException;
import org.apache.rocketmq.remoting.netty.NettyRequestProcessor;
import org.apache.rocketmq.remoting.protocol.RemotingCommand;
import org.apache.rocketmq.remoting.protocol.header.CheckTransactionStateRequestHeader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes the brokers' questions what became of half messages. */
final class CheckProcessor implements NettyRequestProcessor {
  private static final Logger LOG = LoggerFactory.getLogger(CheckProcessor.class);

  private final ProducerGroups groups;
  private final EndedTransactions ended;
  private final Consumer<HalfId> withdraw;

  /** With what takes a copy away whose transaction has ended. */
  CheckProcessor(ProducerGroups groups, EndedTransactions ended, Consumer<HalfId> withdraw) {
    this.groups = groups;
    this.ended = ended;
    this.withdraw = withdraw;
  }

  @Override
  public @Nullable RemotingCommand processRequest(
      ChannelHandlerContext context, RemotingCommand request) throws RemotingCommandException {
    CheckTransactionStateRequestHeader header =
        (CheckTransactionStateRequestHeader)
            request.decodeCommandCustomHeader(CheckTransactionStateRequestHeader.class);
    byte[] body = request.getBody();
    MessageExt half = body == null ? null : MessageDecoder.decode(ByteBuffer.wrap(body));
    if (half == null) {
      LOG.debug("a check of transaction {} without a message", header.getTransactionId());
      return null;
    }
    try {
      check(header, half, body, RemotingHelper.parseChannelRemoteAddr(context.channel()));
    } catch (IllegalArgumentException e) {
      LOG.debug("a check of transaction {} that is none: ", header.getTransactionId(), e);
    }
    return null;
  }

  private void check(
      CheckTransactionStateRequestHeader header, MessageExt half, byte[] body, String address) {
    GroupName group = new GroupName(String.valueOf(half.getProperty(PropertyNames.PRODUCER_GROUP)));
    TopicName topic = new TopicName(half.getTopic());
    List<StoredMessage> messages = StoredMessageDecoder.decode(body);
    HalfId id =
        new HalfId(
            topic,
            group,
            header.getTranStateTableOffset(),
            header.getCommitLogOffset(),
            true,
            messages.get(0).message().id(),
            header.getBrokerName());
    if (ended.committed(id.message()) != null) {
      withdraw.accept(id);
      return;
    }
    CheckListener listener = groups.listener(group);
    if (listener != null) {
      int attempt = attempt(half);
      listener.check(
          id.text(),
          topic,
          messages.get(0).message(),
          attempt,
          attempt >= groups.maxChecks(address));
    }
  }

  private static int attempt(MessageExt half) {
    String times = half.getProperty(MessageConst.PROPERTY_TRANSACTION_CHECK_TIMES);
    try {
      return times == null ? 1 : Math.max(1, Integer.parseInt(times));
    } catch (NumberFormatException e) {
      return 1;
    }
  }

  @Override
  public boolean rejectRequest() {
    return false;
  }
}
