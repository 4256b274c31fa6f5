package dev.headgate.server.thrift;

import dev.headgate.idl.gateway.Meta;
import dev.headgate.idl.gateway.VersionInfo;
import dev.headgate.idl.gateway.VersionRequest;
import dev.headgate.idl.gateway.gatewayConstants;
import dev.headgate.server.error.ErrorCode;
import dev.headgate.server.error.GatewayException;
import dev.headgate.server.error.Outcome;
import java.time.Duration;
import java.util.Map;
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

  /** The contract has it, this version of the gateway has not. */
  static GatewayException notOffered(String what) {
    return new GatewayException(
        ErrorCode.UNSUPPORTED,
        Outcome.NOT_APPLIED,
        what + " is not offered by this gateway version",
        Duration.ZERO,
        Map.of("capability", what),
        null);
  }
}
