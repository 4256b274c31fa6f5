/**
 * The reference adapter: a log engine that keeps everything in memory. It is what the gateway's own
 * tests run on, and the example that adapter authors read; start at {@link
 * dev.headgate.engine.memory.MemoryEngine}.
 */
@NullMarked
package dev.headgate.engine.memory;

import org.jspecify.annotations.NullMarked;
