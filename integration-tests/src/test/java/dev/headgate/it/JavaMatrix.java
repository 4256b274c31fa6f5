package dev.headgate.it;

import dev.headgate.client.Bytes;
import dev.headgate.client.Delivery;
import dev.headgate.client.HeadgateClient;
import dev.headgate.client.Message;
import dev.headgate.client.ReceiveOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The Java client's side of the matrix, in this process. */
final class JavaMatrix implements MatrixProgram {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Override
  public void produce(String address, String topic, Path file) throws Exception {
    try (HeadgateClient client = HeadgateClient.builder().address(address).build()) {
      for (MatrixLine line : MatrixLine.read(file)) {
        Message message = message(line);
        client
            .producer()
            .send(topic, line.compress() ? client.producer().compress(message) : message);
      }
    }
  }

  @Override
  public void consume(String address, String topic, String group, int count, Path file)
      throws Exception {
    List<MatrixLine> lines = new ArrayList<>();
    try (HeadgateClient client = HeadgateClient.builder().address(address).build()) {
      long giveUp = System.nanoTime() + PATIENCE.toNanos();
      while (lines.size() < count && System.nanoTime() - giveUp < 0) {
        ReceiveOptions how =
            ReceiveOptions.defaults()
                .withMaxMessages(count - lines.size())
                .withMaxWait(Duration.ofSeconds(1));
        for (Delivery delivery : client.receive(topic, group, how)) {
          lines.add(line(delivery));
          if (!client.ack(List.of(delivery.lease())).get(0).isDone()) {
            throw new IllegalStateException("not acked: " + delivery.messageId());
          }
        }
      }
    }
    MatrixLine.write(file, lines);
  }

  private static Message message(MatrixLine line) {
    Message.Builder message = Message.builder(bytes(line.body()));
    if (line.key() != null) {
      message.key(bytes(line.key()));
    }
    if (line.tag() != null) {
      message.tag(line.tag());
    }
    for (List<@Nullable String> header : line.headers()) {
      String value = header.get(1);
      message.header(header.get(0), value == null ? null : bytes(value));
    }
    return message.build();
  }

  private static MatrixLine line(Delivery delivery) {
    Message message = delivery.message();
    List<List<@Nullable String>> headers = new ArrayList<>();
    message.headers().forEach(each -> headers.add(Arrays.asList(each.name(), text(each.value()))));
    return new MatrixLine(
        Objects.requireNonNull(text(message.body())),
        text(message.key()),
        message.tag(),
        headers,
        false,
        delivery.attempt(),
        message.asReceived().encoding());
  }

  private static Bytes bytes(String text) {
    return Bytes.copyOf(Base64.getDecoder().decode(text));
  }

  private static @Nullable String text(@Nullable Bytes bytes) {
    return bytes == null ? null : Base64.getEncoder().encodeToString(bytes.toByteArray());
  }
}
