/** What an operator asks: topics, groups with lag, drain. */
@NullMarked
package dev.headgate.server.admin;

import org.jspecify.annotations.NullMarked;
