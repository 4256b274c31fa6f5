/** Tests of the RocketMQ adapter: pieces on fakes, and the whole on real processes. */
@NullMarked
package dev.headgate.engine.rocketmq;

import org.jspecify.annotations.NullMarked;
