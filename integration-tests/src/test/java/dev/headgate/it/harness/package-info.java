/** Tests of the harness itself. */
@NullMarked
package dev.headgate.it.harness;

import org.jspecify.annotations.NullMarked;
