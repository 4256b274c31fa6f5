package dev.headgate.it.harness;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The command line that runs a main class with this JVM's Java and class path. */
public final class JavaCommand {
  private JavaCommand() {}

  /** Of a class, with options for the JVM and words for the program. */
  public static List<String> of(Class<?> main, List<String> options, List<String> words) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.add("-cp");
    command.add(classPath());
    command.add(main.getName());
    command.addAll(words);
    return command;
  }

  /** Absolute, since the child runs elsewhere. */
  private static String classPath() {
    // Surefire hides the real path behind a manifest, and names it here.
    String path =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return Stream.of(path.split(File.pathSeparator))
        .map(entry -> new File(entry).getAbsolutePath())
        .collect(Collectors.joining(File.pathSeparator));
  }
}
