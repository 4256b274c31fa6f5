package dev.headgate.it;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message in the files of the matrix programs. Bytes stand there in base64.
 *
 * @param headers {@code [name, value]}; a null value is absent
 * @param compress only of what is produced: whatever the size
 * @param attempt only of what was consumed
 * @param encoding only of what was consumed: as it was on the wire; null: plain
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
@JsonIgnoreProperties(ignoreUnknown = true)
record MatrixLine(
    String body,
    @Nullable String key,
    @Nullable String tag,
    List<List<@Nullable String>> headers,
    boolean compress,
    int attempt,
    @Nullable String encoding) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What must arrive as it was sent. */
  MatrixLine sent() {
    return new MatrixLine(body, key, tag, headers, false, 0, null);
  }

  static Path write(Path file, List<MatrixLine> lines) throws IOException {
    StringBuilder text = new StringBuilder();
    for (MatrixLine line : lines) {
      text.append(JSON.writeValueAsString(line)).append('\n');
    }
    return Files.writeString(file, text);
  }

  static List<MatrixLine> read(Path file) throws IOException {
    List<MatrixLine> lines = new ArrayList<>();
    for (String text : Files.readAllLines(file)) {
      lines.add(JSON.readValue(text, MatrixLine.class));
    }
    return lines;
  }
}
