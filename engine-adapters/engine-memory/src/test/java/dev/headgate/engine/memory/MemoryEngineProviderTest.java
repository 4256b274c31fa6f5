package dev.headgate.engine.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headgate.engine.Engine;
import dev.headgate.engine.EngineContext;
import dev.headgate.engine.EngineProvider;
import dev.headgate.engine.EngineSettings;
import java.time.InstantSource;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MemoryEngineProviderTest {
  private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
  private final EngineContext context =
      new EngineContext("node-1", InstantSource.system(), scheduler);

  @AfterEach
  void stop() {
    scheduler.shutdownNow();
  }

  @Test
  void isFoundByTheServiceLoader() {
    EngineProvider provider = ServiceLoader.load(EngineProvider.class).iterator().next();

    try (Engine engine = provider.open(settings(Map.of()), context)) {
      assertThat(provider.name()).isEqualTo("memory");
      assertThat(engine.health().reachable()).isTrue();
    }
  }

  @Test
  void unknownSettingIsRefusedByName() {
    assertThatThrownBy(
            () -> new MemoryEngineProvider().open(settings(Map.of("maxByte", "1")), context))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("clusters.test.settings.maxByte: unknown key");
  }

  @Test
  void defaultLimits() {
    assertThat(MemoryLimits.DEFAULT)
        .isEqualTo(new MemoryLimits(4, 268_435_456, 4_194_304 + 65_536));
  }

  private static EngineSettings settings(Map<String, String> values) {
    return new EngineSettings("test", "", values);
  }
}
