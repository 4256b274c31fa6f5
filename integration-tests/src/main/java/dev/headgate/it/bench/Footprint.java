package dev.headgate.it.bench;

import dev.headgate.it.harness.ChildProcess;
import dev.headgate.it.harness.ProcessUsage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a JVM holds, after a garbage collection. Its memory is the live heap and what is resident
 * outside the heap; for the second to be true its heap is of a fixed size and touched at the start.
 *
 * @param liveHeapBytes of the heap after the collection
 * @param outsideBytes resident memory, of no file, outside the heap: buffers, stacks, code
 * @param threads of the process
 * @param descriptors open files and sockets
 */
record Footprint(long liveHeapBytes, long outsideBytes, int threads, int descriptors) {
  /** Makes the second figure true. */
  static final List<String> JVM = List.of("-Xms1g", "-Xmx1g", "-XX:+AlwaysPreTouch");

  private static final Pattern HEAP =
      Pattern.compile("(?:heap|generation)\\s+total (\\d+)K, used (\\d+)K");

  /** Collects its garbage, and looks. */
  static Footprint of(ChildProcess process) throws IOException, InterruptedException {
    jcmd(process.pid(), "GC.run");
    Matcher matcher = HEAP.matcher(jcmd(process.pid(), "GC.heap_info"));
    long total = 0;
    long used = 0;
    while (matcher.find()) {
      total += Long.parseLong(matcher.group(1)) << 10;
      used += Long.parseLong(matcher.group(2)) << 10;
    }
    Path proc = Path.of("/proc", Long.toString(process.pid()));
    return new Footprint(
        used,
        ProcessUsage.of(process.pid()).anonymousBytes() - total,
        entries(proc.resolve("task")),
        entries(proc.resolve("fd")));
  }

  /** The live heap and what is outside it. */
  long bytes() {
    return liveHeapBytes + outsideBytes;
  }

  /** As figures of a report. */
  Map<String, Double> figures() {
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("memoryMiB", bytes() / (double) (1 << 20));
    figures.put("heapMiB", liveHeapBytes / (double) (1 << 20));
    figures.put("threads", (double) threads);
    return figures;
  }

  private static int entries(Path folder) throws IOException {
    try (Stream<Path> children = Files.list(folder)) {
      return (int) children.count();
    }
  }

  private static String jcmd(long pid, String command) throws IOException, InterruptedException {
    Path program = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    Process process =
        new ProcessBuilder(program.toString(), Long.toString(pid), command)
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new IOException("jcmd " + pid + " " + command + ": " + output);
    }
    return output;
  }
}
