package dev.headgate.server.consume;

import dev.headgate.engine.AppendOptions;
import dev.headgate.engine.Batch;
import dev.headgate.engine.Capability;
import dev.headgate.engine.Engine;
import dev.headgate.engine.EngineException;
import dev.headgate.engine.EngineException.Kind;
import dev.headgate.engine.EngineHealth;
import dev.headgate.engine.EngineReader;
import dev.headgate.engine.GroupName;
import dev.headgate.engine.LogReader;
import dev.headgate.engine.Message;
import dev.headgate.engine.OwnedPartition;
import dev.headgate.engine.Partition;
import dev.headgate.engine.Position;
import dev.headgate.engine.ReaderListener;
import dev.headgate.engine.ReaderSpec;
import dev.headgate.engine.StoredMessage;
import dev.headgate.engine.TopicAdmin;
import dev.headgate.engine.TopicName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * An engine on the test's own thread: everything that can complete completes at once, so that a
 * test with a fake timer is deterministic. Assigns all partitions to the one reader; partitions
 * move when the test says so.
 */
public final class FakeEngine implements Engine, TopicAdmin {
  public final Map<TopicName, List<List<StoredMessage>>> topics = new LinkedHashMap<>();
  public final Map<String, Long> committed = new HashMap<>();
  final List<Reader> readers = new ArrayList<>();
  public final Set<Capability> capabilities = EnumSet.allOf(Capability.class);
  public final List<EngineException> appendFailures = new ArrayList<>();
  public final List<EngineException> seekFailures = new ArrayList<>();

  /** What was last asked to be committed, {@code topic/partition/group}. */
  final Map<String, Long> commits = new HashMap<>();

  /** Messages that the timer holds, until the test puts them; null where it holds none. */
  @Nullable List<Message> delayed;

  /** A seek waits for it, where there is one. */
  @Nullable CompletableFuture<Void> seekGate;

  /** Appends wait for it, where there is one. */
  public @Nullable CompletableFuture<Void> appendGate;

  int fetches;
  private long epoch;
  private long puts;

  public void topic(String name, int partitions) {
    List<List<StoredMessage>> logs = new ArrayList<>();
    for (int i = 0; i < partitions; i++) {
      logs.add(new ArrayList<>());
    }
    topics.put(new TopicName(name), logs);
  }

  public void put(String topic, int partition, Message message) {
    List<StoredMessage> log = logs(new TopicName(topic)).get(partition);
    log.add(new StoredMessage(log.size(), message, Instant.ofEpochMilli(++puts)));
    for (Reader reader : List.copyOf(readers)) {
      reader.wake();
    }
  }

  private List<List<StoredMessage>> logs(TopicName topic) {
    return Objects.requireNonNull(topics.get(topic), topic::value);
  }

  public List<Message> stored(TopicName topic) {
    List<Message> all = new ArrayList<>();
    for (List<StoredMessage> log : topics.getOrDefault(topic, List.of())) {
      log.forEach(stored -> all.add(stored.message()));
    }
    return all;
  }

  @Override
  public String name() {
    return "fake";
  }

  @Override
  public Set<Capability> capabilities() {
    return capabilities;
  }

  @Override
  public CompletionStage<Position> append(TopicName topic, Message message, AppendOptions options) {
    if (!appendFailures.isEmpty()) {
      return CompletableFuture.failedStage(appendFailures.remove(0));
    }
    CompletableFuture<Void> gate = appendGate;
    if (gate != null) {
      appendGate = null;
      return gate.thenCompose(open -> append(topic, message, options));
    }
    List<List<StoredMessage>> logs = topics.get(topic);
    if (logs == null) {
      return CompletableFuture.failedStage(
          new EngineException(Kind.UNKNOWN_TOPIC, "no topic '" + topic + "'"));
    }
    List<Message> held = delayed;
    if (held != null && message.deliverAt() != null) {
      held.add(message);
      return CompletableFuture.completedStage(new Position(new Partition(topic, "0"), -1));
    }
    int partition =
        message.key() == null ? 0 : Math.floorMod(message.key().hashCode(), logs.size());
    put(topic.value(), partition, message);
    return CompletableFuture.completedStage(
        new Position(
            new Partition(topic, Integer.toString(partition)), logs.get(partition).size() - 1));
  }

