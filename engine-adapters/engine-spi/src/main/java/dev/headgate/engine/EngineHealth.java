package dev.headgate.engine;

/**
 * How an engine sees its cluster.
 *
 * @param reachable whether the cluster answered lately
 * @param detail what is wrong, or what it is connected to; for people
 */
public record EngineHealth(boolean reachable, String detail) {}
