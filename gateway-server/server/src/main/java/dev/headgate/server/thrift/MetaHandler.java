package dev.headgate.server.thrift;

import dev.headgate.idl.gateway.Meta;
import dev.headgate.idl.gateway.VersionInfo;
import dev.headgate.idl.gateway.VersionRequest;
import dev.headgate.idl.gateway.gatewayConstants;
import org.apache.thrift.async.AsyncMethodCallback;

/** Serves what every service offers. Its subclasses live for one call. */
abstract class MetaHandler implements Meta.AsyncIface {
  /** The call that is served. */
  protected final Call call;

  private final NodeIdentity node;

  MetaHandler(Call call, NodeIdentity node) {
    this.call = call;
    this.node = node;
  }

  @Override
  public void version(VersionRequest request, AsyncMethodCallback<VersionInfo> answer) {
    var unused = call.open(request.getContext());
    answer.onComplete(
        new VersionInfo(gatewayConstants.CONTRACT_VERSION, node.gatewayVersion(), node.node()));
  }
}
