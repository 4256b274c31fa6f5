/**
 * The engine SPI: everything behind the gateway is an {@link dev.headgate.engine.Engine}. A broker
 * adapter is one; a pair of data centres, or a topic on the move between two brokers, is an engine
 * made of two engines.
 */
@NullMarked
package dev.headgate.engine;

import org.jspecify.annotations.NullMarked;
