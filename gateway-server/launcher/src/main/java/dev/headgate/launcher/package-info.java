/** The command line: one class a command, over the Java client and the server's bootstrap. */
@NullMarked
package dev.headgate.launcher;

import org.jspecify.annotations.NullMarked;
