/** Tests of the Java client, against a fake gateway whose failures follow a script. */
@NullMarked
package dev.headgate.client;

import org.jspecify.annotations.NullMarked;
