/** Proves what headgate.yaml may say, and how its faults are told. */
@NullMarked
package dev.headgate.server.config;

import org.jspecify.annotations.NullMarked;
