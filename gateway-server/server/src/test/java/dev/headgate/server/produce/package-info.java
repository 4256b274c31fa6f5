@NullMarked
package dev.headgate.server.produce;

import org.jspecify.annotations.NullMarked;
