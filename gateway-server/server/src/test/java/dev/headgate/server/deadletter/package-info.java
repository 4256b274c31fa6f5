/** Tests of dead letters on a fake engine. */
@NullMarked
package dev.headgate.server.deadletter;

import org.jspecify.annotations.NullMarked;
