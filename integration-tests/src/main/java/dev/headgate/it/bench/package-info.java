/**
 * The benchmark: the gateway next to the broker's own client, side by side in one run, each in a
 * process of its own.
 */
@NullMarked
package dev.headgate.it.bench;

import org.jspecify.annotations.NullMarked;
