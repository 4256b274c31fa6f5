@NullMarked
package dev.headgate.server.time;

import org.jspecify.annotations.NullMarked;
