/** Proves what a person and a script see of each command. */
@NullMarked
package dev.headgate.launcher;

import org.jspecify.annotations.NullMarked;
