/** A long run under mixed load and random faults: nothing may be lost, and nothing may grow. */
@org.jspecify.annotations.NullMarked
package dev.headgate.it.soak;
