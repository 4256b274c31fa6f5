/**
 * A real RocketMQ name server and broker on this machine, in a process of its own, for development
 * and for tests that kill it. Nothing here touches the user's home folder.
 */
@NullMarked
package dev.headgate.sandbox.rocketmq;

import org.jspecify.annotations.NullMarked;
