package dev.headgate.server.produce.transaction;

import dev.headgate.engine.Engine;
import dev.headgate.engine.EngineException;
import dev.headgate.engine.GroupName;
import dev.headgate.engine.Message;
import dev.headgate.engine.TopicName;
import dev.headgate.server.error.ErrorCode;
import dev.headgate.server.error.GatewayException;
import dev.headgate.server.metrics.GatewayMetrics;
import dev.headgate.server.time.Timer;
import dev.headgate.server.token.TokenSigner;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where engines ask and members of producer groups answer. A group is known to the engines through
 * this node from the first poll of a member until none has polled for a while: an engine asks one
 * of the nodes that know the group, and what is asked of a node without members is asked in vain.
 * Thread-safe.
 */
final class CheckDesk {
  private static final Logger log = LoggerFactory.getLogger(CheckDesk.class);
  private static final int MAX_GROUPS = 10_000;
  private static final long MAX_HELD_BYTES = 16 << 20;
  private static final Duration SWEEP = Duration.ofSeconds(5);

  /** Longer than a member needs between two polls, shorter than engines go on asking in vain. */
  static final Duration IDLE = Duration.ofSeconds(30);

  /** As long as an engine usually leaves between two checks. */
  static final Duration LAST_CHANCE = Duration.ofSeconds(30);

  private final Map<String, Engine> clusters;
  private final TokenSigner tokens;
  private final Timer timer;
  private final GatewayMetrics metrics;
  private final Map<GroupName, GroupChecks> groups = new ConcurrentHashMap<>();
  private final CheckMemory memory = new CheckMemory(MAX_HELD_BYTES);
  private final LastChecks lastChecks;
  private volatile boolean draining;

  CheckDesk(Map<String, Engine> clusters, TokenSigner tokens, Timer timer, GatewayMetrics metrics) {
    this.clusters = clusters;
    this.tokens = tokens;
    this.timer = timer;
    this.metrics = metrics;
    this.lastChecks = new LastChecks(LAST_CHANCE, timer, this::givenUp);
    timer.after(SWEEP, this::sweep);
  }

  PendingChecks poll(GroupName name, int maxChecks, int maxBytes, Duration wait) {
    if (draining) {
      throw new GatewayException(ErrorCode.DRAINING, "this node is stopping; use another node");
    }
    return known(name).poll(maxChecks, maxBytes, wait);
  }

  /** Nobody needs to be asked about it any more. */
  void ended(TransactionToken token) {
    lastChecks.answered(token.key());
    GroupChecks group = groups.get(token.producerGroup());
    if (group != null) {
      group.ended(token.key());
    }
  }

  void drain() {
    draining = true;
    groups.keySet().forEach(name -> remove(name, Duration.ofNanos(-1)));
  }

  private GroupChecks known(GroupName name) {
    // Within compute, so that a group that is idle is not removed under a member that comes.
    GroupChecks group =
        groups.compute(
            name,
            (key, known) -> {
              GroupChecks mine = known == null ? open(key) : known;
              mine.seen();
              return mine;
            });
    if (draining) {
      group.close();
    }
    return group;
  }

  private GroupChecks open(GroupName name) {
    if (groups.size() >= MAX_GROUPS) {
      throw new GatewayException(
          ErrorCode.OVERLOADED,
          "group '%s': %d producer groups ask this node already".formatted(name, MAX_GROUPS));
    }
    GroupChecks group = new GroupChecks(timer, memory);
    clusters.forEach(
        (cluster, engine) ->
            engine
                .transactions()
                .ifPresent(
                    facet -> {
                      try {
                        group.registered(
                            facet.onCheck(
                                name,
                                (id, topic, message, attempt, last) ->
                                    asked(
                                        group,
                                        new TransactionToken(
                                            cluster, topic, name, message.id(), id),
                                        message,
                                        attempt,
                                        last)));
                      } catch (EngineException e) {
                        log.warn("cluster {}: group {} cannot be asked: {}", cluster, name, e);
                      }
                    }));
    return group;
  }

  private void asked(
      GroupChecks group, TransactionToken token, Message message, int attempt, boolean last) {
    metrics.transactionChecks().inc();
    if (last) {
      lastChecks.asked(token.key());
    }
    TopicName topic = token.topic();
    group.offer(new PendingCheck(token.sign(tokens), topic, message, attempt));
  }

  private void givenUp(HalfKey key) {
    metrics.transactionsGivenUp().inc();
    log.warn(
        "topic {}: message {} was prepared, and nobody has said what became of it; it is rolled"
            + " back",
        key.topic(),
        key.messageId());
  }

  private void sweep() {
    if (!draining) {
      timer.after(SWEEP, this::sweep);
      groups.keySet().forEach(name -> remove(name, IDLE));
    }
  }

  private void remove(GroupName name, Duration idle) {
    groups.computeIfPresent(
        name,
        (key, group) -> {
          if (!idle.isNegative() && !group.isIdle(idle)) {
            return group;
          }
          group.close();
          @Nullable GroupChecks gone = null;
          return gone;
        });
  }
}
