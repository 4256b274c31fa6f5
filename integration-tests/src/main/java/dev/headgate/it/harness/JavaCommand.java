package dev.headgate.it.harness;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line that runs a main class with this JVM's Java and class path. */
public final class JavaCommand {
  private JavaCommand() {}

  /** Of a class, with options for the JVM and words for the program. */
  public static List<String> of(Class<?> main, List<String> options, List<String> words) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.add("-cp");
    // Surefire hides the real path behind a manifest, and names it here.
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add(main.getName());
    command.addAll(words);
    return command;
  }
}
