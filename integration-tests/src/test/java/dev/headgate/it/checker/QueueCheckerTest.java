package dev.headgate.it.checker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.it.checker.DeliveryEvent.Settlement;
import dev.headgate.it.checker.SendEvent.Result;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class QueueCheckerTest {
  private final History history = new History();
  private long clock = TimeUnit.HOURS.toNanos(1);

  @Test
  void aCleanHistoryHasNothingToReport() {
    sent("a", Result.ACKNOWLEDGED);
    sent("b", Result.ACKNOWLEDGED);
    delivered("b", "id-b", Settlement.ACKED);
    delivered("a", "id-a", Settlement.ACKED);

    Verdict verdict = QueueChecker.check(history);

    assertThat(verdict.lost()).isEmpty();
    assertThat(verdict.unexpected()).isEmpty();
    assertThat(verdict.duplicated()).isZero();
    assertThat(verdict.recovered()).isEmpty();
    assertThat(verdict.acknowledged()).isEqualTo(2);
    assertThat(verdict.delivered()).isEqualTo(2);
  }

  @Test
  void acknowledgedButNeverDeliveredIsLost() {
    sent("a", Result.ACKNOWLEDGED);
    sent("b", Result.ACKNOWLEDGED);
    delivered("b", "id-b", Settlement.ACKED);

    assertThat(QueueChecker.check(history).lost()).containsExactly("a");
  }

  @Test
  void indeterminateAndNeverDeliveredIsNotLost() {
    sent("a", Result.INDETERMINATE);

    assertThat(QueueChecker.check(history).lost()).isEmpty();
  }

  @Test
  void aRetryThatIsAcknowledgedMakesTheValueOwed() {
    sent("a", Result.REFUSED);
    sent("a", Result.INDETERMINATE);
    sent("a", Result.ACKNOWLEDGED);

    assertThat(QueueChecker.check(history).lost()).containsExactly("a");
  }

  @Test
  void deliveredButNeverAttemptedIsUnexpected() {
    delivered("ghost", "id", Settlement.ACKED);

    assertThat(QueueChecker.check(history).unexpected()).containsExactly("ghost");
  }

  @Test
  void deliveredAlthoughRefusedIsUnexpected() {
    sent("a", Result.REFUSED);
    delivered("a", "id", Settlement.ACKED);

    assertThat(QueueChecker.check(history).unexpected()).containsExactly("a");
  }

  @Test
  void indeterminateButDeliveredIsRecoveredAndNoDuplicate() {
    sent("a", Result.INDETERMINATE);
    delivered("a", "id", Settlement.ACKED);

    Verdict verdict = QueueChecker.check(history);

    assertThat(verdict.recovered()).containsExactly("a");
    assertThat(verdict.unexpected()).isEmpty();
    assertThat(verdict.duplicated()).isZero();
  }

  @Test
  void anIndeterminateCopyBesideItsAcknowledgedRetryIsNoDuplicate() {
    sent("a", Result.INDETERMINATE);
    sent("a", Result.ACKNOWLEDGED);
    delivered("a", "first copy", Settlement.ACKED);
    delivered("a", "second copy", Settlement.ACKED);

    Verdict verdict = QueueChecker.check(history);

    assertThat(verdict.duplicated()).isZero();
    assertThat(verdict.recovered()).isEmpty();
  }

  @Test
  void moreCopiesThanSendsExplainAreDuplicates() {
    sent("a", Result.ACKNOWLEDGED);
    delivered("a", "first copy", Settlement.ACKED);
    delivered("a", "second copy", Settlement.ACKED);

    assertThat(QueueChecker.check(history).duplicates())
        .containsOnlyKeys(DuplicateCause.STORED_TWICE)
        .containsEntry(DuplicateCause.STORED_TWICE, 1);
  }

  @Test
  void eachRedeliveryIsCountedByWhatEndedTheDeliveryBefore() {
    sent("a", Result.ACKNOWLEDGED);
    delivered("a", "id", Settlement.NACKED);
    delivered("a", "id", Settlement.NONE);
    delivered("a", "id", Settlement.REFUSED);
    delivered("a", "id", Settlement.UNANSWERED);
    delivered("a", "id", Settlement.ACKED);
    delivered("a", "id", Settlement.ACKED);

    Verdict verdict = QueueChecker.check(history);

    assertThat(verdict.duplicates())
        .containsEntry(DuplicateCause.NACKED, 1)
        .containsEntry(DuplicateCause.LEASE_NOT_SETTLED, 1)
        .containsEntry(DuplicateCause.ACK_REFUSED, 1)
        .containsEntry(DuplicateCause.ACK_UNANSWERED, 1)
        .containsEntry(DuplicateCause.ACKED_BEFORE, 1);
    assertThat(verdict.duplicated()).isEqualTo(5);
  }

  @Test
  void aLaterValueFirstIsAnInversion() {
    sentKeyed("k0", "k", 0);
    sentKeyed("k1", "k", 1);
    delivered("k1", "1", Settlement.ACKED);
    delivered("k0", "0", Settlement.ACKED);

    assertThat(QueueChecker.check(history).inversions()).hasSize(1);
  }

  @Test
  void anInversionFollowedByAReplayStillCounts() {
    sentKeyed("k0", "k", 0);
    sentKeyed("k1", "k", 1);
    sentKeyed("k2", "k", 2);
    delivered("k0", "0", Settlement.ACKED);
    delivered("k2", "2", Settlement.NONE);
    delivered("k1", "1", Settlement.ACKED);
    delivered("k2", "2", Settlement.ACKED);

    assertThat(QueueChecker.check(history).inversions()).hasSize(1);
  }

  @Test
  void aReplayFromAnEarlierPositionIsNoInversion() {
    sentKeyed("k0", "k", 0);
    sentKeyed("k1", "k", 1);
    delivered("k0", "0", Settlement.ACKED);
    delivered("k1", "1", Settlement.ACKED);
    delivered("k0", "0", Settlement.ACKED);
    delivered("k1", "1", Settlement.ACKED);

    assertThat(QueueChecker.check(history).inversions()).isEmpty();
  }

  @Test
  void orderIsJudgedByTimeOfArrivalNotOfRecording() {
    sentKeyed("k0", "k", 0);
    sentKeyed("k1", "k", 1);
    history.record(delivery("k1", "1", 2_000, 2_100L));
    history.record(delivery("k0", "0", 1_000, 1_100L));

    assertThat(QueueChecker.check(history).inversions()).isEmpty();
  }

  @Test
  void otherKeysAndValuesWithoutKeyHaveNoOrder() {
    sentKeyed("k1", "k", 1);
    sentKeyed("l0", "l", 0);
    sent("a", Result.ACKNOWLEDGED);
    delivered("k1", "1", Settlement.ACKED);
    delivered("l0", "0", Settlement.ACKED);
    delivered("a", "a", Settlement.ACKED);

    assertThat(QueueChecker.check(history).inversions()).isEmpty();
  }

  @Test
  void aMissingValueBeforeADeliveredOneIsAGap() {
    sentKeyed("k0", "k", 0);
    sentKeyed("k1", "k", 1);
    delivered("k1", "1", Settlement.ACKED);

    Verdict verdict = QueueChecker.check(history);

    assertThat(verdict.gaps()).hasSize(1);
    assertThat(verdict.lost()).containsExactly("k0");
  }

  @Test
  void twoMessagesOfAKeyOutAtOnceAreAnOverlap() {
    sentKeyed("k0", "k", 0);
    sentKeyed("k1", "k", 1);
    history.record(delivery("k0", "0", 1_000, 3_000L));
    history.record(delivery("k1", "1", 2_000, 4_000L));

    assertThat(QueueChecker.check(history).overlaps()).hasSize(1);
  }

  @Test
  void theSameMessageOutTwiceIsAnOverlap() {
    sentKeyed("k0", "k", 0);
    history.record(delivery("k0", "0", 1_000, 3_000L));
    history.record(delivery("k0", "0", 2_000, 4_000L));

    assertThat(QueueChecker.check(history).overlaps()).hasSize(1);
  }

  @Test
  void aDeliveryAfterTheLeaseHasExpiredIsNoOverlap() {
    long lease = TimeUnit.SECONDS.toNanos(10);
    sentKeyed("k0", "k", 0);
    history.record(new DeliveryEvent("k0", "0", 1, 0, lease, null, Settlement.NONE));
    history.record(new DeliveryEvent("k0", "0", 2, lease, lease, lease + 1, Settlement.ACKED));

    assertThat(QueueChecker.check(history).overlaps()).isEmpty();
  }

  private void sent(String value, Result result) {
    history.record(new SendEvent(value, null, 0, result));
  }

  private void sentKeyed(String value, String key, long sequence) {
    history.record(new SendEvent(value, key, sequence, Result.ACKNOWLEDGED));
  }

  private void delivered(String value, String id, Settlement settlement) {
    clock += 1_000;
    history.record(new DeliveryEvent(value, id, 1, clock, 1_000_000, clock + 10, settlement));
  }

  private static DeliveryEvent delivery(String value, String id, long at, long settledAt) {
    return new DeliveryEvent(value, id, 1, at, 1_000_000, settledAt, Settlement.ACKED);
  }
}
