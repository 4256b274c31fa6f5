package dev.headgate.server.config;

import java.util.List;
import java.util.Map;

/** A piece of a YAML document that knows its line. */
sealed interface YamlNode {
  /** Where it begins, from 1. */
  int line();

  /** What it is, for errors. */
  String shown();

  /** A text, number, boolean or nothing at all. */
  record Scalar(int line, String text, boolean isNull) implements YamlNode {
    @Override
    public String shown() {
      return isNull ? "nothing" : "'" + text + "'";
    }
  }

  /** A sequence. */
  record Items(int line, List<YamlNode> values) implements YamlNode {
    @Override
    public String shown() {
      return "a list";
    }
  }

  /** A mapping, in the order of the file. */
  record Entries(int line, Map<String, Entry> values) implements YamlNode {
    @Override
    public String shown() {
      return "a section";
    }
  }

  /** A key's line and its value. */
  record Entry(int line, YamlNode value) {}
}
