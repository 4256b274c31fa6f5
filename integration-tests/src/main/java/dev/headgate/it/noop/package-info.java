/**
 * An engine that stores nothing and answers at once, so that the benchmark can tell what the
 * gateway costs without a broker. Its jar is dropped into the measured gateway as a plug-in.
 */
@NullMarked
package dev.headgate.it.noop;

import org.jspecify.annotations.NullMarked;
