/** Tells a tracing system where messages were, for those messages whose producers ask for it. */
@NullMarked
package dev.headgate.server.trace;

import org.jspecify.annotations.NullMarked;
