/**
 * What a test needs around the gateway: real processes that can be killed, links that can be cut,
 * and bare connections that show every answer as it came.
 */
@NullMarked
package dev.headgate.it.harness;

import org.jspecify.annotations.NullMarked;
