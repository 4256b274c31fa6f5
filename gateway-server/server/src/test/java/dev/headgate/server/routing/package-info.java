/** Proves which rule decides for a name. */
@NullMarked
package dev.headgate.server.routing;

import org.jspecify.annotations.NullMarked;
