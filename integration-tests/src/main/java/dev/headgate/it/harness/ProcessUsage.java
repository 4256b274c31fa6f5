package dev.headgate.it.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a process has used, from {@code /proc}.
 *
 * @param cpuSeconds user and system time since its start, at a resolution of 10 ms
 * @param residentBytes memory that it holds now
 * @param peakResidentBytes the most that it ever held
 * @param anonymousBytes resident memory that is not of mapped files: heap, buffers, stacks
 */
public record ProcessUsage(
    double cpuSeconds, long residentBytes, long peakResidentBytes, long anonymousBytes) {
  /** Linux has answered in hundredths of a second on every architecture since 2.6. */
  private static final double TICKS_PER_SECOND = 100;

  /** Reads it now. Fails when the process is gone. */
  public static ProcessUsage of(long pid) {
    Path proc = Path.of("/proc", Long.toString(pid));
    try {
      String stat = Files.readString(proc.resolve("stat"));
      // The second field is the name in parentheses and may hold blanks: count from its end.
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      double ticks = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
      String status = Files.readString(proc.resolve("status"));
      return new ProcessUsage(
          ticks / TICKS_PER_SECOND,
          kibibytes(status, "VmRSS:"),
          kibibytes(status, "VmHWM:"),
          kibibytes(status, "RssAnon:"));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + proc, e);
    }
  }

  private static long kibibytes(String status, String name) {
    return status
        .lines()
        .filter(line -> line.startsWith(name))
        .map(line -> line.replaceAll("\\D", ""))
        .mapToLong(digits -> Long.parseLong(digits) << 10)
        .findFirst()
        .orElse(0);
  }
}
