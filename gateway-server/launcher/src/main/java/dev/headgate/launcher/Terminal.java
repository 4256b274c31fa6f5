package dev.headgate.launcher;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/**
 * Where a command reads and writes: data to standard output, everything for people to standard
 * error. Not thread-safe, save {@link #say}.
 */
final class Terminal {
  private final InputStream in;
  private final OutputStream out;
  private final PrintStream err;
  private final boolean interactive;

  /** Over streams of the caller's; {@code interactive} where a person sees standard error. */
  Terminal(InputStream in, OutputStream out, PrintStream err, boolean interactive) {
    this.in = in;
    this.out = new BufferedOutputStream(out, 64 << 10);
    this.err = err;
    this.interactive = interactive;
  }

  /** For help texts: data, since they were asked for. */
  PrintWriter outputWriter() {
    return new PrintWriter(out, true, StandardCharsets.UTF_8);
  }

  InputStream in() {
    return in;
  }

  /** A person sees standard error: progress may be drawn over itself. */
  boolean isInteractive() {
    return interactive;
  }

  /** A line for people. */
  void say(String line) {
    err.println(line);
  }

  /** A line of data. */
  void print(String line) {
    write(line.getBytes(StandardCharsets.UTF_8));
  }

  /** Bytes of data, and a line end. */
  void write(byte[] line) {
    try {
      out.write(line);
      out.write('\n');
    } catch (IOException e) {
      throw closed(e);
    }
  }

  /** What was written is now with the reader. */
  void flush() {
    try {
      out.flush();
    } catch (IOException e) {
      throw closed(e);
    }
  }

  /** Draws the line over the one before. Only where {@link #isInteractive}. */
  void redraw(String line) {
    err.print("\r\033[K" + line);
    err.flush();
  }

  /** Whoever read our output has gone ({@code | head}). */
  private static CommandException closed(IOException e) {
    return new CommandException(ExitCode.FAILED, "standard output is closed: " + e.getMessage(), e);
  }
}
