package dev.headgate.engine.testkit;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

/**
 * The whole kit. An adapter's test extends it and gives the harness; the rules of the capabilities
 * that the adapter claims run, and what it does not claim must be refused (D40). Each theme is a
 * tag, to be run alone.
 */
public abstract class EngineConformanceTest {
  /** The adapter's cluster; called for each test, and may return the same one each time. */
  protected abstract EngineHarness harness();

  @Nested
  @Tag("Append")
  final class Append extends AppendRules {
    @Override
    EngineHarness harness() {
      return EngineConformanceTest.this.harness();
    }
  }

  @Nested
  @Tag("Content")
  final class Content extends ContentRules {
    @Override
    EngineHarness harness() {
      return EngineConformanceTest.this.harness();
    }
  }

  @Nested
  @Tag("Order")
  final class Order extends OrderRules {
    @Override
    EngineHarness harness() {
      return EngineConformanceTest.this.harness();
    }
  }

  @Nested
  @Tag("Fetch")
  final class Fetch extends FetchRules {
    @Override
    EngineHarness harness() {
      return EngineConformanceTest.this.harness();
    }
  }

  @Nested
  @Tag("Commit")
  final class Commit extends CommitRules {
    @Override
    EngineHarness harness() {
      return EngineConformanceTest.this.harness();
    }
  }

  @Nested
  @Tag("Ownership")
  final class Ownership extends OwnershipRules {
    @Override
    EngineHarness harness() {
      return EngineConformanceTest.this.harness();
    }
  }

  @Nested
  @Tag("Fencing")
  final class Fencing extends FencingRules {
    @Override
    EngineHarness harness() {
      return EngineConformanceTest.this.harness();
    }
  }

  @Nested
  @Tag("Seek")
  final class Seek extends SeekRules {
    @Override
    EngineHarness harness() {
      return EngineConformanceTest.this.harness();
    }
  }

  @Nested
  @Tag("Delay")
  final class Delay extends DelayRules {
    @Override
    EngineHarness harness() {
      return EngineConformanceTest.this.harness();
    }
  }

  @Nested
  @Tag("CancelDelay")
  final class CancelDelay extends CancelDelayRules {
    @Override
    EngineHarness harness() {
      return EngineConformanceTest.this.harness();
    }
  }

  @Nested
  @Tag("Transactions")
  final class Transactions extends TransactionRules {
    @Override
    EngineHarness harness() {
      return EngineConformanceTest.this.harness();
    }
  }

  @Nested
  @Tag("Filter")
  final class Filter extends FilterRules {
    @Override
    EngineHarness harness() {
      return EngineConformanceTest.this.harness();
    }
  }

  @Nested
  @Tag("Broadcast")
  final class Broadcast extends BroadcastRules {
    @Override
    EngineHarness harness() {
      return EngineConformanceTest.this.harness();
    }
  }

  @Nested
  @Tag("Topics")
  final class Topics extends TopicRules {
    @Override
    EngineHarness harness() {
      return EngineConformanceTest.this.harness();
    }
  }

  @Nested
  @Tag("Capabilities")
  final class Capabilities extends CapabilityRules {
    @Override
    EngineHarness harness() {
      return EngineConformanceTest.this.harness();
    }
  }

  @Nested
  @Tag("Closing")
  final class Closing extends ClosingRules {
    @Override
    EngineHarness harness() {
      return EngineConformanceTest.this.harness();
    }
  }

  @Nested
  @Tag("BrokerFaults")
  final class BrokerFaults extends BrokerFaultRules {
    @Override
    EngineHarness harness() {
      return EngineConformanceTest.this.harness();
    }
  }
}
