/** Sending: admission, route, append, outcome. */
@NullMarked
package dev.headgate.server.produce;

import org.jspecify.annotations.NullMarked;
