/**
 * Reads {@code headgate.yaml} and checks it as a whole: every fault is told at once, with line, key
 * and what was expected.
 */
@NullMarked
package dev.headgate.server.config;

import org.jspecify.annotations.NullMarked;
