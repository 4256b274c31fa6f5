package dev.headgate.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Keeps imports one-way, so that nobody has to remember it. */
class ArchitectureTest {
  private static final String ROOT = "dev.headgate.server.";

  /** A package imports only from its own row and from those below; a new package gets a place. */
  private static final List<Set<String>> ROWS =
      List.of(
          Set.of("bootstrap"),
          Set.of("config"),
          Set.of("thrift", "http"),
          Set.of("admin"),
          Set.of("produce", "consume", "deadletter"),
          Set.of("routing"),
          Set.of("auth", "plugin", "metrics", "time", "trace", "token", "error"));

  private static final JavaClasses SERVER =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.headgate.server");

  @Test
  void everyPackageHasItsRow() {
    Set<String> placed = ROWS.stream().flatMap(Set::stream).collect(Collectors.toSet());
    Set<String> found = new TreeSet<>();
    for (JavaClass type : SERVER) {
      String name = type.getPackageName();
      if (name.startsWith(ROOT)) {
        found.add(name.substring(ROOT.length()).replaceFirst("\\..*", ""));
      }
    }
    assertThat(placed).containsAll(found);
  }

  @Test
  void importsPointDownwards() {
    for (int row = 1; row < ROWS.size(); row++) {
      String[] above =
          ROWS.subList(0, row).stream()
              .flatMap(Set::stream)
              .map(name -> ROOT + name + "..")
              .toArray(String[]::new);
      String[] here = ROWS.get(row).stream().map(name -> ROOT + name + "..").toArray(String[]::new);
      noClasses()
          .that()
          .resideInAnyPackage(here)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(above)
          .allowEmptyShould(true)
          .check(SERVER);
    }
  }

  @Test
  void noPackageImportsOneThatImportsIt() {
    slices().matching("dev.headgate.server.(*)..").should().beFreeOfCycles().check(SERVER);
  }

  @Test
  void onlyTheEdgeKnowsNettyAndThrift() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.headgate.server.thrift..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.netty..", "org.apache.thrift..", "dev.headgate.idl..")
        .check(SERVER);
  }

  @Test
  void theServerKnowsNoBroker() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.apache.rocketmq..",
            "org.apache.kafka..",
            "kafka..",
            "com.sproutsocial..",
            "com.github.brainlag..",
            "dev.headgate.engine.memory..",
            "dev.headgate.engine.rocketmq..")
        .check(SERVER);
  }
}
