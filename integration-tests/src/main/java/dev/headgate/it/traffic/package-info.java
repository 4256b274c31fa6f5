/**
 * Senders and receivers that keep going through crashes of everything else, and write down for the
 * checker what they saw.
 */
@NullMarked
package dev.headgate.it.traffic;

import org.jspecify.annotations.NullMarked;
