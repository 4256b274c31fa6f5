package dev.headgate.engine.rocketmq;

import dev.headgate.engine.EngineException;
import dev.headgate.engine.TopicName;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.remoting.protocol.RequestCode;
import org.apache.rocketmq.remoting.protocol.header.NotifyConsumerIdsChangedRequestHeader;
import org.apache.rocketmq.remoting.protocol.heartbeat.ConsumeType;
import org.apache.rocketmq.remoting.protocol.heartbeat.ConsumerData;
import org.apache.rocketmq.remoting.protocol.heartbeat.HeartbeatData;
import org.apache.rocketmq.remoting.protocol.heartbeat.MessageModel;
import org.apache.rocketmq.remoting.protocol.heartbeat.SubscriptionData;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The memberships of one engine, kept alive at the brokers: one heartbeat for all of them to each
 * broker, again at once when a connection has been lost, and the brokers' notices of members that
 * come and go passed on. Thread-safe.
 */
final class Memberships implements Remote.ConnectionListener {
  private static final Logger LOG = LoggerFactory.getLogger(Memberships.class);
  private static final Duration FIRST_RETRY = Duration.ofMillis(100);
  private static final Duration LAST_RETRY = Duration.ofSeconds(1);

  private final Remote remote;
  private final BrokerCalls calls;
  private final String member;
  private final Duration interval;
  private final Map<String, Membership> memberships = new ConcurrentHashMap<>();
  private final Set<Membership> followers = ConcurrentHashMap.newKeySet();
  private final Set<String> away = ConcurrentHashMap.newKeySet();
  private final Mailbox mailbox;

  /** One (topic, group) that this engine reads. Called on the engine's threads. */
  interface Membership {
    TopicName topic();

    /** The addresses of the brokers that hold queues of it. */
    Set<String> brokers();

    /** Members have come or gone. */
    void membersChanged();

    /** The connection to a broker is lost. */
    void brokerAway(String address);

    /** The broker knows this engine's memberships again. */
    void brokerBack(String address);

    /** Time to renew locks. */
    void tick();
  }

  Memberships(Remote remote, BrokerCalls calls, String member, Duration interval) {
    this.remote = remote;
    this.calls = calls;
    this.member = member;
    this.interval = interval;
    this.mailbox = new Mailbox(remote.executor());
    remote.addListener(this);
    remote.onRequest(RequestCode.NOTIFY_CONSUMER_IDS_CHANGED, new NoticeProcessor(this));
    remote.schedule(interval, this::tick);
  }

  /** This engine's id as a member of any group. */
  String member() {
    return member;
  }

  /** Makes a membership known to its brokers. */
  CompletableFuture<Void> join(String group, Membership membership) {
    memberships.put(group, membership);
    return beat(membership.brokers());
  }

  /** Tells of brokers that go away and come back, without making it a member of anything. */
  void follow(Membership follower) {
    followers.add(follower);
  }

  /** No more. */
  void unfollow(Membership follower) {
    followers.remove(follower);
  }

  /** Tells the brokers that it is over. */
  CompletableFuture<Void> leave(String group, Membership membership) {
    if (!memberships.remove(group, membership)) {
      return CompletableFuture.completedFuture(null);
    }
    CompletableFuture<?>[] all =
        membership.brokers().stream()
            .map(address -> calls.unregister(address, group, member))
            .toArray(CompletableFuture[]::new);
    return CompletableFuture.allOf(all);
  }

  CompletableFuture<Void> beat(Set<String> addresses) {
    return CompletableFuture.allOf(
        addresses.stream().map(this::beat).toArray(CompletableFuture[]::new));
  }

  private CompletableFuture<Void> beat(String address) {
    HeartbeatData heartbeat = new HeartbeatData();
    heartbeat.setClientID(member);
    memberships.forEach(
        (group, membership) -> {
          if (membership.brokers().contains(address)) {
            heartbeat.getConsumerDataSet().add(consumer(group, membership.topic()));
          }
        });
    if (heartbeat.getConsumerDataSet().isEmpty()
        && followers.stream().noneMatch(follower -> follower.brokers().contains(address))) {
      return CompletableFuture.completedFuture(null);
    }
    return calls
        .call(address, RequestCode.HEART_BEAT, null, heartbeat.encode())
        .thenAccept(response -> BrokerCalls.checked("heartbeat", response));
  }

  private static ConsumerData consumer(String group, TopicName topic) {
    SubscriptionData subscription = new SubscriptionData(topic.value(), "*");
    // The same each time: a subscription that changes makes the broker wake all members.
    subscription.setSubVersion(1);
    ConsumerData consumer = new ConsumerData();
    consumer.setGroupName(group);
    consumer.setConsumeType(ConsumeType.CONSUME_PASSIVELY);
    consumer.setMessageModel(MessageModel.CLUSTERING);
    consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_LAST_OFFSET);
    consumer.getSubscriptionDataSet().add(subscription);
    return consumer;
  }

  /** A broker's notice. */
  void noticed(NotifyConsumerIdsChangedRequestHeader notice) {
    Membership membership = memberships.get(notice.getConsumerGroup());
    if (membership != null) {
      membership.membersChanged();
    }
  }

  private void tick() {
    if (remote.isClosed()) {
      return;
    }
    remote.schedule(interval, this::tick);
    Set<String> addresses = new HashSet<>();
    memberships.values().forEach(membership -> addresses.addAll(membership.brokers()));
    for (String address : addresses) {
      if (!away.contains(address)) {
        beat(address).whenComplete((done, failure) -> complain(address, failure));
      }
    }
    memberships.values().forEach(Membership::tick);
  }

  private static void complain(String address, Throwable failure) {
    if (failure != null) {
      LOG.info("heartbeat to {}: {}", address, BrokerAnswer.unwrap(failure).getMessage());
    }
  }

  @Override
  public void connected(String address) {
    // Whoever connected: what was away finds out by its own next heartbeat.
  }

  @Override
  public void disconnected(String address) {
    mailbox.execute(
        () -> {
          if (!serves(address) || !away.add(address)) {
            return;
          }
          all().forEach(membership -> membership.brokerAway(address));
          comeBack(address, FIRST_RETRY);
        });
  }

  private void comeBack(String address, Duration pause) {
    if (remote.isClosed() || !serves(address)) {
      away.remove(address);
      return;
    }
    beat(address)
        .whenComplete(
            (done, failure) ->
                mailbox.execute(
                    () -> {
                      if (failure == null) {
                        away.remove(address);
                        all().forEach(member -> member.brokerBack(address));
                      } else {
                        EngineException known = BrokerAnswer.unwrap(failure);
                        LOG.debug("broker {} is still away: {}", address, known.getMessage());
                        Duration next = pause.multipliedBy(2);
                        remote.schedule(
                            pause,
                            () ->
                                mailbox.execute(
                                    () ->
                                        comeBack(
                                            address,
                                            next.compareTo(LAST_RETRY) < 0 ? next : LAST_RETRY)));
                      }
                    }));
  }

  private boolean serves(String address) {
    return all().anyMatch(membership -> membership.brokers().contains(address));
  }

  private Stream<Membership> all() {
    return Stream.concat(memberships.values().stream(), followers.stream());
  }
}
