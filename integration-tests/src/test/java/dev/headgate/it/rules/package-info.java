/** Tests of the table of rules. */
@org.jspecify.annotations.NullMarked
package dev.headgate.it.rules;
