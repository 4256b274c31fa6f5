package dev.headgate.launcher;

import dev.headgate.sandbox.rocketmq.RocketMqProcess;
import dev.headgate.server.bootstrap.Gateway;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What {@code dev} says when everything is up: where, and what to type next. */
final class DevWelcome {
  private static final int DEFAULT_PORT = 9300;

  private DevWelcome() {}

  static void say(
      Terminal terminal, Gateway gateway, @Nullable RocketMqProcess broker, Path folder) {
    String address = gateway.advertised();
    String option = gateway.address().getPort() == DEFAULT_PORT ? "" : " --address " + address;
    terminal.say("");
    terminal.say("  Headgate listens on   " + address);
    InetSocketAddress http = gateway.httpAddress();
    if (http != null) {
      terminal.say(
          "  Metrics               http://"
              + http.getHostString()
              + ":"
              + http.getPort()
              + "/metrics");
    }
    if (broker == null) {
      terminal.say("  Messages live in      the memory of this process");
    } else {
      terminal.say(
          "  RocketMQ              name server "
              + broker.nameServer()
              + ", broker "
              + broker.broker());
      terminal.say("  Data stays in         " + folder);
    }
    terminal.say("");
    terminal.say("  In another terminal:");
    terminal.say("    ./headgate send greetings hello" + option);
    terminal.say("    ./headgate receive greetings --group readers" + option);
    terminal.say("    ./headgate groups greetings" + option);
    terminal.say("");
    terminal.say("  Topics are made at their first use; those named ordered-* keep order by key.");
    terminal.say("  Ctrl-C stops everything.");
    terminal.say("");
  }
}
