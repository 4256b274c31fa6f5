package dev.headgate.engine;

import java.time.InstantSource;
import java.util.concurrent.ScheduledExecutorService;

/**
 * What the gateway lends an engine.
 *
 * @param node the gateway node's name, unique in the fleet: a good base for client ids
 * @param clock the time; tests drive it
 * @param scheduler for timers; tasks must be short and must not block
 */
public record EngineContext(String node, InstantSource clock, ScheduledExecutorService scheduler) {}
