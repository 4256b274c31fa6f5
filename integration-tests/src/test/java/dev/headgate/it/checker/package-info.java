/** Proof that the checker finds each fault that it exists for. */
@NullMarked
package dev.headgate.it.checker;

import org.jspecify.annotations.NullMarked;
