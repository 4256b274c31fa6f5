package dev.headgate.engine;

import java.util.List;

/**
 * What one fetch found.
 *
 * @param messages in rising order of offset; may be empty
 * @param nextOffset where to fetch next: past the last message, and past anything that was filtered
 *     out or has been deleted by retention
 */
public record Batch(List<StoredMessage> messages, long nextOffset) {}
