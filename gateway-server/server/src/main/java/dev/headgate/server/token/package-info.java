/** What the gateway hands out and knows again on any node: signed and self-contained. */
@NullMarked
package dev.headgate.server.token;

import org.jspecify.annotations.NullMarked;
