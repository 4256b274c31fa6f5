package dev.headgate.engine.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.headgate.engine.memory.SimulatedBroker.Flaw;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

/** Each check of the kit is worth what it catches: broken engines must fail it. */
@Execution(ExecutionMode.CONCURRENT)
class KitCanFailTest {
  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NOTHING")
  void brokenEngineFails(Breakage breakage) {
    Events tests = run(BrokenEngineKit.class, breakage, breakage.caughtBy());

    assertThat(names(tests.failed()))
        .as("tests that must fail an engine that %s", breakage)
        .containsExactlyInAnyOrderElementsOf(breakage.caughtBy());
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NOTHING")
  void engineThatCannotStandAFaultFails(Flaw flaw) {
    Events tests = run(SimulatedBrokerKit.class, flaw, flaw.caughtBy());

    assertThat(names(tests.failed()))
        .as("tests that must fail a broker that %s", flaw)
        .containsExactlyInAnyOrderElementsOf(flaw.caughtBy());
  }

  /** Else a kit that fails everything would pass for a good one. */
  @Test
  void engineThatIsNotBrokenPassesTheSameTests() {
    List<String> all =
        Arrays.stream(Breakage.values()).flatMap(each -> each.caughtBy().stream()).toList();

    Events tests = run(BrokenEngineKit.class, Breakage.NOTHING, all);

    assertThat(names(tests.failed())).isEmpty();
    assertThat(names(tests.started())).containsExactlyInAnyOrderElementsOf(Set.copyOf(all));
  }

  @Test
  void engineThatStandsFaultsPassesTheTestsOfFaults() {
    List<String> rules =
        List.of(
            "D1_acknowledgedMessagesSurviveTheKillOfTheBroker",
            "D1_appendsAroundTheKillAreLostOnlyWhenTheyFailed",
            "D1_readerGoesOnAfterARestartOfTheBroker",
            "D2_appendWhileTheBrokerIsDownFailsInTime",
            "D2_appendToAHaltedBrokerFailsInTimeAndTellsTheTruth",
            "D11_committedPositionSurvivesTheKillOfTheBroker",
            "D30_delayedMessageSurvivesTheKillOfTheBroker");

    Events tests = run(SimulatedBrokerKit.class, Flaw.NOTHING, rules);

    assertThat(names(tests.failed())).isEmpty();
    assertThat(names(tests.succeeded())).containsExactlyInAnyOrderElementsOf(rules);
  }

  private static Events run(Class<?> kit, Enum<?> broken, Collection<String> names) {
    return EngineTestKit.engine("junit-jupiter")
        .selectors(selectClass(kit))
        .filters(only(names))
        .configurationParameter(ParameterFromConfiguration.NAME, broken.name())
        .execute()
        .testEvents();
  }

  private static PostDiscoveryFilter only(Collection<String> names) {
    return test -> FilterResult.includedIf(test.isContainer() || names.contains(methodName(test)));
  }

  private static List<String> names(Events events) {
    return events.stream().map(event -> methodName(event.getTestDescriptor())).toList();
  }

  private static String methodName(TestDescriptor test) {
    return test.getSource()
        .filter(MethodSource.class::isInstance)
        .map(source -> ((MethodSource) source).getMethodName())
        .orElse("");
  }
}
