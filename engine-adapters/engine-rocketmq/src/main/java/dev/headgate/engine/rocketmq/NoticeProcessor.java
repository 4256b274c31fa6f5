package dev.headgate.engine.rocketmq;

import io.netty.channel.ChannelHandlerContext;
import org.apache.rocketmq.remoting.exception.RemotingCommandException;
import org.apache.rocketmq.remoting.netty.NettyRequestProcessor;
import org.apache.rocketmq.remoting.protocol.RemotingCommand;
import org.apache.rocketmq.remoting.protocol.header.NotifyConsumerIdsChangedRequestHeader;
import org.jspecify.annotations.Nullable;

/** Takes the brokers' notices that the members of a group have changed. */
final class NoticeProcessor implements NettyRequestProcessor {
  private final Memberships memberships;

  NoticeProcessor(Memberships memberships) {
    this.memberships = memberships;
  }

  @Override
  public @Nullable RemotingCommand processRequest(
      ChannelHandlerContext context, RemotingCommand request) throws RemotingCommandException {
    memberships.noticed(
        (NotifyConsumerIdsChangedRequestHeader)
            request.decodeCommandCustomHeader(NotifyConsumerIdsChangedRequestHeader.class));
    return null;
  }

  @Override
  public boolean rejectRequest() {
    return false;
  }
}
