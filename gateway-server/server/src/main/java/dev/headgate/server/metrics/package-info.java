/** Every metric of the gateway in one place, over Dropwizard's registry, with bounded labels. */
@NullMarked
package dev.headgate.server.metrics;

import org.jspecify.annotations.NullMarked;
