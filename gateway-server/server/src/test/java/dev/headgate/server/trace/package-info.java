/** Tests of what is told to a tracing system. */
@NullMarked
package dev.headgate.server.trace;

import org.jspecify.annotations.NullMarked;
