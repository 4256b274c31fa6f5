/** Dead letters (D13): what groups gave up, to be looked at, delivered again or removed. */
@NullMarked
package dev.headgate.server.deadletter;

import org.jspecify.annotations.NullMarked;
