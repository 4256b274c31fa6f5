package dev.headgate.launcher;

import dev.headgate.client.CallOptions;
import dev.headgate.client.HeadgateClient;
import dev.headgate.client.HeadgateException;
import dev.headgate.server.config.Quantities;
import java.time.Duration;
import java.util.function.Function;
import picocli.CommandLine.Option;

/** The options of every command that calls a gateway. */
final class Connection {
  private static final Duration PROBE = Duration.ofSeconds(2);
  private static final Duration LONGEST = Duration.ofMinutes(10);

  @Option(
      names = "--address",
      paramLabel = "HOST:PORT",
      defaultValue = "${env:HEADGATE_ADDRESS:-127.0.0.1:9300}",
      description = "Gateway nodes, parted by commas; also HEADGATE_ADDRESS (${DEFAULT-VALUE})")
  String address = "127.0.0.1:9300";

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      defaultValue = "10s",
      description = "How long a call may take, retries included (${DEFAULT-VALUE})")
  String timeout = "10s";

  /** Calls the gateway; a failed call becomes a {@link CommandException}. */
  <T> T call(Function<HeadgateClient, T> work) {
    HeadgateClient client = open();
    try (client) {
      // A call is tried again until its deadline; a gateway that is not there at all is told at
      // once.
      client.version(CallOptions.defaults().withTimeout(PROBE));
      return work.apply(client);
    } catch (HeadgateException e) {
      throw Failures.of(e, address);
    }
  }

  private HeadgateClient open() {
    Duration limit;
    try {
      limit = Quantities.duration(timeout, Duration.ofMillis(100), LONGEST);
    } catch (IllegalArgumentException e) {
      throw new CommandException(
          ExitCode.USAGE, "--timeout: '" + timeout + "' (expected: " + e.getMessage() + ")", e);
    }
    try {
      return HeadgateClient.builder()
          .address(address)
          .timeout(limit)
          .clientId("headgate-cli-" + ProcessHandle.current().pid())
          .build();
    } catch (IllegalArgumentException e) {
      throw new CommandException(ExitCode.USAGE, "--address: " + e.getMessage(), e);
    }
  }
}
