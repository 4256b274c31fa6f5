package dev.headgate.client;

/**
 * Who answers.
 *
 * @param contract the contract's version, {@code major.minor}
 * @param gateway the gateway's own version
 * @param node the node's configured name
 */
public record GatewayVersion(String contract, String gateway, String node) {}
