package dev.headgate.server.auth;

/**
 * Who is calling.
 *
 * @param clientId the client process, as it names itself, else its address; shown to operators
 * @param address the peer's address, {@code host:port}
 * @param identity who it is by TLS certificate or token; empty for nobody in particular
 */
public record Caller(String clientId, String address, String identity) {}
