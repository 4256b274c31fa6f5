package dev.headgate.engine.testkit;

import org.junit.jupiter.api.Nested;

/**
 * The whole kit. An adapter's test extends it and gives the harness; the rules of the capabilities
 * that the adapter claims run, and what it does not claim must be refused (D40).
 */
public abstract class EngineConformanceTest {
  /** The adapter's cluster; called for each test, and may return the same one each time. */
  protected abstract EngineHarness harness();

  @Nested
  final class Append extends AppendRules {
    @Override
    EngineHarness harness() {
      return EngineConformanceTest.this.harness();
    }
  }

  @Nested
  final class Fetch extends FetchRules {
    @Override
    EngineHarness harness() {
      return EngineConformanceTest.this.harness();
    }
  }
}
