/** Which engine a topic lives on, and by which rules: an immutable snapshot, replaced whole. */
@NullMarked
package dev.headgate.server.routing;

import org.jspecify.annotations.NullMarked;
