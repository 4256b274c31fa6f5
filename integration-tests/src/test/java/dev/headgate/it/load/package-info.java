/** Tests of the load generators. */
@NullMarked
package dev.headgate.it.load;

import org.jspecify.annotations.NullMarked;
