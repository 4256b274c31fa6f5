/** Which test proves which rule of the delivery contract, read from the reports of a test run. */
@org.jspecify.annotations.NullMarked
package dev.headgate.it.rules;
