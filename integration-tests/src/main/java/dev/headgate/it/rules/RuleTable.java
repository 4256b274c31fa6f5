package dev.headgate.it.rules;

import dev.headgate.it.rules.TestReports.Level;
import dev.headgate.it.rules.TestReports.Proof;
import dev.headgate.it.rules.TestReports.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The table rule → tests → result of the last test run, as a page. Ends with 1 when a rule has no
 * test through the gateway that has passed, or one that has failed.
 */
public final class RuleTable {
  private final List<Proof> proofs;

  private RuleTable(List<Proof> proofs) {
    this.proofs = proofs;
  }

  /**
   * Over the reports of a checkout.
   *
   * @param words the checkout's folder, and the file to write
   */
  public static void main(String[] words) throws IOException {
    RuleTable table = of(TestReports.of(Path.of(words[0])));
    Path page = Path.of(words[1]);
    Files.createDirectories(page.toAbsolutePath().getParent());
    Files.writeString(page, table.page());
    List<Rule> unproven = table.unproven();
    System.out.println(
        unproven.isEmpty()
            ? "all " + Rule.values().length + " rules are proven through the gateway: " + page
            : "rules without proof through the gateway: " + unproven + ", see " + page);
    if (!unproven.isEmpty()) {
      System.exit(1);
    }
  }

  static RuleTable of(List<Proof> proofs) {
    return new RuleTable(List.copyOf(proofs));
  }

  /** Rules that no test has proven through the gateway, or that some test has found broken. */
  List<Rule> unproven() {
    List<Rule> unproven = new ArrayList<>();
    for (Rule rule : Rule.values()) {
      boolean broken =
          proofs.stream().anyMatch(p -> p.rule() == rule && p.result() == Result.FAILED);
      boolean proven = of(rule, Level.GATEWAY).stream().anyMatch(p -> p.result() == Result.PASSED);
      if (broken || !proven) {
        unproven.add(rule);
      }
    }
    return unproven;
  }

  private List<Proof> of(Rule rule, Level level) {
    return proofs.stream().filter(p -> p.rule() == rule && p.level() == level).toList();
  }

  /** Markdown: one line a rule, then every test. */
  String page() {
    StringBuilder page = new StringBuilder("# Rules and their tests\n\n| Rule | Promise |");
    for (Level level : Level.values()) {
      page.append(' ').append(level.title()).append(" |");
    }
    page.append("\n|---|---|---|---|---|\n");
    for (Rule rule : Rule.values()) {
      page.append("| ").append(rule).append(" | ").append(rule.promise()).append(" |");
      for (Level level : Level.values()) {
        page.append(' ').append(sum(of(rule, level))).append(" |");
      }
      page.append('\n');
    }
    for (Rule rule : Rule.values()) {
      page.append("\n## ").append(rule).append(": ").append(rule.promise()).append("\n\n");
      for (Level level : Level.values()) {
        of(rule, level)
            .forEach(
                p ->
                    page.append("- ")
                        .append(p.result().name().toLowerCase(java.util.Locale.ROOT))
                        .append(": `")
                        .append(p.test())
                        .append("`\n"));
      }
    }
    return page.toString();
  }

  private static String sum(List<Proof> some) {
    List<String> parts = new ArrayList<>();
    for (Result result : Result.values()) {
      long count = some.stream().filter(p -> p.result() == result).count();
      if (count > 0) {
        parts.add(count + " " + result.name().toLowerCase(java.util.Locale.ROOT));
      }
    }
    return parts.isEmpty() ? "-" : String.join(", ", parts);
  }
}
