/** Who is calling. */
@NullMarked
package dev.headgate.server.auth;

import org.jspecify.annotations.NullMarked;
