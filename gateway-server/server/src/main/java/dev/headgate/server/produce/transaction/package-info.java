/** Prepared messages: stored invisibly, committed, rolled back, and asked about (D31). */
@NullMarked
package dev.headgate.server.produce.transaction;

import org.jspecify.annotations.NullMarked;
