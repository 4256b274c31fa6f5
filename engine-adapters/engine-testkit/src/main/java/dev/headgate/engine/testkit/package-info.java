/**
 * The conformance kit that certifies an engine adapter: an adapter's test extends {@link
 * dev.headgate.engine.testkit.EngineConformanceTest} and gives it an {@link
 * dev.headgate.engine.testkit.EngineHarness}. Each test carries the number of the rule of the
 * delivery contract that it proves.
 */
@NullMarked
package dev.headgate.engine.testkit;

import org.jspecify.annotations.NullMarked;
