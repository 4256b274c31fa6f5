/** Tests of the benchmark's program: what it reads and what it writes; nothing is measured. */
@NullMarked
package dev.headgate.it.bench;

import org.jspecify.annotations.NullMarked;
