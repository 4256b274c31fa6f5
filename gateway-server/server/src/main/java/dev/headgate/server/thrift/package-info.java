/**
 * The Thrift edge: frames, protocols, calls in flight, time limits and error mapping. The only
 * package that imports Netty or the generated types of the contract.
 */
@NullMarked
package dev.headgate.server.thrift;

import org.jspecify.annotations.NullMarked;
