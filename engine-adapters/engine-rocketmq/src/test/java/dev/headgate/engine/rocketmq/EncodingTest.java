package dev.headgate.engine.rocketmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headgate.engine.Bytes;
import dev.headgate.engine.EngineException;
import dev.headgate.engine.EngineException.Kind;
import dev.headgate.engine.EngineSettings;
import dev.headgate.engine.GroupName;
import dev.headgate.engine.Header;
import dev.headgate.engine.Message;
import dev.headgate.engine.StoredMessage;
import dev.headgate.engine.TopicName;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.rocketmq.common.message.MessageDecoder;
import org.apache.rocketmq.common.message.MessageExt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Messages into RocketMQ's form and back, by way of RocketMQ's own encoder. */
class EncodingTest {
  private static final TopicName TOPIC = new TopicName("orders");
  private static final RocketMqSettings SETTINGS =
      RocketMqSettings.of(
          new EngineSettings("test", "", Map.of("nameServers", "127.0.0.1:9876, other:9876")));

  @Test
  void plainPartsNeedNoEscape() throws Exception {
    Message message =
        message(
            Bytes.utf8("body"),
            Bytes.utf8("key"),
            "tag",
            List.of(Header.of("a", "1"), Header.of("b", "zwölf")));

    assertThat(new String(encoded(message).properties(), StandardCharsets.UTF_8))
        .doesNotContain(PropertyNames.ESCAPED + (char) 1);
    assertThat(roundTrip(message)).isEqualTo(message);
  }

  @Test
  void D5_whatRocketMqCannotSayComesBackByteForByte() throws Exception {
    byte[] every = new byte[255];
    for (int i = 0; i < every.length; i++) {
      every[i] = (byte) i;
    }
    Message message =
        message(
            Bytes.wrap(every),
            Bytes.wrap(every),
            "a\u0001tag",
            List.of(
                Header.of("z", "last name first"),
                new Header("null", null),
                new Header("empty", Bytes.EMPTY),
                Header.of("twice", "1"),
                Header.of("twice", "2"),
                Header.of("KEYS", "not mine"),
                Header.of("__HGENC", "nor this"),
                new Header("binary", Bytes.wrap(every)),
                Header.of("a\u0002name", "x")));

    assertThat(roundTrip(message)).isEqualTo(message);
  }

  @Test
  void D5_emptyPartsAreNotAbsentParts() throws Exception {
    Message message = message(Bytes.EMPTY, Bytes.EMPTY, "", List.of());

    assertThat(roundTrip(message)).isEqualTo(message);
  }

  @Test
  void encodingAndTimesComeBack() throws Exception {
    Message message =
        new Message(
            "id-1",
            Bytes.utf8("x"),
            null,
            null,
            List.of(),
            "zstd",
            Instant.ofEpochMilli(1_700_000_000_123L),
            Instant.ofEpochMilli(1_700_000_009_456L));

    assertThat(roundTrip(message)).isEqualTo(message);
  }

  @Test
  void D5_bodyOverTheLimitIsRefusedWithBothSizes() {
    Message message = message(Bytes.wrap(new byte[(4 << 20) + 1]), null, null, List.of());

    assertThatThrownBy(() -> encoded(message))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("4194305")
        .hasMessageContaining("4194304");
  }

  @Test
  void D5_headersOverRocketMqsLimitAreRefused() {
    Message message = message(Bytes.EMPTY, null, null, List.of(Header.of("h", "x".repeat(40_000))));

    assertThatThrownBy(() -> encoded(message))
        .isInstanceOfSatisfying(
            EngineException.class,
            failure -> assertThat(failure.kind()).isEqualTo(Kind.MESSAGE_TOO_LARGE));
  }

  @Test
  void largeAndDelayedMessagesGoAlone() {
    assertThat(encoded(message(Bytes.wrap(new byte[1 << 20]), null, null, List.of())).batchable())
        .isFalse();
    assertThat(
            encoded(
                    message(Bytes.EMPTY, null, null, List.of())
                        .with(List.of(), Instant.now().plusSeconds(60)))
                .batchable())
        .isFalse();
    assertThat(encoded(message(Bytes.EMPTY, null, null, List.of())).batchable()).isTrue();
  }

