/** What operators and their tools ask over HTTP: metrics, health and readiness of this node. */
@NullMarked
package dev.headgate.server.http;

import org.jspecify.annotations.NullMarked;
