package dev.headgate.launcher;

import dev.headgate.client.GatewayVersion;
import dev.headgate.client.HeadgateClient;
import dev.headgate.idl.gateway.gatewayConstants;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code headgate version}. */
@Command(name = "version", description = "Shows the versions of this program and of a gateway.")
final class VersionCommand implements Runnable {
  private final Terminal terminal;

  @Option(names = "--remote", description = "Ask the gateway too.")
  boolean remote;

  @Mixin Connection connection = new Connection();

  @Option(names = "--json", description = "For scripts.")
  boolean json;

  VersionCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public void run() {
    GatewayVersion gateway = remote ? connection.call(HeadgateClient::version) : null;
    String own = dev.headgate.server.bootstrap.GatewayVersion.current();
    String contract = gatewayConstants.CONTRACT_VERSION;
    String java = System.getProperty("java.version");
    if (json) {
      terminal.print(
          new Json()
              .put("version", own)
              .put("contract", contract)
              .put("java", java)
              .put("gateway", gateway == null ? null : json(gateway))
              .toString());
      return;
    }
    terminal.print("headgate %s (contract %s, Java %s)".formatted(own, contract, java));
    if (gateway != null) {
      terminal.print(
          "gateway %s (contract %s, node %s)"
              .formatted(gateway.gateway(), gateway.contract(), gateway.node()));
    }
  }

  private static Json json(GatewayVersion gateway) {
    return new Json()
        .put("version", gateway.gateway())
        .put("contract", gateway.contract())
        .put("node", gateway.node());
  }
}
