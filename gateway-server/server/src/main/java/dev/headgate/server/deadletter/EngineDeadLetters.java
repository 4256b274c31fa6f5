package dev.headgate.server.deadletter;

import dev.headgate.engine.Capability;
import dev.headgate.engine.Engine;
import dev.headgate.engine.EngineException;
import dev.headgate.engine.GroupName;
import dev.headgate.engine.TopicName;
import dev.headgate.server.error.ErrorCode;
import dev.headgate.server.error.GatewayException;
import dev.headgate.server.error.Stages;
import dev.headgate.server.routing.DerivedTopicAppend;
import dev.headgate.server.routing.TopicRouting;
import dev.headgate.server.time.Timer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves dead letters from where the delivery core puts them: one topic for each group on each
 * cluster that it consumes from. Thread-safe. One replay or purge of a group and cluster runs on a
 * node at a time; two nodes at once may repeat a replay.
 */
public final class EngineDeadLetters implements DeadLetterService {
  private static final Logger log = LoggerFactory.getLogger(EngineDeadLetters.class);
  private static final Removal.Before NOTHING =
      (letters, limit) ->
          CompletableFuture.completedStage(
              letters.stream().map(letter -> Optional.<GatewayException>empty()).toList());

  private final SortedMap<String, Engine> engines;
  private final TopicRouting routing;
  private final DerivedTopicAppend append;
  private final RetryReaders readers;
  private final Timer timer;
  private final Set<Place> underWay = ConcurrentHashMap.newKeySet();

  private record Place(String cluster, GroupName group) {}

  /**
   * Over the engines by cluster, which outlive this.
   *
   * @param readers told of groups that may have got their first retry
   */
  public EngineDeadLetters(
      Map<String, Engine> engines,
      TopicRouting routing,
      DerivedTopicAppend append,
      RetryReaders readers,
      Timer timer) {
    this.engines = new TreeMap<>(engines);
    this.routing = routing;
    this.append = append;
    this.readers = readers;
    this.timer = timer;
  }

  @Override
  public CompletionStage<Page> browse(
      String group,
      @Nullable String topic,
      int maxLetters,
      @Nullable String page,
      long deadlineNanos) {
    return Stages.guarded(
        subject(group),
        () -> {
          GroupName name = routing.group(group);
          PageToken token = page == null ? null : PageToken.parse(page, group);
          TimeLimit limit = TimeLimit.before(deadlineNanos, timer);
          return Stages.all(clusters(topic).stream().map(c -> open(c, name)).toList())
              .thenCompose(
                  topics -> {
                    LetterWalk walk = new LetterWalk(cursors(topics, token), topic, limit);
                    return walk.page(maxLetters)
                        .thenCompose(
                            letters ->
                                walk.atEnd().thenApply(end -> page(group, walk, letters, end)));
                  });
        });
  }

  private static List<LetterCursor> cursors(List<LetterTopic> topics, @Nullable PageToken token) {
    List<LetterCursor> cursors = new ArrayList<>();
    for (LetterTopic topic : topics) {
      for (LetterPartition partition : topic.partitions()) {
        long from = token == null ? 0 : token.from(topic.cluster(), partition);
        cursors.add(new LetterCursor(topic, partition, from));
      }
    }
    return cursors;
  }

  private static Page page(String group, LetterWalk walk, List<Letter> letters, boolean atEnd) {
    return new Page(
        letters.stream().map(Letter::view).toList(),
        atEnd ? null : PageToken.of(group, walk.cursors()).toString());
  }

  @Override
  public CompletionStage<Done> replay(Selection selection, long deadlineNanos) {
    return Stages.guarded(
        subject(selection.group()),
        () -> {
          GroupName group = routing.group(selection.group());
          Replay replay = new Replay(group, routing, append, readers);
          return remove(selection, group, replay::copy, false, deadlineNanos)
              .thenApply(done -> told("replayed", group, done));
        });
  }

  @Override
  public CompletionStage<Done> purge(Selection selection, long deadlineNanos) {
    return Stages.guarded(
        subject(selection.group()),
        () -> {
          GroupName group = routing.group(selection.group());
          boolean everything = selection.topic() == null;
          return remove(selection, group, NOTHING, everything, deadlineNanos)
              .thenApply(done -> told("purged", group, done));
        });
  }

