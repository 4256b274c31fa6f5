/** Tests of the metrics. */
@NullMarked
package dev.headgate.server.metrics;

import org.jspecify.annotations.NullMarked;
