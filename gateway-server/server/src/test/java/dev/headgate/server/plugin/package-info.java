/** Proves that plug-ins are found, kept apart, and refused with a reason. */
@NullMarked
package dev.headgate.server.plugin;

import org.jspecify.annotations.NullMarked;
