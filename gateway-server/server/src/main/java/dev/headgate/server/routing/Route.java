package dev.headgate.server.routing;

import dev.headgate.engine.Engine;
import java.time.Duration;

/**
 * Where a topic lives and by which rules.
 *
 * @param cluster the cluster's name in {@code headgate.yaml}
 * @param engine what stores it
 * @param ordered whether messages of one key are consumed one at a time (D19)
 * @param maxMessageBytes body, key, tag and headers together
 * @param maxDelay the longest delay (D30)
 * @param autoCreate whether a topic that the engine lacks is created at the first send or receive
 * @param partitions how many a created topic gets; 0 for the engine's default
 */
public record Route(
    String cluster,
    Engine engine,
    boolean ordered,
    int maxMessageBytes,
    Duration maxDelay,
    boolean autoCreate,
    int partitions) {}