  private static Done told(String verb, GroupName group, Done done) {
    log.info(
        "dead letters of group {}: {} {}, failed {}{}",
        group,
        verb,
        done.count(),
        done.failed(),
        done.more() ? ", more are left" : "");
    return done;
  }

  private CompletionStage<Done> remove(
      Selection selection,
      GroupName group,
      Removal.Before before,
      boolean everything,
      long deadlineNanos) {
    TimeLimit limit = TimeLimit.before(deadlineNanos, timer);
    Removal removal = new Removal(before, selection.topic(), limit);
    Set<String> clusters = clusters(selection.topic());
    SortedMap<String, List<LetterId>> named = named(selection.ids(), clusters, removal);
    if (named != null) {
      clusters = named.keySet();
    }
    for (String cluster : clusters) {
      require(cluster, Capability.SEEK);
    }
    Iterator<String> each = List.copyOf(clusters).iterator();
    return alone(
        clusters,
        group,
        () ->
            Repeat.whileTrue(
                    () -> {
                      if (!each.hasNext()) {
                        return CompletableFuture.completedStage(false);
                      }
                      String cluster = each.next();
                      return open(cluster, group)
                          .thenCompose(
                              topic -> {
                                if (named != null) {
                                  return removal.named(
                                      topic, named.getOrDefault(cluster, List.of()));
                                }
                                return everything ? removal.everything(topic) : removal.all(topic);
                              })
                          .exceptionallyCompose(removal::brokenOff)
                          .thenApply(done -> true);
                    })
                .thenApply(done -> removal.done()));
  }

  /** By cluster; null when all are meant. */
  private static @Nullable SortedMap<String, List<LetterId>> named(
      @Nullable List<String> ids, Set<String> clusters, Removal removal) {
    if (ids == null) {
      return null;
    }
    SortedMap<String, List<LetterId>> named = new TreeMap<>();
    List<LetterId> parsed = ids.stream().map(LetterId::parse).distinct().toList();
    for (LetterId id : parsed) {
      if (clusters.contains(id.cluster())) {
        named.computeIfAbsent(id.cluster(), cluster -> new ArrayList<>()).add(id);
      } else {
        removal.nowhere(id);
      }
    }
    return named;
  }

  private CompletionStage<Done> alone(
      Set<String> clusters, GroupName group, Supplier<CompletionStage<Done>> work) {
    List<Place> mine = new ArrayList<>();
    for (String cluster : clusters) {
      Place place = new Place(cluster, group);
      if (!underWay.add(place)) {
        mine.forEach(underWay::remove);
        throw new GatewayException(
            ErrorCode.FAILED_PRECONDITION,
            "%s: a replay or purge of them is under way; wait for its end"
                .formatted(subject(group.value())));
      }
      mine.add(place);
    }
    return Stages.guarded(subject(group.value()), work)
        .whenComplete((done, failure) -> mine.forEach(underWay::remove));
  }

  private CompletionStage<LetterTopic> open(String cluster, GroupName group) {
    return LetterTopic.open(cluster, require(cluster, Capability.LOG), group, timer);
  }

  /** Where the letters of the topic lie; for null, every cluster that can have letters. */
  private Set<String> clusters(@Nullable String topic) {
    if (topic != null) {
      TopicName name = routing.topic(topic);
      return Set.of(routing.route(name).cluster());
    }
    Set<String> able = new LinkedHashSet<>();
    engines.forEach(
        (cluster, engine) -> {
          if (engine.capabilities().contains(Capability.LOG)) {
            able.add(cluster);
          }
        });
    if (able.isEmpty() && !engines.isEmpty()) {
      require(engines.firstKey(), Capability.LOG);
    }
    return able;
  }

  private Engine require(String cluster, Capability capability) {
    Engine engine = engines.get(cluster);
    if (engine == null) {
      throw new IllegalArgumentException("no cluster " + cluster);
    }
    if (!engine.capabilities().contains(capability)) {
      throw EngineException.unsupported(engine.name(), capability);
    }
    return engine;
  }

  private static String subject(String group) {
    return "dead letters of group '" + group + "'";
  }
}
