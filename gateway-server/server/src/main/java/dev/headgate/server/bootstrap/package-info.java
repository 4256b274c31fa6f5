/** Puts a gateway together, starts it and stops it: the only place that knows every part. */
@NullMarked
package dev.headgate.server.bootstrap;

import org.jspecify.annotations.NullMarked;
