package dev.headgate.server.config;

import dev.headgate.server.config.YamlNode.Entries;
import dev.headgate.server.config.YamlNode.Entry;
import dev.headgate.server.config.YamlNode.Items;
import dev.headgate.server.config.YamlNode.Scalar;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A mapping of the configuration while it is read: each key is taken once, by its type, with its
 * default; what is wrong is noted and the default goes on in its place, so that one run finds every
 * fault. {@link #close} notes the keys that nobody took.
 */
final class Section implements AutoCloseable {
  private final String path;
  private final Entries entries;
  private final List<ConfigFault> faults;
  private final Set<String> known = new TreeSet<>();

  Section(String path, Entries entries, List<ConfigFault> faults) {
    this.path = path;
    this.entries = entries;
    this.faults = faults;
  }

  /** Where the section begins. */
  int line() {
    return entries.line();
  }

  /** The line of a key, or of the section when the key is not there. */
  int line(String key) {
    Entry entry = entries.values().get(key);
    return entry == null ? entries.line() : entry.line();
  }

  /** The keys that stand there, in their order. */
  Set<String> keys() {
    return entries.values().keySet();
  }

  boolean has(String key) {
    return entries.values().containsKey(key);
  }

  /** Notes a fault of a key. */
  void fault(String key, String problem) {
    faults.add(new ConfigFault(line(key), pathOf(key), problem));
  }

  /** Notes a fault of the section. */
  void fault(String problem) {
    faults.add(new ConfigFault(line(), path, problem));
  }

  /** A value by a parser that says what it expects in its {@link IllegalArgumentException}. */
  <T> T value(String key, T defaultValue, Function<String, T> parser) {
    String text = text(key);
    if (text == null) {
      return defaultValue;
    }
    try {
      return parser.apply(text);
    } catch (IllegalArgumentException e) {
      fault(key, "'" + text + "' (expected: " + e.getMessage() + ")");
      return defaultValue;
    }
  }

  /** A text, or null when the key is not there or holds something else. */
  @Nullable String text(String key) {
    known.add(key);
    Entry entry = entries.values().get(key);
    if (entry == null) {
      return null;
    }
    if (entry.value() instanceof Scalar scalar && !scalar.isNull()) {
      return scalar.text();
    }
    fault(key, entry.value().shown() + " (expected: a value)");
    return null;
  }

  String text(String key, String defaultValue) {
    String text = text(key);
    return text == null ? defaultValue : text;
  }

  /** A text that must be there; empty, and a fault, when it is not. */
  String requiredText(String key, String expected) {
    if (!has(key)) {
      known.add(key);
      fault(key, "missing (expected: " + expected + ")");
      return "";
    }
    String text = text(key);
    if (text != null && text.isBlank()) {
      fault(key, "empty (expected: " + expected + ")");
    }
    return text == null ? "" : text;
  }

  int integer(String key, int defaultValue, int min, int max) {
    return value(key, defaultValue, text -> Quantities.integer(text, min, max));
  }

  boolean flag(String key, boolean defaultValue) {
    return value(key, defaultValue, Quantities::flag);
  }

  Duration duration(String key, Duration defaultValue, Duration min, Duration max) {
    return value(key, defaultValue, text -> Quantities.duration(text, min, max));
  }

  long bytes(String key, long defaultValue, long min, long max) {
    return value(key, defaultValue, text -> Quantities.bytes(text, min, max));
  }

  /** A mapping below this one; an empty one when it is not there. */
  Section section(String key) {
    known.add(key);
    Entry entry = entries.values().get(key);
    if (entry == null) {
      return new Section(pathOf(key), new Entries(line(), Map.of()), faults);
    }
    return of(pathOf(key), entry.value(), entry.line());
  }

  /** The mappings of a list; none when it is not there. */
  List<Section> list(String key) {
    known.add(key);
    Entry entry = entries.values().get(key);
    List<Section> sections = new ArrayList<>();
    if (entry == null || entry.value() instanceof Scalar scalar && scalar.isNull()) {
      return sections;
    }
    if (entry.value() instanceof Items items) {
      for (int i = 0; i < items.values().size(); i++) {
        YamlNode item = items.values().get(i);
        sections.add(of(pathOf(key) + "[" + i + "]", item, item.line()));
      }
    } else {
      fault(key, entry.value().shown() + " (expected: a list, each entry with '- ' before it)");
    }
    return sections;
  }

  /** All keys with their texts: for settings that somebody else checks. */
  Map<String, String> texts() {
    Map<String, String> texts = new LinkedHashMap<>();
    for (String key : keys()) {
      String text = text(key);
      if (text != null) {
        texts.put(key, text);
      }
    }
    return texts;
  }

  /** Notes that a key is understood but not offered yet. */
  void notOffered(String key) {
    known.add(key);
    if (has(key)) {
      fault(key, "not offered yet by this version (expected: leave it out)");
    }
  }

  private Section of(String sectionPath, YamlNode node, int line) {
    if (node instanceof Entries found) {
      return new Section(sectionPath, found, faults);
    }
    if (node instanceof Scalar scalar && scalar.isNull()) {
      return new Section(sectionPath, new Entries(line, Map.of()), faults);
    }
    faults.add(
        new ConfigFault(line, sectionPath, node.shown() + " (expected: a section with keys)"));
    return new Section(sectionPath, new Entries(line, Map.of()), faults);
  }

  private String pathOf(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  @Override
  public void close() {
    for (String key : keys()) {
      if (!known.contains(key)) {
        String near = Spelling.nearest(key, known);
        fault(
            key,
            "unknown key"
                + (near == null ? "" : ", did you mean '" + near + "'?")
                + " (expected one of: "
                + String.join(", ", known)
                + ")");
      }
    }
  }
}
