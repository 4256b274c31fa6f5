package dev.headgate.it.traffic;

import dev.headgate.it.checker.DeliveryEvent;
import dev.headgate.it.checker.DeliveryEvent.Settlement;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A journal that outlives SIGKILL of its process: each call is one write to a file, and what is
 * written is with the kernel. One line a delivery; a later line about the same one replaces it.
 */
public final class FileJournal implements Journal, AutoCloseable {
  private final OutputStream out;

  /** Appends to the file. */
  public FileJournal(Path file) throws IOException {
    out = new FileOutputStream(file.toFile(), true);
  }

  @Override
  public void arrived(List<DeliveryEvent> deliveries) {
    write(deliveries);
  }

  @Override
  public void settled(List<DeliveryEvent> deliveries) {
    write(deliveries);
  }

  @Override
  public void close() throws IOException {
    out.close();
  }

  /** Reads what a receiver wrote, up to its last whole line. */
  public static Collection<DeliveryEvent> read(Path file) throws IOException {
    Map<String, DeliveryEvent> last = new LinkedHashMap<>();
    if (!Files.exists(file)) {
      return List.of();
    }
    String text = Files.readString(file);
    String whole = text.substring(0, text.lastIndexOf('\n') + 1);
    for (String line : whole.lines().toList()) {
      DeliveryEvent event = parse(line);
      last.put(event.messageId() + " " + event.atNanos(), event);
    }
    return last.values();
  }

  private void write(List<DeliveryEvent> deliveries) {
    StringBuilder lines = new StringBuilder();
    for (DeliveryEvent event : deliveries) {
      @Nullable Long settledAt = event.settledAtNanos();
      lines.append(event.value()).append('\t').append(event.messageId());
      lines.append('\t').append(event.attempt()).append('\t').append(event.atNanos());
      lines.append('\t').append(event.leaseNanos());
      lines.append('\t').append(settledAt == null ? "-" : settledAt.toString());
      lines.append('\t').append(event.settlement()).append('\n');
    }
    try {
      out.write(lines.toString().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static DeliveryEvent parse(String line) {
    String[] words = line.split("\t");
    return new DeliveryEvent(
        words[0],
        words[1],
        Integer.parseInt(words[2]),
        Long.parseLong(words[3]),
        Long.parseLong(words[4]),
        words[5].equals("-") ? null : Long.valueOf(words[5]),
        Settlement.valueOf(words[6]));
  }
}
