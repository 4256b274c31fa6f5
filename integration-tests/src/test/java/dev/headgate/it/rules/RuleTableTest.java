package dev.headgate.it.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RuleTableTest {
  @TempDir Path root;

  @Test
  void ruleIsProvenByATestThroughTheGatewayThatHasPassed() throws Exception {
    report(
        "<testcase name='D10_a' classname='dev.headgate.it.ReceiveIT'/>"
            + "<testcase name='D11_b' classname='dev.headgate.it.ReceiveIT'><skipped/></testcase>"
            + "<testcase name='D12_c' classname='dev.headgate.engine.rocketmq.XTest'/>"
            + "<testcase name='D13_d' classname='dev.headgate.it.XIT'/>"
            + "<testcase name='D13_e' classname='dev.headgate.server.YTest'><failure/></testcase>"
            + "<testcase name='noRule' classname='dev.headgate.it.XIT'/>");

    RuleTable table = RuleTable.of(TestReports.of(root));

    assertThat(table.unproven())
        .doesNotContain(Rule.D10)
        .contains(Rule.D11, Rule.D12, Rule.D13, Rule.D1);
    assertThat(table.page())
        .contains("| D10 | a leased message is delivered to no one else | 1 passed | - | - |")
        .contains("| D13 |")
        .contains("1 failed")
        .contains("- skipped: `ReceiveIT.D11_b`");
  }

  private void report(String cases) throws Exception {
    Path folder = Files.createDirectories(root.resolve("target").resolve("failsafe-reports"));
    Files.writeString(folder.resolve("TEST-x.xml"), "<testsuite>" + cases + "</testsuite>");
  }
}