  @Test
  void derivedNamesFitAndDiffer() {
    String longest = "x".repeat(120);

    assertThat(
            DerivedNames.retryTopic(new TopicName(longest), new GroupName(longest))
                .value()
                .length())
        .isLessThanOrEqualTo(127);
    assertThat(DerivedNames.retryTopic(new TopicName("a"), new GroupName("b%c")))
        .isNotEqualTo(DerivedNames.retryTopic(new TopicName("c%a"), new GroupName("b")));
    assertThat(DerivedNames.deadLetterTopic(new GroupName("g")).value()).isEqualTo("%DLQ%g");
    assertThat(DerivedNames.members(new TopicName("orders"), new GroupName("billing")))
        .isEqualTo("HG_MEMBERS_billing%orders");
  }

  @Test
  void membersShareQueuesEvenly() {
    List<Queue> queues = List.of(new Queue("a", 0), new Queue("a", 1), new Queue("b", 0));

    assertThat(Allocation.of(queues, List.of("m", "n"), "m"))
        .containsExactlyInAnyOrder(new Queue("a", 0), new Queue("a", 1));
    assertThat(Allocation.of(queues, List.of("m", "n"), "n")).containsExactly(new Queue("b", 0));
    assertThat(Allocation.of(queues, List.of("m", "n", "o", "p"), "p")).isEmpty();
    assertThat(Allocation.of(queues, List.of("m"), "stranger")).isEmpty();
  }

  @Test
  void settingsAreChecked() {
    assertThat(SETTINGS.nameServers()).containsExactly("127.0.0.1:9876", "other:9876");
    assertThatThrownBy(() -> settings(Map.of()))
        .hasMessage("clusters.test.settings.nameServers: missing (expected: a value)");
    assertThatThrownBy(() -> settings(Map.of("nameServers", "nowhere")))
        .hasMessage("clusters.test.settings.nameServers: nowhere (expected: host:port)");
    assertThatThrownBy(() -> settings(Map.of("nameServers", "a:1", "typo", "1")))
        .hasMessageContaining("clusters.test.settings.typo: unknown key");
  }

  private static RocketMqSettings settings(Map<String, String> values) {
    return RocketMqSettings.of(new EngineSettings("test", "", values));
  }

  private static Message message(
      Bytes body, @Nullable Bytes key, @Nullable String tag, List<Header> headers) {
    return new Message(
        "id-1", body, key, tag, headers, null, Instant.ofEpochMilli(1_700_000_000_123L), null);
  }

  private static EncodedMessage encoded(Message message) {
    return EncodedMessage.of(TOPIC, message, false, SETTINGS);
  }

  /** As the broker stores it: the properties through its own map and back. */
  private static Message roundTrip(Message message) throws Exception {
    EncodedMessage encoded = encoded(message);
    MessageExt stored = new MessageExt();
    stored.setTopic(TOPIC.value());
    stored.setBody(encoded.body().toArray());
    stored.setBornTimestamp(encoded.bornMillis());
    stored.setBornHost(new InetSocketAddress("127.0.0.1", 1));
    stored.setStoreHost(new InetSocketAddress("127.0.0.1", 2));
    stored.setStoreTimestamp(1_700_000_000_200L);
    org.apache.rocketmq.common.message.MessageAccessor.setProperties(
        stored, MessageDecoder.string2messageProperties(encoded.propertyText()));
    byte[] bytes = MessageDecoder.encode(stored, false);
    ByteBuffer twice = ByteBuffer.allocate(bytes.length * 2).put(bytes).put(bytes);

    List<StoredMessage> decoded = StoredMessageDecoder.decode(twice.array());

    assertThat(decoded).hasSize(2);
    assertThat(decoded.get(1).message()).isEqualTo(decoded.get(0).message());
    return decoded.get(0).message();
  }
}
