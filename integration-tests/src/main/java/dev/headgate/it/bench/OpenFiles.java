package dev.headgate.it.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** What processes may open and have open, from {@code /proc}. */
final class OpenFiles {
  private static final String ESTABLISHED = "01";
  private static final int REMOTE = 2;
  private static final int STATE = 3;
  private static final int INODE = 9;

  private OpenFiles() {}

  /** How many files a process that is started now may open; a JVM takes the hard limit. */
  static long limit() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/limits")).stream()
        .filter(line -> line.startsWith("Max open files"))
        .map(line -> line.trim().split("\\s+")[4])
        .mapToLong(hard -> hard.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(hard))
        .findFirst()
        .orElse(1_024);
  }

  /** How many connections a process has to the port of an address on this machine. */
  static long connections(long pid, String address) throws IOException {
    int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    String suffix = String.format(Locale.ROOT, ":%04X", port);
    Set<String> sockets = sockets(pid);
    long count = 0;
    for (String table : List.of("tcp", "tcp6")) {
      Path file = Path.of("/proc", Long.toString(pid), "net", table);
      count +=
          Files.readAllLines(file).stream()
              .map(line -> line.trim().split("\\s+"))
              .filter(
                  fields ->
                      fields[REMOTE].endsWith(suffix)
                          && fields[STATE].equals(ESTABLISHED)
                          && sockets.contains("socket:[" + fields[INODE] + "]"))
              .count();
    }
    return count;
  }

  private static Set<String> sockets(long pid) throws IOException {
    Set<String> targets = new HashSet<>();
    try (Stream<Path> descriptors = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
      for (Path descriptor : descriptors.toList()) {
        try {
          targets.add(Files.readSymbolicLink(descriptor).toString());
        } catch (IOException e) {
          // Closed meanwhile.
        }
      }
    }
    return targets;
  }
}
