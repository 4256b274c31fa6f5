package dev.headgate.server.thrift;

/**
 * Who answers a {@code version} call.
 *
 * @param node the node's configured name
 * @param gatewayVersion the gateway's own version
 */
public record NodeIdentity(String node, String gatewayVersion) {}
