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
  final class Content extends ContentRules {
    @Override
    EngineHarness harness() {
      return EngineConformanceTest.this.harness();
    }
  }

  @Nested
  final class Order extends OrderRules {
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

  @Nested
  final class Commit extends CommitRules {
    @Override
    EngineHarness harness() {
      return EngineConformanceTest.this.harness();
    }
  }

  @Nested
  final class Ownership extends OwnershipRules {
    @Override
    EngineHarness harness() {
      return EngineConformanceTest.this.harness();
    }
  }

  @Nested
  final class Fencing extends FencingRules {
    @Override
    EngineHarness harness() {
      return EngineConformanceTest.this.harness();
    }
  }

  @Nested
  final class Seek extends SeekRules {
    @Override
    EngineHarness harness() {
      return EngineConformanceTest.this.harness();
    }
  }

  @Nested
  final class Delay extends DelayRules {
    @Override
    EngineHarness harness() {
      return EngineConformanceTest.this.harness();
    }
  }

  @Nested
  final class CancelDelay extends CancelDelayRules {
    @Override
    EngineHarness harness() {
      return EngineConformanceTest.this.harness();
    }
  }

  @Nested
  final class Transactions extends TransactionRules {
    @Override
    EngineHarness harness() {
      return EngineConformanceTest.this.harness();
    }
  }

  @Nested
  final class Filter extends FilterRules {
    @Override
    EngineHarness harness() {
      return EngineConformanceTest.this.harness();
    }
  }

  @Nested
  final class Broadcast extends BroadcastRules {
    @Override
    EngineHarness harness() {
      return EngineConformanceTest.this.harness();
    }
  }

  @Nested
  final class Topics extends TopicRules {
    @Override
    EngineHarness harness() {
      return EngineConformanceTest.this.harness();
    }
  }

  @Nested
  final class Capabilities extends CapabilityRules {
    @Override
    EngineHarness harness() {
      return EngineConformanceTest.this.harness();
    }
  }

  @Nested
  final class Closing extends ClosingRules {
    @Override
    EngineHarness harness() {
      return EngineConformanceTest.this.harness();
    }
  }

  @Nested
  final class BrokerFaults extends BrokerFaultRules {
    @Override
    EngineHarness harness() {
      return EngineConformanceTest.this.harness();
    }
  }
}
