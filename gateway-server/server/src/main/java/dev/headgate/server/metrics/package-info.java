/** Every metric name of the gateway in one place, over Dropwizard's registry. */
@NullMarked
package dev.headgate.server.metrics;

import org.jspecify.annotations.NullMarked;
