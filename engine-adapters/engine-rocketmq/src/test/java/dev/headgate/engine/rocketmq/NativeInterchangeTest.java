package dev.headgate.engine.rocketmq;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.engine.AppendOptions;
import dev.headgate.engine.Bytes;
import dev.headgate.engine.EngineContext;
import dev.headgate.engine.GatewayHeaders;
import dev.headgate.engine.Header;
import dev.headgate.engine.Message;
import dev.headgate.engine.Partition;
import dev.headgate.engine.StoredMessage;
import dev.headgate.engine.TopicAdmin.TopicSettings;
import dev.headgate.engine.TopicName;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.client.producer.selector.SelectMessageQueueByHash;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.MessageExt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What RocketMQ's own client writes can be read here, and the other way round. */
class NativeInterchangeTest {
  @RegisterExtension static final RocketMqCluster CLUSTER = new RocketMqCluster();

  private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
  private final TopicName topic = new TopicName("interchange-" + UUID.randomUUID());
  private final List<Runnable> closing = new ArrayList<>();
  private Optional<RocketMqEngine> opened = Optional.empty();

  @BeforeEach
  void open() throws Exception {
    RocketMqEngine engine =
        CLUSTER.open(new EngineContext("native", InstantSource.system(), scheduler));
    opened = Optional.of(engine);
    await(engine.topics().ensure(topic, new TopicSettings(4, false, Map.of())));
  }

  @AfterEach
  void close() {
    closing.forEach(Runnable::run);
    opened.ifPresent(RocketMqEngine::close);
    scheduler.shutdownNow();
  }

  @Test
  void D7_nativeConsumerReadsWhatTheEngineWrote() throws Exception {
    BlockingQueue<MessageExt> received = consume("*");
    Message message =
        message(
            Bytes.utf8("hello"),
            Bytes.utf8("order-7"),
            "created",
            List.of(Header.of("source", "shop"), Header.of("trace", "a1")));

    await(engine().append(topic, message, within(false)));

    MessageExt got = next(received);
    assertThat(got.getBody()).isEqualTo("hello".getBytes(StandardCharsets.UTF_8));
    assertThat(got.getMsgId()).isEqualTo(message.id());
    assertThat(got.getKeys()).isEqualTo("order-7");
    assertThat(got.getTags()).isEqualTo("created");
    assertThat(got.getUserProperty("source")).isEqualTo("shop");
    assertThat(got.getUserProperty("trace")).isEqualTo("a1");
  }

