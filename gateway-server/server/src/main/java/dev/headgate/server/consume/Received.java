package dev.headgate.server.consume;

import java.time.Duration;
import java.util.List;

/**
 * The answer to one receive.
 *
 * @param deliveries perhaps none
 * @param retryAfter how long the client should wait before it asks again; zero for not at all
 * @param draining whether this node hands out nothing more
 */
public record Received(List<Delivery> deliveries, Duration retryAfter, boolean draining) {}
