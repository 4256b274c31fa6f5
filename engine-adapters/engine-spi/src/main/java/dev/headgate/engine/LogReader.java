package dev.headgate.engine;

/**
 * A reader of partitions with positions (RocketMQ queues, Kafka partitions). The gateway tracks
 * what is in flight and commits the contiguous prefix; all work goes through the {@link
 * OwnedPartition}s that the listener is given.
 */
public non-sealed interface LogReader extends EngineReader {}
