package dev.headgate.it.harness;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the assembled gateway lies: what a user would run, not the classes of this build.
 *
 * @param home the folder that holds {@code lib}, {@code plugins} and {@code sandbox}
 */
public record Distribution(Path home) {
  /** The property that names it; the build sets it. */
  public static final String PROPERTY = "headgate.distribution";

  /** Refuses a folder that is none. */
  public Distribution {
    if (!Files.isDirectory(home.resolve("lib"))) {
      throw new IllegalArgumentException(
          home + " holds no gateway (expected: the folder that the launcher's build assembles)");
    }
  }

  /** As the build says, or in the place where the launcher's build leaves it. */
  public static Distribution find() {
    return new Distribution(
        Path.of(System.getProperty(PROPERTY, "../gateway-server/launcher/target/headgate"))
            .toAbsolutePath()
            .normalize());
  }

  /** The class path of the server's processes. */
  String serverClassPath() {
    return home.resolve("lib") + "/*";
  }

  /** The class path of RocketMQ's name server and broker. */
  String sandboxClassPath() {
    return home.resolve("sandbox").resolve("rocketmq") + "/*";
  }
}
