@NullMarked
package dev.headgate.server.consume;

import org.jspecify.annotations.NullMarked;
