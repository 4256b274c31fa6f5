package dev.headgate.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.idl.admin.BrowseDeadLettersRequest;
import dev.headgate.idl.admin.BrowseDeadLettersResult;
import dev.headgate.idl.admin.DeadLetter;
import dev.headgate.idl.admin.DeadLetterSelection;
import dev.headgate.idl.admin.DeadLettersResult;
import dev.headgate.idl.gateway.Delivery;
import dev.headgate.idl.gateway.ErrorCode;
import dev.headgate.it.harness.GatewayConfigFile;
import dev.headgate.it.harness.Until;
import dev.headgate.it.harness.Wire;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.thrift.TException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rule D13: dead letters can be browsed, replayed and purged. */
class DeadLetterAdminIT extends ThroughGateway {
  @BeforeEach
  void useAGroupOfFewAttempts() {
    group = unique("brief");
  }

  @Test
  void D13_browsingTellsWhatTheGroupGaveUpAndWhy() throws Exception {
    assertThat(browse(32, null).getLetters()).isEmpty();
    String messageId = wire.send(topic, Messages.keyed("key", "poison")).getMessageId();

    kill(1);

    DeadLetter letter = browse(32, null).getLetters().get(0);
    assertThat(letter.getMessageId()).isEqualTo(messageId);
    assertThat(letter.getTopic()).isEqualTo(topic);
    assertThat(letter.getAttempts()).isEqualTo(GatewayConfigFile.BRIEF_ATTEMPTS);
    assertThat(letter.getReason()).isEqualTo("no good");
    assertThat(letter.getDeadAtMillis()).isCloseTo(System.currentTimeMillis(), within(60_000));
    assertThat(letter.getOrigin()).contains("@");
    assertThat(textOf(letter)).isEqualTo("poison");
  }

  @Test
  void D13_replayedLetterIsDeliveredWithAttempt1AndTheOthersStay() throws Exception {
    send(5);
    kill(5);
    String id = id("m3");

    assertThat(replay(List.of(id)).getCount()).isEqualTo(1);

    assertThat(left(2)).containsExactlyInAnyOrder("m0", "m1", "m2", "m4");
    List<Delivery> again = wire.receiveAll(topic, group, 1, SOON);
    assertThat(Messages.textsOf(again)).containsExactly("m3");
    assertThat(again.get(0).getAttempt()).isEqualTo(1);
    wire.ack(again);
    DeadLettersResult twice = replay(List.of(id));
    assertThat(twice.getCount()).isZero();
    assertThat(twice.getFailed()).isEqualTo(1);
    assertThat(twice.getReason()).contains("no such dead letter");

    DeadLettersResult all = replay(null);
    assertThat(all.getCount()).isEqualTo(4);
    assertThat(all.isMore()).isFalse();
    assertThat(left(2)).isEmpty();
    assertThat(Messages.textsOf(wire.receiveAll(topic, group, 4, SOON)))
        .containsExactlyInAnyOrder("m0", "m1", "m2", "m4");
  }

  @Test
  void D13_purgedLettersAreGone() throws Exception {
    send(5);
    kill(5);

    assertThat(purge(List.of(id("m2"))).getCount()).isEqualTo(1);
    assertThat(left(32)).containsExactlyInAnyOrder("m0", "m1", "m3", "m4");
    assertThat(left(1)).isEqualTo(left(32));

    assertThat(purge(null).getCount()).isEqualTo(4);
    assertThat(left(32)).isEmpty();
    assertThat(wire.receive(topic, group, 1, QUIET)).isEmpty();
  }

  @Test
  void D13_letterThatANativeConsumerGaveUpIsBrowsable() throws Exception {
    wire.send(topic, Messages.text("native poison"));
    DefaultMQPushConsumer consumer = new DefaultMQPushConsumer(group);
    consumer.setNamesrvAddr(shared.cluster().nameServer());
    consumer.setInstanceName(group);
    consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
    consumer.setMaxReconsumeTimes(0);
    consumer.subscribe(topic, "*");
    consumer.registerMessageListener(
        (MessageListenerConcurrently)
            (messages, context) -> ConsumeConcurrentlyStatus.RECONSUME_LATER);
    consumer.start();
    try {
      awaitLetters(1);
    } finally {
      consumer.shutdown();
    }

    DeadLetter letter = browse(32, null).getLetters().get(0);
    assertThat(textOf(letter)).isEqualTo("native poison");
    assertThat(letter.getTopic()).isEqualTo(topic);
    assertThat(letter.isSetReason()).isFalse();
    assertThat(replay(null).getCount()).isEqualTo(1);
    assertThat(left(32)).isEmpty();
  }

