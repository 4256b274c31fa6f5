/**
 * RocketMQ's own way in for clients of any language, its gRPC proxy, as a peer of the benchmark:
 * the proxy itself, and load generators with its client.
 */
@NullMarked
package dev.headgate.it.grpc;

import org.jspecify.annotations.NullMarked;
