package dev.headgate.engine.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.engine.Bytes;
import dev.headgate.engine.Capability;
import dev.headgate.engine.Engine;
import dev.headgate.engine.EngineException;
import dev.headgate.engine.EngineException.Kind;
import dev.headgate.engine.Header;
import dev.headgate.engine.Message;
import dev.headgate.engine.TopicName;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Every part of a message arrives byte for byte: D5. */
abstract class ContentRules extends ConformanceRules {
  @Test
  void D5_emptyBodyArrives() {
    arrivesAsItWas(Messages.body(Bytes.EMPTY));
  }

  @Test
  void D5_bodyWithEveryByteArrives() {
    arrivesAsItWas(Messages.body(Bytes.wrap(everyByte())));
  }

  @Test
  void D5_bodyOfNulBytesArrives() {
    arrivesAsItWas(Messages.body(Bytes.wrap(new byte[100])));
  }

  @Test
  void D5_bodyThatIsAViewOfALargerArrayArrivesWithoutItsSurroundings() {
    byte[] frame = "before|the body|after".getBytes(StandardCharsets.UTF_8);
    arrivesAsItWas(Messages.body(Bytes.wrap(frame, 7, 8)));
  }

  @Test
  void D5_largestBodyArrives() {
    byte[] body = new byte[harness().maxBodyBytes()];
    new Random(7).nextBytes(body);
    arrivesAsItWas(Messages.body(Bytes.wrap(body)));
  }

  @Test
  void D5_bodyOverTheLimitIsRefusedAndTheNextOneTaken() {
    Engine engine = engineWith(Capability.LOG);
    TopicName topic = topic(engine, 1);
    Message tooLarge = Messages.body(Bytes.wrap(new byte[harness().tooLargeBodyBytes()]));

    EngineException refused =
        await.failure(engine.append(topic, tooLarge, unordered()), "append of too large a body");
    append(engine, topic, Messages.text("next"));

    assertThat(refused.kind()).isEqualTo(Kind.MESSAGE_TOO_LARGE);
    assertThat(refused.mayHaveBeenApplied()).isFalse();
    assertThat(reading("reader", engine, spec(topic, group())).awaitReceived(1))
        .extracting(Received::body)
        .containsExactly("next");
  }

  @Test
  void D5_keyOfArbitraryBytesArrives() {
    byte[] key = new byte[255];
    System.arraycopy(everyByte(), 1, key, 0, key.length);
    arrivesAsItWas(Messages.message(Bytes.utf8("b"), Bytes.wrap(key), null, List.of(), null));
  }

  @Test
  void D5_keyOfNulBytesArrives() {
    arrivesAsItWas(
        Messages.message(Bytes.utf8("b"), Bytes.wrap(new byte[3]), null, List.of(), null));
  }

  @Test
  void D5_emptyKeyIsNotAMissingKey() {
    arrivesAsItWas(Messages.message(Bytes.utf8("b"), Bytes.EMPTY, null, List.of(), null));
  }

  @Test
  void D5_tagArrives() {
    arrivesAsItWas(Messages.tagged("paid", "b"));
  }

  @Test
  void D5_headerValuesOfArbitraryBytesArrive() {
    arrivesAsItWas(headers(new Header("bytes", Bytes.wrap(everyByte()))));
  }

  @Test
  void D5_headerNamesOutsideAsciiArrive() {
    arrivesAsItWas(headers(Header.of("größe €", "x"), Header.of("名前", "y")));
  }

  @Test
  void D5_headerNamesThatLookLikeABrokersOwnArrive() {
    arrivesAsItWas(
        headers(
            Header.of("KEYS", "k"),
            Header.of("TAGS", "t"),
            Header.of("DELAY", "3"),
            Header.of("UNIQ_KEY", "u"),
            Header.of("key", "k"),
            Header.of("id", "i")));
  }

  @Test
  void D5_headersKeepOrderAndDuplicates() {
    arrivesAsItWas(
        headers(
            Header.of("a", "1"), Header.of("b", "2"), Header.of("a", "3"), Header.of("a", "1")));
  }

  @Test
  void D5_nullHeaderValueIsNotAnEmptyOne() {
    arrivesAsItWas(
        headers(
            new Header("none", null), new Header("empty", Bytes.EMPTY), new Header("none", null)));
  }

  @Test
  void D5_encodingAndReservedHeadersArrive() {
    Message plain = Messages.text("b");
    arrivesAsItWas(
        new Message(
            plain.id(),
            plain.body(),
            Bytes.utf8("k"),
            "tag",
            List.of(Header.of(Header.RESERVED_PREFIX + "attempts", "3")),
            "zstd",
            plain.bornAt(),
            null));
  }

  private static Message headers(Header... headers) {
    return Messages.message(Bytes.utf8("b"), null, null, List.of(headers), null);
  }

  private void arrivesAsItWas(Message sent) {
    Engine engine = engineWith(Capability.LOG);
    TopicName topic = topic(engine, 1);
    append(engine, topic, sent);

    Message got = reading("reader", engine, spec(topic, group())).awaitReceived(1).get(0).message();

    assertSame("id", got.id(), sent.id());
    assertSame("body", got.body(), sent.body());
    assertSame("key", got.key(), sent.key());
    assertSame("tag", got.tag(), sent.tag());
    assertThat(got.headers()).as("headers").containsExactlyElementsOf(sent.headers());
    assertSame("encoding", got.encoding(), sent.encoding());
    assertSame("bornAt", millis(got.bornAt()), millis(sent.bornAt()));
  }

  private static void assertSame(String part, @Nullable Object got, @Nullable Object sent) {
    assertThat(got).as(part).isEqualTo(sent);
  }

  private static long millis(Instant instant) {
    return instant.toEpochMilli();
  }

  private static byte[] everyByte() {
    byte[] bytes = new byte[256];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) i;
    }
    return bytes;
  }
}