  @Test
  void D13_letterOfAnOrderedTopicIsReplayedToItsGroupOnly() throws Exception {
    topic = unique("ordered");
    String other = unique("other");
    wire.send(topic, Messages.keyed("key", "poison"));
    wire.ack(wire.receiveAll(topic, other, 1, SOON));
    kill(1);

    assertThat(replay(null).getCount()).isEqualTo(1);
    wire.send(topic, Messages.keyed("key", "next"));

    List<Delivery> again = wire.receiveAll(topic, group, 1, SOON);
    assertThat(Messages.textsOf(again)).containsExactly("poison");
    assertThat(again.get(0).getAttempt()).isEqualTo(1);
    assertThat(Messages.textsOf(wire.receiveAll(topic, other, 1, SOON))).containsExactly("next");
  }

  @Test
  void D13_malformedIdsAndPagesAreRefused() {
    Errors.refusalOf(ErrorCode.INVALID_ARGUMENT, () -> purge(List.of("what")));
    Errors.refusalOf(ErrorCode.INVALID_ARGUMENT, () -> browse(32, "what"));
    Errors.refusalOf(ErrorCode.INVALID_ARGUMENT, () -> browse(1_001, null));
  }

  private void send(int count) throws TException {
    for (int i = 0; i < count; i++) {
      wire.send(topic, Messages.text("m" + i));
    }
  }

  /** Gives messages back until so many are dead. */
  private void kill(int count) throws Exception {
    Until.holds(
        count + " letters",
        SOON,
        () -> {
          for (Delivery delivery : wire.receive(topic, group, count, Duration.ofMillis(100))) {
            wire.nack(delivery, Duration.ZERO, "no good");
          }
          return browse(32, null).getLettersSize() == count;
        });
  }

  private void awaitLetters(int count) throws Exception {
    Until.holds(count + " letters", SOON, () -> browse(32, null).getLettersSize() == count);
  }

  private BrowseDeadLettersResult browse(int max, @Nullable String page) throws TException {
    return wire.admin()
        .browseDeadLetters(
            new BrowseDeadLettersRequest()
                .setContext(Wire.within(SOON))
                .setGroup(group)
                .setMaxLetters(max)
                .setPage(page));
  }

  private List<String> left(int pageSize) throws TException {
    List<String> bodies = new ArrayList<>();
    String next = null;
    do {
      BrowseDeadLettersResult page = browse(pageSize, next);
      assertThat(page.getLettersSize()).isLessThanOrEqualTo(pageSize);
      page.getLetters().forEach(letter -> bodies.add(textOf(letter)));
      next = page.getNextPage();
    } while (next != null);
    return bodies;
  }

  private String id(String body) throws TException {
    return browse(32, null).getLetters().stream()
        .filter(letter -> textOf(letter).equals(body))
        .findFirst()
        .orElseThrow()
        .getId();
  }

  private DeadLettersResult replay(@Nullable List<String> ids) throws TException {
    return wire.admin().replayDeadLetters(selection(ids));
  }

  private DeadLettersResult purge(@Nullable List<String> ids) throws TException {
    return wire.admin().purgeDeadLetters(selection(ids));
  }

  private DeadLetterSelection selection(@Nullable List<String> ids) {
    return new DeadLetterSelection().setContext(Wire.within(SOON)).setGroup(group).setIds(ids);
  }

  private static String textOf(DeadLetter letter) {
    return UTF_8.decode(letter.getMessage().bufferForBody().duplicate()).toString();
  }

  private static org.assertj.core.data.Offset<Long> within(long millis) {
    return org.assertj.core.data.Offset.offset(millis);
  }
}
