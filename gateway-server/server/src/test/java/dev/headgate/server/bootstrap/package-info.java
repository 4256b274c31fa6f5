/** Proves that a gateway starts and stops in order. */
@NullMarked
package dev.headgate.server.bootstrap;

import org.jspecify.annotations.NullMarked;