  @Test
  void D7_nativeConsumerFiltersByTheTagThatTheEngineWrote() throws Exception {
    BlockingQueue<MessageExt> received = consume("wanted");

    await(
        engine().append(topic, message(Bytes.utf8("no"), null, "other", List.of()), within(false)));
    await(
        engine()
            .append(topic, message(Bytes.utf8("yes"), null, "wanted", List.of()), within(false)));

    assertThat(next(received).getBody()).isEqualTo("yes".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void D7_nativeConsumerSeesHowOftenTheGatewayHasDelivered() throws Exception {
    BlockingQueue<MessageExt> received = consume("*");

    await(
        engine()
            .append(
                topic,
                message(
                    Bytes.utf8("again"),
                    null,
                    null,
                    List.of(Header.of(GatewayHeaders.ATTEMPTS, "3"))),
                within(false)));

    assertThat(next(received).getReconsumeTimes()).isEqualTo(3);
  }

  @Test
  void D7_engineReadsWhatANativeProducerWrote() throws Exception {
    org.apache.rocketmq.common.message.Message written =
        new org.apache.rocketmq.common.message.Message(
            topic.value(), "created", "order-7", "hello".getBytes(StandardCharsets.UTF_8));
    written.putUserProperty("source", "shop");
    written.putUserProperty("kind", "new");

    SendResult sent = producer().send(written);

    StoredMessage got = read(sent);
    assertThat(got.message().id()).isEqualTo(sent.getMsgId());
    assertThat(got.message().body()).isEqualTo(Bytes.utf8("hello"));
    assertThat(got.message().key()).isEqualTo(Bytes.utf8("order-7"));
    assertThat(got.message().tag()).isEqualTo("created");
    assertThat(got.message().headers())
        .containsExactly(Header.of("kind", "new"), Header.of("source", "shop"));
    assertThat(got.message().encoding()).isNull();
    assertThat(got.message().bornAt()).isBetween(Instant.now().minusSeconds(60), Instant.now());
  }

  @Test
  void D7_engineOpensTheBodiesThatANativeProducerCompressed() throws Exception {
    byte[] body = new byte[100_000];
    Arrays.fill(body, (byte) 'z');

    SendResult sent =
        producer().send(new org.apache.rocketmq.common.message.Message(topic.value(), body));

    assertThat(read(sent).message().body()).isEqualTo(Bytes.wrap(body));
  }

  @Test
  void D7_engineAndNativeProducerChooseTheSameQueueForAKey() throws Exception {
    for (String key : List.of("a", "order-7", "Zürich", "polygenelubricants")) {
      Message message = message(Bytes.utf8("m"), Bytes.utf8(key), null, List.of());
      Partition ours = await(engine().append(topic, message, within(true))).partition();

      SendResult theirs =
          producer()
              .send(
                  new org.apache.rocketmq.common.message.Message(topic.value(), new byte[] {1}),
                  new SelectMessageQueueByHash(),
                  key);

      assertThat(ours.id())
          .isEqualTo(
              theirs.getMessageQueue().getBrokerName()
                  + ":"
                  + theirs.getMessageQueue().getQueueId());
    }
  }

  @Test
  void D13_deadLettersOfNativeConsumersCanBeRead() throws Exception {
    String group = "dying-" + UUID.randomUUID();
    DefaultMQPushConsumer consumer = consumer(group);
    consumer.setMaxReconsumeTimes(0);
    consumer.subscribe(topic.value(), "*");
    consumer.registerMessageListener(
        (MessageListenerConcurrently)
            (messages, context) -> ConsumeConcurrentlyStatus.RECONSUME_LATER);
    consumer.start();
    TopicName dead = engine().topics().deadLetterTopic(new dev.headgate.engine.GroupName(group));

    Message message =
        message(Bytes.utf8("dead"), Bytes.utf8("k"), null, List.of(Header.of("source", "shop")));
    await(engine().append(topic, message, within(false)));

    StoredMessage got = first(dead);
    assertThat(got.message().body()).isEqualTo(Bytes.utf8("dead"));
    assertThat(got.message().key()).isEqualTo(Bytes.utf8("k"));
    assertThat(got.message().header("source")).isEqualTo("shop");
    assertThat(got.message().header(GatewayHeaders.ORIGIN_TOPIC)).isEqualTo(topic.value());
  }

  private RocketMqEngine engine() {
    return opened.orElseThrow();
  }

  private static Message message(
      Bytes body,
      @org.jspecify.annotations.Nullable Bytes key,
      @org.jspecify.annotations.Nullable String tag,
      List<Header> headers) {
    return new Message(
        UUID.randomUUID().toString(), body, key, tag, headers, null, Instant.now(), null);
  }

  private static AppendOptions within(boolean ordered) {
    return new AppendOptions(ordered, System.nanoTime() + TimeUnit.SECONDS.toNanos(10));
  }

  private StoredMessage read(SendResult sent) throws Exception {
    Partition partition =
        new Queue(sent.getMessageQueue().getBrokerName(), sent.getMessageQueue().getQueueId())
            .of(topic);
    // The broker indexes a moment after it confirms, and did not confirm to this engine.
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (true) {
      try {
        List<StoredMessage> found =
            await(engine().topics().peek(partition, sent.getQueueOffset(), 1, 1 << 20)).messages();
        if (!found.isEmpty()) {
          return found.get(0);
        }
      } catch (java.util.concurrent.ExecutionException e) {
        assertThat(e.getCause()).isInstanceOf(dev.headgate.engine.EngineException.class);
      }
      assertThat(System.nanoTime()).as("time to find the message").isLessThan(deadline);
    }
  }

  /** The first message of a topic that may yet have to be made. */
  private StoredMessage first(TopicName somewhere) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(90);
    while (System.nanoTime() < deadline) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
      var description = await(engine().topics().describe(somewhere));
      if (description.isPresent()) {
        await(engine().topics().ensure(somewhere, new TopicSettings(0, false, Map.of())));
        for (Partition partition : description.get().partitions()) {
          List<StoredMessage> found =
              await(engine().topics().peek(partition, 0, 1, 1 << 20)).messages();
          if (!found.isEmpty()) {
            return found.get(0);
          }
        }
      }
    }
    throw new AssertionError("nothing in " + somewhere);
  }

  private DefaultMQProducer producer() throws Exception {
    DefaultMQProducer producer = new DefaultMQProducer("native-" + UUID.randomUUID());
    producer.setNamesrvAddr(CLUSTER.nameServer());
    producer.start();
    closing.add(producer::shutdown);
    return producer;
  }

  private DefaultMQPushConsumer consumer(String group) {
    DefaultMQPushConsumer consumer = new DefaultMQPushConsumer(group);
    consumer.setNamesrvAddr(CLUSTER.nameServer());
    consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
    closing.add(consumer::shutdown);
    return consumer;
  }

  private BlockingQueue<MessageExt> consume(String tags) throws Exception {
    BlockingQueue<MessageExt> received = new LinkedBlockingQueue<>();
    DefaultMQPushConsumer consumer = consumer("native-" + UUID.randomUUID());
    consumer.subscribe(topic.value(), tags);
    consumer.registerMessageListener(
        (MessageListenerConcurrently)
            (messages, context) -> {
              received.addAll(messages);
              return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
            });
    consumer.start();
    return received;
  }

  private static MessageExt next(BlockingQueue<MessageExt> received) throws InterruptedException {
    // A native consumer that joined too early for its queues looks again 20 s later.
    MessageExt message = received.poll(60, TimeUnit.SECONDS);
    if (message == null) {
      throw new AssertionError("no message within 60 s");
    }
    return message;
  }

  private static <T> T await(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
  }
}
