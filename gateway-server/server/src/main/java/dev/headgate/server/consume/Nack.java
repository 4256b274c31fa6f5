package dev.headgate.server.consume;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One message to give back.
 *
 * @param lease the token
 * @param delay when to deliver again; null for the group's back-off
 * @param reason why, or null
 */
public record Nack(byte[] lease, @Nullable Duration delay, @Nullable String reason) {}
