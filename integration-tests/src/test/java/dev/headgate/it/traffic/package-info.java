/** Tests of the traffic's own parts. */
@NullMarked
package dev.headgate.it.traffic;

import org.jspecify.annotations.NullMarked;