  @Override
  public EngineReader openReader(ReaderSpec spec, ReaderListener listener) {
    Reader reader = new Reader(spec, listener);
    readers.add(reader);
    reader.assignAll();
    return reader;
  }

  @Override
  public TopicAdmin topics() {
    return this;
  }

  @Override
  public EngineHealth health() {
    return new EngineHealth(true, "");
  }

  @Override
  public void close() {}

  Reader reader(String topic) {
    return readers.stream()
        .filter(r -> r.spec.topic().value().equals(topic))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no reader of " + topic));
  }

  Instant storedAt(String topic, int partition, int offset) {
    return logs(new TopicName(topic)).get(partition).get(offset).storedAt();
  }

  public long committed(String topic, String group, int partition) {
    return committed.getOrDefault(topic + "/" + partition + "/" + group, -1L);
  }

  /** A membership that owns what the test leaves it. */
  final class Reader implements LogReader {
    final ReaderSpec spec;
    final ReaderListener listener;
    final Map<Partition, Owned> owned = new LinkedHashMap<>();

    Reader(ReaderSpec spec, ReaderListener listener) {
      this.spec = spec;
      this.listener = listener;
    }

    void assignAll() {
      for (int i = 0; i < logs(spec.topic()).size(); i++) {
        assign(i);
      }
    }

    void assign(int number) {
      Owned partition = new Owned(this, number);
      owned.put(partition.partition(), partition);
      listener.assigned(partition);
    }

    CompletionStage<Void> revoke(int number) {
      Owned partition = take(number);
      return listener.revoked(partition).thenRun(() -> partition.fenced = true);
    }

    void lose(int number) {
      Owned partition = take(number);
      partition.fenced = true;
      listener.lost(partition);
    }

    private Owned take(int number) {
      Owned partition = owned.remove(new Partition(spec.topic(), Integer.toString(number)));
      if (partition == null) {
        throw new AssertionError("not owned: " + number);
      }
      return partition;
    }

    void wake() {
      owned.values().forEach(Owned::wake);
    }

    @Override
    public ReaderSpec spec() {
      return spec;
    }

    @Override
    public CompletionStage<Void> leave() {
      readers.remove(this);
      CompletableFuture<?>[] stages =
          List.copyOf(owned.values()).stream()
              .map(p -> revoke(p.number).toCompletableFuture())
              .toArray(CompletableFuture<?>[]::new);
      return CompletableFuture.allOf(stages);
    }

    @Override
    public void close() {
      leave();
    }
  }

  final class Owned implements OwnedPartition {
    final Reader reader;
    final int number;
    final long start;
    final long myEpoch = ++epoch;
    boolean fenced;
    private @Nullable CompletableFuture<Batch> parked;
    private long parkedFrom;
    private int parkedBytes;

    Owned(Reader reader, int number) {
      this.reader = reader;
      this.number = number;
      this.start =
          Math.max(0, committed(reader.spec.topic().value(), reader.spec.group().value(), number));
    }

    private List<StoredMessage> log() {
      return logs(reader.spec.topic()).get(number);
    }

    @Override
    public Partition partition() {
      return new Partition(reader.spec.topic(), Integer.toString(number));
    }

    @Override
    public long epoch() {
      return myEpoch;
    }

    @Override
    public long startOffset() {
      return start;
    }

    @Override
    public CompletionStage<Batch> fetch(long fromOffset, int maxBytes, Duration maxWait) {
      fetches++;
      if (fenced) {
        return CompletableFuture.failedStage(new EngineException(Kind.FENCED, "moved"));
      }
      if (parked != null) {
        throw new IllegalStateException("second fetch");
      }
      CompletableFuture<Batch> result = new CompletableFuture<>();
      parked = result;
      parkedFrom = fromOffset;
      parkedBytes = maxBytes;
      wake();
      return result;
    }

    void wake() {
      CompletableFuture<Batch> waiting = parked;
      if (waiting != null && parkedFrom > log().size()) {
        parked = null;
        waiting.completeExceptionally(EngineException.offsetOutOfRange("gone", 0));
        return;
      }
      if (waiting == null || parkedFrom == log().size()) {
        return;
      }
      List<StoredMessage> found = new ArrayList<>();
      int bytes = 0;
      for (int i = (int) parkedFrom; i < log().size(); i++) {
        int size = log().get(i).message().size();
        if (!found.isEmpty() && bytes + size > parkedBytes) {
          break;
        }
        bytes += size;
        found.add(log().get(i));
      }
      parked = null;
      waiting.complete(new Batch(found, parkedFrom + found.size(), log().size()));
    }

