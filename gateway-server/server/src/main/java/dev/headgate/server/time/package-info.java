/** Time as something that is handed in, so that tests can drive it. */
@NullMarked
package dev.headgate.server.time;

import org.jspecify.annotations.NullMarked;
