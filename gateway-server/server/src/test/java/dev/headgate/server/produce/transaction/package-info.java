@NullMarked
package dev.headgate.server.produce.transaction;

import org.jspecify.annotations.NullMarked;
