package dev.headgate.it.grpc;

import dev.headgate.it.load.Arguments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.rocketmq.common.MQVersion;
import org.apache.rocketmq.proxy.ProxyStartup;
import org.apache.rocketmq.remoting.protocol.RemotingCommand;

/**
 * RocketMQ's proxy in cluster mode, with its own defaults. A program: {@code nameServer cluster
 * port remotingPort home}; it runs until it is killed.
 */
public final class GrpcProxy {
  private GrpcProxy() {}

  /** Runs it. */
  public static void main(String[] words) throws IOException {
    Arguments arguments = new Arguments(words);
    Path home = Files.createDirectories(Path.of(arguments.text("home")));
    // Its logs go below the home of the user.
    System.setProperty("user.home", home.toString());
    System.setProperty(
        RemotingCommand.REMOTING_VERSION_KEY, Integer.toString(MQVersion.CURRENT_VERSION));
    Path config =
        Files.writeString(
            home.resolve("rmq-proxy.json"),
            """
            {
              "proxyMode": "CLUSTER",
              "rocketMQClusterName": "%s",
              "namesrvAddr": "%s",
              "grpcServerPort": %d,
              "remotingListenPort": %d
            }
            """
                .formatted(
                    arguments.text("cluster"),
                    arguments.text("nameServer"),
                    arguments.number("port"),
                    arguments.number("remotingPort")));
    ProxyStartup.main(new String[] {"-pc", config.toString()});
  }
}
