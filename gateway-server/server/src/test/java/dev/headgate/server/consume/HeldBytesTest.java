package dev.headgate.server.consume;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.Counter;
import org.junit.jupiter.api.Test;

class HeldBytesTest {
  private final Counter metric = new Counter();
  private final HeldBytes bytes = new HeldBytes(1_000, metric);
  private int woken;

  @Test
  void spentBudgetStopsWhoHoldsSomethingAndWakesHimWhenItIsFreeAgain() {
    bytes.add(1_000);
    assertThat(bytes.spent(false, () -> woken++)).isTrue();

    assertThat(bytes.release(1)).isTrue();
    bytes.wakeStarved();

    assertThat(woken).isEqualTo(1);
    assertThat(bytes.spent(false, () -> woken++)).isFalse();
    assertThat(metric.getCount()).isEqualTo(999);
  }

  @Test
  void D22_whoHoldsNothingMayUseTheReserve() {
    bytes.add(1_200);
    assertThat(bytes.onReserve()).isTrue();

    assertThat(bytes.spent(false, () -> woken++)).isTrue();
    assertThat(bytes.spent(true, () -> woken++)).isFalse();
  }

  @Test
  void D22_aReleaseWakesNobodyForEver() {
    bytes.add(1_000);
    for (int i = 0; i < 100; i++) {
      assertThat(bytes.spent(false, new Greedy())).isTrue();
    }

    assertThat(bytes.release(1)).isTrue();
    bytes.wakeStarved();

    assertThat(woken).as("the first has taken what was free").isEqualTo(1);
    bytes.release(500);
    bytes.wakeStarved();
    assertThat(woken).isEqualTo(2);
  }

  /** Takes more than is free, and waits for more. */
  private final class Greedy implements Runnable {
    @Override
    public void run() {
      woken++;
      bytes.reserve(500);
      assertThat(bytes.spent(false, this)).isTrue();
    }
  }

  @Test
  void D22_theReserveEndsToo() {
    bytes.add(2_000);
    assertThat(bytes.spent(true, () -> woken++)).isTrue();
    assertThat(bytes.spent(false, () -> woken += 100)).isTrue();

    assertThat(bytes.release(50)).isTrue();
    bytes.wakeStarved();

    assertThat(woken).as("only who may use the reserve").isEqualTo(1);
    assertThat(bytes.release(50)).as("the other waits for the budget itself").isFalse();
  }
}
