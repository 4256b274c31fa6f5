package dev.headgate.engine;

/**
 * How to append.
 *
 * @param ordered messages of one key go to one partition and keep their order there (D6); the
 *     message has a key
 * @param deadlineNanos past this {@link System#nanoTime()} nothing is started any more (D3)
 */
public record AppendOptions(boolean ordered, long deadlineNanos) {}
