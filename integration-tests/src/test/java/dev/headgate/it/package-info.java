/** Tests of the delivery contract through the gateway, on a real broker. */
@NullMarked
package dev.headgate.it;

import org.jspecify.annotations.NullMarked;
