package dev.headgate.server.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import dev.headgate.server.config.YamlNode.Entries;
import dev.headgate.server.config.YamlNode.Entry;
import dev.headgate.server.config.YamlNode.Items;
import dev.headgate.server.config.YamlNode.Scalar;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Turns YAML text into nodes that know their lines. */
final class YamlReader {
  private final YAMLParser parser;
  private final List<ConfigFault> faults;

  private YamlReader(YAMLParser parser, List<ConfigFault> faults) {
    this.parser = parser;
    this.faults = faults;
  }

  /** Reads one document; what is wrong is added to the faults, and what can be read is returned. */
  static YamlNode read(String text, List<ConfigFault> faults) {
    try (YAMLParser parser = new YAMLFactory().createParser(text)) {
      JsonToken first = parser.nextToken();
      if (first == null) {
        return new Entries(1, Map.of());
      }
      YamlNode node = new YamlReader(parser, faults).node("");
      if (parser.nextToken() != null) {
        faults.add(
            new ConfigFault(
                parser.currentTokenLocation().getLineNr(),
                "",
                "a second document (expected: one document, without '---' between sections)"));
      }
      return node;
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
      faults.add(new ConfigFault(line, "", "not YAML: " + firstLine(e.getOriginalMessage())));
    } catch (IOException e) {
      faults.add(new ConfigFault(0, "", "cannot be read: " + e.getMessage()));
    }
    return new Entries(1, Map.of());
  }

  private YamlNode node(String path) throws IOException {
    int line = parser.currentTokenLocation().getLineNr();
    if (parser.isCurrentAlias() || parser.getObjectId() != null) {
      faults.add(new ConfigFault(line, path, "an anchor or alias (expected: the value itself)"));
    }
    JsonToken token = parser.currentToken();
    if (token == JsonToken.START_OBJECT) {
      return entries(path, line);
    }
    if (token == JsonToken.START_ARRAY) {
      List<YamlNode> values = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        values.add(node(path + "[" + values.size() + "]"));
      }
      return new Items(line, values);
    }
    boolean isNull = token == JsonToken.VALUE_NULL;
    return new Scalar(line, isNull ? "" : parser.getText(), isNull);
  }

  private Entries entries(String path, int line) throws IOException {
    Map<String, Entry> values = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      int keyLine = parser.currentTokenLocation().getLineNr();
      String keyPath = path.isEmpty() ? key : path + "." + key;
      parser.nextToken();
      Entry entry = new Entry(keyLine, node(keyPath));
      Entry before = values.putIfAbsent(key, entry);
      if (before != null) {
        faults.add(
            new ConfigFault(
                keyLine, keyPath, "stands twice (first in line " + before.line() + ")"));
      }
    }
    return new Entries(line, values);
  }

  private static String firstLine(String message) {
    int end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }
}