    @Override
    public CompletionStage<Void> commit(long nextOffset) {
      if (fenced) {
        return CompletableFuture.failedStage(new EngineException(Kind.FENCED, "moved"));
      }
      commits.put(reader.spec.topic() + "/" + number + "/" + reader.spec.group(), nextOffset);
      committed.merge(
          reader.spec.topic() + "/" + number + "/" + reader.spec.group(), nextOffset, Math::max);
      return CompletableFuture.completedStage(null);
    }
  }

  // ------------------------------------------------------------------------------------------------ TopicAdmin

  @Override
  public CompletionStage<List<TopicName>> list() {
    return CompletableFuture.completedStage(List.copyOf(topics.keySet()));
  }

  @Override
  public CompletionStage<Optional<TopicDescription>> describe(TopicName topic) {
    return CompletableFuture.completedStage(
        topics.containsKey(topic)
            ? Optional.of(new TopicDescription(topic, List.of(), Map.of()))
            : Optional.empty());
  }

  @Override
  public CompletionStage<Void> ensure(TopicName topic, TopicSettings settings) {
    if (!topics.containsKey(topic)) {
      topic(topic.value(), Math.max(1, settings.partitions()));
    }
    return CompletableFuture.completedStage(null);
  }

  @Override
  public CompletionStage<Void> delete(TopicName topic) {
    throw new AssertionError("not used");
  }

  @Override
  public CompletionStage<List<GroupName>> groups(TopicName topic) {
    throw new AssertionError("not used");
  }

  @Override
  public CompletionStage<List<PartitionLag>> lag(TopicName topic, GroupName group) {
    List<List<StoredMessage>> logs = topics.get(topic);
    if (logs == null) {
      return CompletableFuture.failedStage(
          new EngineException(Kind.UNKNOWN_TOPIC, "no topic '" + topic + "'"));
    }
    List<PartitionLag> lags = new ArrayList<>();
    for (int i = 0; i < logs.size(); i++) {
      lags.add(
          new PartitionLag(
              new Partition(topic, Integer.toString(i)),
              committed(topic.value(), group.value(), i),
              0,
              logs.get(i).size(),
              null));
    }
    return CompletableFuture.completedStage(lags);
  }

  @Override
  public CompletionStage<Map<Partition, Long>> offsetsAt(TopicName topic, Instant time) {
    Map<Partition, Long> offsets = new LinkedHashMap<>();
    for (int i = 0; i < logs(topic).size(); i++) {
      long earlier =
          logs(topic).get(i).stream().filter(stored -> stored.storedAt().isBefore(time)).count();
      offsets.put(new Partition(topic, Integer.toString(i)), earlier);
    }
    return CompletableFuture.completedStage(offsets);
  }

  @Override
  public CompletionStage<Void> seek(
      TopicName topic, GroupName group, Map<Partition, Long> offsets) {
    if (!seekFailures.isEmpty()) {
      return CompletableFuture.failedStage(seekFailures.remove(0));
    }
    CompletableFuture<Void> gate = seekGate;
    if (gate != null) {
      seekGate = null;
      return gate.thenCompose(open -> seek(topic, group, offsets));
    }
    offsets.forEach(
        (partition, offset) -> committed.put(topic + "/" + partition.id() + "/" + group, offset));
    return CompletableFuture.completedStage(null);
  }

  @Override
  public CompletionStage<Batch> peek(
      Partition partition, long fromOffset, int maxMessages, int maxBytes) {
    List<StoredMessage> log = logs(partition.topic()).get(Integer.parseInt(partition.id()));
    int from = (int) Math.min(fromOffset, log.size());
    int to = Math.min(log.size(), from + maxMessages);
    return CompletableFuture.completedStage(new Batch(List.copyOf(log.subList(from, to)), to));
  }

  @Override
  public TopicName retryTopic(TopicName topic, GroupName group) {
    return new TopicName("retry-" + topic + "-" + group);
  }

  @Override
  public TopicName deadLetterTopic(GroupName group) {
    return new TopicName("dead-" + group);
  }
}
