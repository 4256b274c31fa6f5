package dev.headgate.launcher;

import dev.headgate.engine.memory.MemoryEngineProvider;
import dev.headgate.server.bootstrap.Gateway;
import dev.headgate.server.config.ConfigFile;
import dev.headgate.server.plugin.Plugins;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A gateway on the memory engine in this process, and the command line to call it with. */
final class GatewayFixture implements AutoCloseable {
  static final Plugins MEMORY = Plugins.of(new MemoryEngineProvider());

  private final Gateway gateway;
  private final Path folder;

  GatewayFixture(Path folder) throws Exception {
    this.folder = folder;
    this.gateway =
        Gateway.start(
            ConfigFile.parse(
                """
                node: {name: test}
                listen: {port: 0}
                admin: {port: 0}
                consume: {commitInterval: 20ms}
                clusters:
                  main: {engine: memory}
                topics:
                  - {pattern: "ordered-*", cluster: main, ordered: true, autoCreate: true}
                  - {pattern: "strict-*", cluster: main}
                  - {pattern: "small-*", cluster: main, autoCreate: true, maxMessageSize: 64B}
                  - {pattern: "*", cluster: main, autoCreate: true}
                groups:
                  - {pattern: "brief-*", maxAttempts: 1}
                """,
                "headgate.yaml",
                folder),
            MEMORY);
  }

  String address() {
    return gateway.advertised();
  }

  /** Runs a command against this gateway. */
  Ran run(String... arguments) {
    return runWithInput("", arguments);
  }

  /** Runs a command that reads this. */
  Ran runWithInput(String input, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--address");
    all.add(address());
    return command(folder, input, all.toArray(new String[0]));
  }

  /** Runs a command as it is. */
  static Ran command(Path folder, String input, String... arguments) {
    InputStream in = new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Terminal terminal =
        new Terminal(in, out, new PrintStream(err, true, StandardCharsets.UTF_8), false);
    int code = Main.run(terminal, new Installation(folder, folder, () -> MEMORY), arguments);
    return new Ran(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    gateway.close(Duration.ZERO);
  }

  /** What a command left behind. */
  record Ran(int code, String out, String err) {
    List<String> lines() {
      return out.lines().toList();
    }
  }
}
