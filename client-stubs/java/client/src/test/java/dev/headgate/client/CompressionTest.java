package dev.headgate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CompressionTest {
  private static final String LARGE = "all work and no play ".repeat(500);

  private FakeGateway gateway;
  private HeadgateClient client;

  @BeforeEach
  void start() throws IOException {
    gateway = new FakeGateway();
    client = builder().build();
  }

  @AfterEach
  void stop() {
    client.close();
    gateway.close();
  }

  private HeadgateClient.Builder builder() {
    return HeadgateClient.builder().address(gateway.address()).timeout(Duration.ofSeconds(5));
  }

  /** What has been sent last, as it is on the wire. */
  private dev.headgate.idl.gateway.Message sent() {
    return Objects.requireNonNull(gateway.topic.last());
  }

  @Test
  void largeBodyGoesCompressedAndIsOpened() {
    client.producer().send("t", Message.of(LARGE));

    dev.headgate.idl.gateway.Message wire = sent();
    assertThat(wire.getEncoding()).isEqualTo("zstd");
    assertThat(wire.getBody().length).isLessThan(1_000);

    gateway.topic.queue(wire);
    Message message = receive(client).get(0).message();
    assertThat(message.bodyText()).isEqualTo(LARGE);
    assertThat(message.encoding()).isNull();
    assertThat(message.asReceived().encoding()).isEqualTo("zstd");
    assertThat(message.asReceived().body()).isEqualTo(Bytes.copyOf(wire.getBody()));
  }

  @Test
  void whatDoesNotGetSmallerGoesAsItIs() {
    byte[] noise = new byte[8_192];
    new Random(1).nextBytes(noise);

    client.producer().send("t", Message.of(noise));

    assertThat(sent().isSetEncoding()).isFalse();
    assertThat(sent().getBody()).isEqualTo(noise);
  }

  @Test
  void smallBodyAndAnOptedOutClientSendPlainBodies() {
    client.producer().send("t", Message.of("a".repeat(4_095)));
    assertThat(sent().isSetEncoding()).isFalse();

    try (HeadgateClient plain = builder().compressFrom(-1).build()) {
      plain.producer().send("t", Message.of(LARGE));
    }
    assertThat(sent().isSetEncoding()).isFalse();
  }

  @Test
  void bodyThatItsSenderHasEncodedIsLeftAlone() {
    Message own = Message.builder(Bytes.utf8(LARGE)).encoding("gzip").build();

    client.producer().send("t", own);

    assertThat(sent().getEncoding()).isEqualTo("gzip");
    assertThat(gateway.topic.stored()).containsExactly(LARGE);
    assertThat(client.producer().compress(own)).isEqualTo(own);
  }

  @Test
  void compressedOnRequestWhateverTheSize() {
    client.producer().send("t", client.producer().compress(Message.of("x")));

    assertThat(sent().getEncoding()).isEqualTo("zstd");
  }

  @Test
  void gzipIsOpened() throws IOException {
    queue(gzip(LARGE), "gzip");

    assertThat(receive(client).get(0).message().bodyText()).isEqualTo(LARGE);
  }

  @Test
  void oneUnreadableBodyDoesNotHarmTheOthers() {
    queue(Bytes.utf8("abc").toByteArray(), "lz4");
    gateway.topic.queue("plain");

    List<Delivery> deliveries = receive(client);

    assertThat(deliveries.get(1).message().bodyText()).isEqualTo("plain");
    Message unknown = deliveries.get(0).message();
    assertThat(unknown.encoding()).isEqualTo("lz4");
    assertThat(unknown.asReceived().bodyText()).isEqualTo("abc");
    assertThatThrownBy(unknown::body)
        .isInstanceOf(UnreadableBodyException.class)
        .hasMessageContaining("lz4")
        .hasMessageContaining("zstd, gzip");
  }

  @Test
  void damagedAndTruncatedBodiesAreNamed() throws IOException {
    byte[] zstd = Zstandard.compress(Bytes.utf8(LARGE).toByteArray());
    byte[] gzip = gzip(LARGE);
    queue(Arrays.copyOf(zstd, zstd.length - 3), "zstd");
    queue(Arrays.copyOf(gzip, gzip.length - 3), "gzip");
    queue(Bytes.utf8("nonsense").toByteArray(), "zstd");
    queue(Bytes.utf8("nonsense").toByteArray(), "gzip");
    queue(new byte[0], "zstd");

    assertThat(receive(client))
        .hasSize(5)
        .allSatisfy(
            delivery ->
                assertThatThrownBy(() -> delivery.message().body())
                    .isInstanceOf(UnreadableBodyException.class)
                    .hasMessageContaining(delivery.message().asReceived().encoding()));
  }

  @Test
  void bodyThatOpensToTooMuchIsRefused() throws IOException {
    try (HeadgateClient careful = builder().maxOpenedBytes(1_000).build()) {
      queue(gzip("x".repeat(1_001)), "gzip");
      queue(Zstandard.compress(new byte[50_000_000]), "zstd");
      queue(Zstandard.compress(new byte[1_000]), "zstd");

      List<Delivery> deliveries = receive(careful);

      for (Delivery bomb : deliveries.subList(0, 2)) {
        assertThatThrownBy(() -> bomb.message().body())
            .isInstanceOf(UnreadableBodyException.class)
            .hasMessageContaining("more than 1000 bytes");
      }
      assertThat(deliveries.get(2).message().body().size()).isEqualTo(1_000);
    }
  }

  private List<Delivery> receive(HeadgateClient receiver) {
    return receiver.receive("t", "g", ReceiveOptions.defaults().withMaxMessages(10)).deliveries();
  }

  private void queue(byte[] body, String encoding) {
    gateway.topic.queue(
        new dev.headgate.idl.gateway.Message()
            .setBody(ByteBuffer.wrap(body))
            .setEncoding(encoding));
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(Bytes.utf8(text).toByteArray());
    }
    return packed.toByteArray();
  }
}
