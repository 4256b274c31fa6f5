package dev.headgate.launcher;

import dev.headgate.client.HeadgateClient;
import dev.headgate.client.HeadgateException;
import dev.headgate.client.Message;
import dev.headgate.client.Outcome;
import dev.headgate.client.SendOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Sends messages in batches, several at a time where their order need not be kept. Entries that the
 * gateway could not store for the moment are tried again; the first failure of a whole call ends
 * it. Fed by one thread.
 */
final class BatchSender implements AutoCloseable {
  private static final int BATCH_MESSAGES = 256;
  private static final int BATCH_BYTES = 1 << 20;
  private static final int PARALLEL = 4;
  private static final int TRIES = 6;
  private static final long FIRST_PAUSE_MILLIS = 100;

  private final HeadgateClient client;
  private final String topic;
  private final int parallel;
  private final Semaphore slots;
  private final ExecutorService executor;
  private final SendTally tally = new SendTally();
  private final AtomicReference<@Nullable HeadgateException> broken = new AtomicReference<>();
  private List<Entry> batch = new ArrayList<>();
  private int batchBytes;

  /** A message and where it stood in the input, from 1. */
  record Entry(long number, Message message) {}

  BatchSender(HeadgateClient client, String topic, boolean keepOrder) {
    this.client = client;
    this.topic = topic;
    this.parallel = keepOrder ? 1 : PARALLEL;
    this.slots = new Semaphore(parallel);
    this.executor = Executors.newFixedThreadPool(parallel);
  }

  /** Takes a message; blocks while enough batches are under way. */
  void add(Entry entry) throws InterruptedException {
    int size = entry.message().body().size();
    if (!batch.isEmpty() && (batch.size() >= BATCH_MESSAGES || batchBytes + size > BATCH_BYTES)) {
      submit();
    }
    batch.add(entry);
    batchBytes += size;
  }

  /** Sends what is left and waits for every answer. */
  void finish() throws InterruptedException {
    submit();
    slots.acquire(parallel);
    slots.release(parallel);
  }

  /** The failure that ended it, or null. */
  @Nullable HeadgateException broken() {
    return broken.get();
  }

  SendTally tally() {
    return tally;
  }

  private void submit() throws InterruptedException {
    List<Entry> full = batch;
    batch = new ArrayList<>();
    batchBytes = 0;
    if (full.isEmpty()) {
      return;
    }
    slots.acquire();
    executor.execute(
        () -> {
          try {
            send(full);
          } catch (HeadgateException e) {
            broken.compareAndSet(null, e);
            tally.failed(full.size(), e);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } finally {
            slots.release();
          }
        });
  }

  private void send(List<Entry> entries) throws InterruptedException {
    List<Entry> left = entries;
    for (int attempt = 1; !left.isEmpty(); attempt++) {
      if (broken.get() != null) {
        tally.notTried(left.size());
        return;
      }
      List<SendOutcome> outcomes =
          client.producer().sendBatch(topic, left.stream().map(Entry::message).toList());
      List<Entry> again = new ArrayList<>();
      for (int i = 0; i < left.size(); i++) {
        if (outcomes.get(i) instanceof SendOutcome.Failed failed) {
          if (mayTryAgain(failed.failure(), attempt)) {
            again.add(left.get(i));
          } else {
            tally.failed(left.get(i).number(), failed.failure());
          }
        } else if (outcomes.get(i) instanceof SendOutcome.Sent sent) {
          tally.sent(sent.receipt());
        }
      }
      left = again;
      if (!left.isEmpty()) {
        TimeUnit.MILLISECONDS.sleep(FIRST_PAUSE_MILLIS << attempt);
      }
    }
  }

  /** An entry that is sent again may end behind a later one: not where order is kept. */
  private boolean mayTryAgain(HeadgateException failure, int attempt) {
    return parallel > 1
        && attempt < TRIES
        && failure.retryable()
        && failure.outcome() == Outcome.NOT_APPLIED;
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
