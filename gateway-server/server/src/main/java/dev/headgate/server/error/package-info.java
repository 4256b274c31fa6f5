/** How a call fails: the stable codes, and the one exception that carries them to the edge. */
@NullMarked
package dev.headgate.server.error;

import org.jspecify.annotations.NullMarked;
