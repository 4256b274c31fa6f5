package dev.headgate.it.rules;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** The tests of a run that carry a rule, as Surefire and Failsafe have reported them. */
final class TestReports {
  private static final Pattern NAME = Pattern.compile("(D[0-9]+)_.*", Pattern.DOTALL);

  private TestReports() {}

  /** Where a test proves its rule. */
  enum Level {
    GATEWAY("through the gateway, on RocketMQ"),
    ROCKETMQ("the engine, on RocketMQ"),
    ELSEWHERE("parts, and the memory engine");

    private final String title;

    Level(String title) {
      this.title = title;
    }

    String title() {
      return title;
    }
  }

  /** How it ended. */
  enum Result {
    PASSED,
    SKIPPED,
    FAILED
  }

  /** One test. */
  record Proof(Rule rule, Level level, String test, Result result) {}

  /** All of a checkout. */
  static List<Proof> of(Path root) throws IOException {
    List<Path> reports;
    try (Stream<Path> files = Files.walk(root)) {
      reports =
          files
              .filter(file -> file.getFileName().toString().matches("TEST-.*\\.xml"))
              .filter(file -> file.toString().contains("-reports"))
              .sorted()
              .toList();
    }
    List<Proof> proofs = new ArrayList<>();
    for (Path report : reports) {
      read(report, proofs);
    }
    return proofs;
  }

  private static void read(Path report, List<Proof> proofs) throws IOException {
    NodeList cases;
    try {
      cases =
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .parse(report.toFile())
              .getElementsByTagName("testcase");
    } catch (ParserConfigurationException | SAXException e) {
      throw new IOException(report + " is no report", e);
    }
    for (int i = 0; i < cases.getLength(); i++) {
      proof((Element) cases.item(i)).ifPresent(proofs::add);
    }
  }

  private static Optional<Proof> proof(Element test) {
    Matcher name = NAME.matcher(test.getAttribute("name"));
    if (!name.matches()) {
      return Optional.empty();
    }
    String type = test.getAttribute("classname");
    Level level =
        type.startsWith("dev.headgate.it.")
            ? Level.GATEWAY
            : type.startsWith("dev.headgate.engine.rocketmq.") ? Level.ROCKETMQ : Level.ELSEWHERE;
    boolean failed =
        test.getElementsByTagName("failure").getLength() > 0
            || test.getElementsByTagName("error").getLength() > 0;
    boolean skipped = test.getElementsByTagName("skipped").getLength() > 0;
    String simple = type.substring(type.lastIndexOf('.') + 1);
    return Optional.of(
        new Proof(
            Rule.valueOf(name.group(1)),
            level,
            simple + "." + test.getAttribute("name"),
            failed ? Result.FAILED : skipped ? Result.SKIPPED : Result.PASSED));
  }
}
