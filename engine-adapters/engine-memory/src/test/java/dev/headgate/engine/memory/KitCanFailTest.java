package dev.headgate.engine.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;
import org.junit.platform.testkit.engine.Events;

/** Each check of the kit is worth what it catches: broken engines must fail it. */
class KitCanFailTest {
  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NOTHING")
  void brokenEngineFails(Breakage breakage) {
    Events tests = run(breakage, breakage.caughtBy());

    assertThat(tests.failed().stream().map(KitCanFailTest::testName))
        .as("tests that must fail an engine that %s", breakage)
        .containsExactlyInAnyOrderElementsOf(breakage.caughtBy());
  }

  /** Else a kit that fails everything would pass for a good one. */
  @Test
  void engineThatIsNotBrokenPassesTheSameTests() {
    List<String> all =
        Arrays.stream(Breakage.values()).flatMap(each -> each.caughtBy().stream()).toList();

    Events tests = run(Breakage.NOTHING, all);

    assertThat(tests.failed().stream().map(KitCanFailTest::testName)).isEmpty();
    assertThat(tests.started().stream().map(KitCanFailTest::testName))
        .containsExactlyInAnyOrderElementsOf(Set.copyOf(all));
  }

  private static Events run(Breakage breakage, List<String> names) {
    return EngineTestKit.engine("junit-jupiter")
        .selectors(selectClass(BrokenEngineKit.class))
        .filters(only(names))
        .configurationParameter(BrokenEngineKit.BREAKAGE, breakage.name())
        .execute()
        .testEvents();
  }

  private static PostDiscoveryFilter only(List<String> names) {
    return test -> FilterResult.includedIf(test.isContainer() || names.contains(methodName(test)));
  }

  private static String testName(Event event) {
    return methodName(event.getTestDescriptor());
  }

  private static String methodName(TestDescriptor test) {
    return test.getSource()
        .filter(MethodSource.class::isInstance)
        .map(source -> ((MethodSource) source).getMethodName())
        .orElse("");
  }
}
