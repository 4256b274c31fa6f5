package dev.headgate.server.bootstrap;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.headgate.engine.memory.MemoryEngineProvider;
import dev.headgate.idl.gateway.AckRequest;
import dev.headgate.idl.gateway.Consume;
import dev.headgate.idl.gateway.Delivery;
import dev.headgate.idl.gateway.GatewayError;
import dev.headgate.idl.gateway.Header;
import dev.headgate.idl.gateway.Message;
import dev.headgate.idl.gateway.Produce;
import dev.headgate.idl.gateway.ReceiveRequest;
import dev.headgate.idl.gateway.SendRequest;
import dev.headgate.idl.gateway.SettleStatus;
import dev.headgate.idl.gateway.VersionRequest;
import dev.headgate.server.config.ConfigException;
import dev.headgate.server.config.ConfigFile;
import dev.headgate.server.config.GatewayConfig;
import dev.headgate.server.plugin.Plugins;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.apache.thrift.protocol.TBinaryProtocol;
import org.apache.thrift.transport.TSocket;
import org.apache.thrift.transport.TTransport;
import org.apache.thrift.transport.TTransportException;
import org.apache.thrift.transport.layered.TFramedTransport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GatewayTest {
  private static final Plugins MEMORY = Plugins.of(new MemoryEngineProvider());

  @TempDir Path folder;

  @Test
  void messageGoesInAndComesOut() throws Exception {
    try (Gateway gateway = Gateway.start(config("memory", 0), MEMORY);
        TTransport transport = connect(gateway.address())) {
      Produce.Client produce = new Produce.Client(new TBinaryProtocol(transport));
      Consume.Client consume = new Consume.Client(new TBinaryProtocol(transport));

      assertThat(produce.version(new VersionRequest()).getNode()).isEqualTo("gate-1");
      assertThat(
              produce.send(new SendRequest("orders", new Message(bytes("hello")))).getMessageId())
          .isNotBlank();
      List<Delivery> deliveries =
          consume
              .receive(new ReceiveRequest("orders", "billing").setWaitMillis(5_000))
              .getDeliveries();
      assertThat(deliveries).hasSize(1);
      assertThat(deliveries.get(0).getMessage().getBody()).isEqualTo("hello".getBytes(UTF_8));
      assertThat(
              consume
                  .ack(new AckRequest(List.of(ByteBuffer.wrap(deliveries.get(0).getLease()))))
                  .getResults())
          .allSatisfy(result -> assertThat(result.getStatus()).isEqualTo(SettleStatus.DONE));
      gateway.close(Duration.ZERO);
    }
  }

  @Test
  void traceIsCarriedThroughAndItsSpansReachTheCollector() throws Exception {
    String traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    StringBuffer exported = new StringBuffer();
    HttpServer collector = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    collector.createContext(
        "/v1/traces",
        exchange -> {
          try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            exported.append(new String(body, StandardCharsets.ISO_8859_1));
            exchange.sendResponseHeaders(200, -1);
          }
        });
    collector.start();
    try {
      String endpoint = "http://127.0.0.1:" + collector.getAddress().getPort() + "/v1/traces";
      try (Gateway gateway =
              Gateway.start(
                  config(
                      "memory", 0, "admin: {port: 0}\ntracing: {endpoint: \"" + endpoint + "\"}"),
                  MEMORY);
          TTransport transport = connect(gateway.address())) {
        Produce.Client produce = new Produce.Client(new TBinaryProtocol(transport));
        Consume.Client consume = new Consume.Client(new TBinaryProtocol(transport));
        Message message = new Message(bytes("hello"));
        message.addToHeaders(
            new Header().setName("traceparent").setValue(traceparent.getBytes(UTF_8)));
        produce.send(new SendRequest("orders", message));

        List<Delivery> deliveries =
            consume
                .receive(new ReceiveRequest("orders", "billing").setWaitMillis(5_000))
                .getDeliveries();
        assertThat(deliveries.get(0).getMessage().getHeaders())
            .filteredOn(header -> header.getName().equals("traceparent"))
            .extracting(header -> new String(header.getValue(), UTF_8))
            .containsExactly(traceparent);
        consume.ack(new AckRequest(List.of(ByteBuffer.wrap(deliveries.get(0).getLease()))));
      }
      byte[] trace = HexFormat.of().parseHex("0af7651916cd43dd8448eb211c80319c");
      assertThat(exported.toString())
          .contains("send orders", "wait orders", "lease orders", "gate-1")
          .contains(new String(trace, StandardCharsets.ISO_8859_1));
    } finally {
      collector.stop(0);
    }
  }

  @Test
  void locateNamesThePortThatWasBound() throws Exception {
    try (Gateway gateway = Gateway.start(config("memory", 0), MEMORY)) {
      assertThat(gateway.advertised()).isEqualTo("127.0.0.1:" + gateway.address().getPort());
    }
  }

  @Test
  void closingTwiceIsHarmless() throws Exception {
    Gateway gateway = Gateway.start(config("memory", 0), MEMORY);
    gateway.close();
    gateway.close();

    assertThatThrownBy(() -> connect(gateway.address())).isInstanceOf(TTransportException.class);
  }

  @Test
  void portThatIsTakenIsTold() throws Exception {
    try (ServerSocket taken = new ServerSocket()) {
      taken.bind(new InetSocketAddress("127.0.0.1", 0));
      GatewayConfig config = config("memory", taken.getLocalPort());

      assertThatThrownBy(() -> Gateway.start(config, MEMORY))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("listen: 127.0.0.1:" + taken.getLocalPort() + " cannot be bound");
    }
  }

  @Test
  void adminPortThatIsTakenIsTold() throws Exception {
    try (ServerSocket taken = new ServerSocket()) {
      taken.bind(new InetSocketAddress("127.0.0.1", 0));
      GatewayConfig config = config("memory", 0, "admin: {port: " + taken.getLocalPort() + "}");

      assertThatThrownBy(() -> Gateway.start(config, MEMORY))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("admin: 127.0.0.1:" + taken.getLocalPort() + " cannot be bound");
    }
  }

  @Test
  void configurationIsReloadedAndABadOneRefused() throws Exception {
    Path file = folder.resolve("headgate.yaml");
    String yaml =
        """
        node: {name: gate-1}
        listen: {port: 0}
        admin: {port: 0}
        clusters:
          main: {engine: memory}
        topics:
          - {pattern: "orders", cluster: main, autoCreate: true, maxMessageSize: 1KiB}
        """;
    Files.writeString(file, yaml);
    try (Gateway gateway =
            Gateway.start(ConfigFile.load(file), () -> ConfigFile.load(file), MEMORY);
        TTransport transport = connect(gateway.address())) {
      Produce.Client produce = new Produce.Client(new TBinaryProtocol(transport));
      SendRequest large = new SendRequest("orders", new Message(bytes("x".repeat(2_000))));
      assertThatThrownBy(() -> produce.send(large)).isInstanceOf(GatewayError.class);

      Files.writeString(file, yaml.replace("1KiB", "1KB"));
      assertThat(gateway.reload())
          .satisfies(
              answer -> {
                assertThat(answer.reloaded()).isFalse();
                assertThat(answer.lines().get(0))
                    .contains("headgate.yaml:7")
                    .contains("topics[0].maxMessageSize: '1KB'");
              });
      Files.writeString(file, yaml.replace("engine: memory", "engine: rocketmq"));
      assertThat(gateway.reload().lines()).singleElement().asString().startsWith("clusters:");
      assertThatThrownBy(() -> produce.send(large)).isInstanceOf(GatewayError.class);

      Files.writeString(file, yaml.replace("1KiB", "1MiB"));
      assertThat(gateway.reload().reloaded()).isTrue();
      assertThat(produce.send(large).getMessageId()).isNotBlank();
      assertThat(gateway.reload().lines()).containsExactly("nothing has changed");
    }
  }

  @Test
  void adminPortCanBeLeftClosed() throws Exception {
    try (Gateway gateway = Gateway.start(config("memory", 0, "admin: {enabled: false}"), MEMORY)) {
      assertThat(gateway.httpAddress()).isNull();
    }
  }

  @Test
  void engineThatIsNotInstalledIsTold() throws Exception {
    GatewayConfig config = config("kafka", 0);

    assertThatThrownBy(() -> Gateway.start(config, MEMORY))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("engine: 'kafka' (expected: an engine plug-in; installed: memory)");
  }

  private GatewayConfig config(String engine, int port) throws ConfigException {
    return config(engine, port, "admin: {port: 0}");
  }

  private GatewayConfig config(String engine, int port, String sections) throws ConfigException {
    return ConfigFile.parse(
        """
        node: {name: gate-1, stopGrace: 0s}
        listen: {port: %d}
        %s
        clusters:
          main: {engine: %s}
        topics:
          - {pattern: "*", cluster: main, autoCreate: true}
        """
            .formatted(port, sections, engine),
        "headgate.yaml",
        folder);
  }

  private static TTransport connect(InetSocketAddress address) throws TTransportException {
    TTransport transport =
        new TFramedTransport(new TSocket(address.getHostString(), address.getPort(), 10_000));
    transport.open();
    return transport;
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(UTF_8));
  }
}
