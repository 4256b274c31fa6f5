/** Tests of the sandbox, on real processes. */
@NullMarked
package dev.headgate.sandbox.rocketmq;

import org.jspecify.annotations.NullMarked;
