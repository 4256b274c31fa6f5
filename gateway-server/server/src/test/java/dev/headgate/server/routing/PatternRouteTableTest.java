package dev.headgate.server.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headgate.engine.Engine;
import dev.headgate.engine.EngineContext;
import dev.headgate.engine.EngineSettings;
import dev.headgate.engine.GroupName;
import dev.headgate.engine.ReaderSpec.InitialPosition;
import dev.headgate.engine.TopicName;
import dev.headgate.engine.memory.MemoryEngineProvider;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PatternRouteTableTest {
  private static final GroupPolicy STRICT =
      new GroupPolicy(
          Duration.ofSeconds(1),
          Duration.ofSeconds(2),
          2,
          Duration.ZERO,
          Duration.ZERO,
          InitialPosition.LATEST,
          1 << 20);

  private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
  private final Engine engine =
      new MemoryEngineProvider()
          .open(
              new EngineSettings("main", "", Map.of()),
              new EngineContext("test", InstantSource.system(), scheduler));

  @AfterEach
  void close() {
    engine.close();
    scheduler.shutdownNow();
  }

  @Test
  void firstMatchDecides() {
    TopicRule ordered =
        new TopicRule(new Glob("orders-*"), "main", true, 10, Duration.ofDays(1), true, 3);
    PatternRouteTable table =
        new PatternRouteTable(
            List.of(ordered, TopicRule.of(Glob.ALL, "main")), List.of(), Map.of("main", engine));

    assertThat(table.route(new TopicName("orders-eu")))
        .contains(new Route("main", engine, true, 10, Duration.ofDays(1), true, 3));
    assertThat(table.route(new TopicName("other")))
        .hasValueSatisfying(route -> assertThat(route.ordered()).isFalse());
  }

  @Test
  void D42_topicThatNoPatternMatchesHasNoRoute() {
    PatternRouteTable table =
        new PatternRouteTable(
            List.of(TopicRule.of(new Glob("a"), "main")), List.of(), Map.of("main", engine));

    assertThat(table.route(new TopicName("b"))).isEmpty();
  }

  @Test
  void groupWithoutARuleGetsTheDefaults() {
    PatternRouteTable table =
        new PatternRouteTable(
            List.of(), List.of(new GroupRule(new Glob("strict-*"), STRICT)), Map.of());

    assertThat(table.group(new GroupName("strict-1"))).isEqualTo(STRICT);
    assertThat(table.group(new GroupName("lax"))).isEqualTo(GroupPolicy.DEFAULT);
  }

  @Test
  void clusterThatIsNotThereIsRefused() {
    assertThatThrownBy(
            () ->
                new PatternRouteTable(
                    List.of(TopicRule.of(Glob.ALL, "gone")), List.of(), Map.of("main", engine)))
        .hasMessage("cluster: 'gone' (expected one of: main)");
  }

  @Test
  void manyNamesAreAnsweredRightThoughFewAreRemembered() {
    PatternRouteTable table =
        new PatternRouteTable(
            List.of(TopicRule.of(new Glob("t*"), "main")), List.of(), Map.of("main", engine));

    for (int i = 0; i < 70_000; i++) {
      assertThat(table.route(new TopicName("t" + i))).isPresent();
      assertThat(table.route(new TopicName("u" + i))).isEmpty();
    }
  }
}
