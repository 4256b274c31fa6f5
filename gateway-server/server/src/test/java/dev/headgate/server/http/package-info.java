/** Tests of the HTTP port for operators. */
@NullMarked
package dev.headgate.server.http;

import org.jspecify.annotations.NullMarked;
