package dev.headgate.server.metrics;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Every metric of the gateway, by the name under which it is exposed. Units stand in the names:
 * seconds, bytes, and {@code _total} for what only grows.
 */
public enum MetricFamily {
  // ---------------------------------------------------------------- sending
  /** Acknowledged to producers. */
  SENDS(Kind.COUNTER, "headgate_sends_total", "Messages acknowledged to producers", "topic"),
  /** D2. */
  SENDS_INDETERMINATE(
      Kind.COUNTER,
      "headgate_sends_indeterminate_total",
      "Sends of which nobody can say whether they were stored",
      "topic"),
  /** Nothing was stored. */
  SENDS_REFUSED(
      Kind.COUNTER,
      "headgate_sends_refused_total",
      "Sends that failed with nothing stored, by error code",
      "topic",
      "code"),
  /** Of those acknowledged. */
  SEND_DURATION(
      Kind.HISTOGRAM,
      "headgate_send_duration_seconds",
      "From the arrival of a message to its acknowledgement",
      "topic"),

  /** D31. */
  TRANSACTIONS(
      Kind.COUNTER,
      "headgate_transactions_total",
      "Prepared messages, by what became of them: prepared, committed, rolled-back, given-up",
      "outcome"),
  /** D31. */
  TRANSACTION_CHECKS(
      Kind.COUNTER,
      "headgate_transaction_checks_total",
      "Times that an engine has asked what became of a prepared message"),

  // ---------------------------------------------------------------- delivering
  /** Each attempt counts. */
  DELIVERIES(
      Kind.COUNTER,
      "headgate_deliveries_total",
      "Messages leased to consumers, each attempt counted",
      "topic",
      "group"),
  /** Attempts after the first. */
  REDELIVERIES(
      Kind.COUNTER,
      "headgate_redeliveries_total",
      "Deliveries that were not the first attempt",
      "topic",
      "group"),
  /** Settled by consumers. */
  ACKS(Kind.COUNTER, "headgate_acks_total", "Leases acknowledged", "topic", "group"),
  /** Given back by consumers. */
  NACKS(Kind.COUNTER, "headgate_nacks_total", "Leases given back by consumers", "topic", "group"),
  /** Never settled. */
  LEASES_EXPIRED(
      Kind.COUNTER,
      "headgate_leases_expired_total",
      "Leases that ran out before they were settled",
      "topic",
      "group"),
  /** D17. */
  RETRIES(
      Kind.COUNTER,
      "headgate_retries_total",
      "Messages that came back, by the way they wait: in-place, retry-topic",
      "topic",
      "group",
      "way"),
  /** D13. */
  DEAD_LETTERS(
      Kind.COUNTER,
      "headgate_dead_letters_total",
      "Messages moved to the group's dead-letter topic",
      "topic",
      "group"),
  /** D11. */
  POSSIBLE_DUPLICATES(
      Kind.COUNTER,
      "headgate_possible_duplicates_total",
      "Messages that may come twice without their consumer's doing, by cause: lease-lost,"
          + " ack-uncommitted, move-repeated",
      "topic",
      "group",
      "cause"),
  /** Of first attempts. */
  DELIVERY_DELAY(
      Kind.HISTOGRAM,
      "headgate_delivery_delay_seconds",
      "From a message's being stored to its first delivery",
      "topic",
      "group"),
  /** Of those acknowledged. */
  HANDLING_DURATION(
      Kind.HISTOGRAM,
      "headgate_handling_duration_seconds",
      "From a delivery to its ack",
      "topic",
      "group"),
  /** Now. */
  LEASES_OPEN(
      Kind.GAUGE, "headgate_leases_open", "Messages in flight: leases open", "topic", "group"),
  /** Now. */
  LAG(
      Kind.GAUGE,
      "headgate_lag_messages",
      "Messages that the group has not settled, in the partitions that this node reads",
      "topic",
      "group"),
  /** Now. */
  OLDEST_UNACKED(
      Kind.GAUGE,
      "headgate_oldest_unacked_seconds",
      "Age of the oldest message that this node has read and that is not settled",
      "topic",
      "group"),
  /** Now. */
  PREFETCHED(
      Kind.GAUGE,
      "headgate_prefetched_bytes",
      "Bodies held for the group, waiting or leased",
      "topic",
      "group"),
  /** Now. */
  RECEIVES_PARKED(
      Kind.GAUGE, "headgate_receives_parked", "Receives that wait for messages", "topic", "group"),

  // ---------------------------------------------------------------- the node
  /** Now. */
  CONNECTIONS_OPEN(Kind.GAUGE, "headgate_connections_open", "Open client connections"),
  /** D42. */
  CONNECTIONS_REFUSED(
      Kind.COUNTER,
      "headgate_connections_refused_total",
      "Connections closed for what came over them, or did not, by reason",
      "reason"),
  /** D41. */
  CALLS_FAILED(
      Kind.COUNTER,
      "headgate_calls_failed_total",
      "Calls and entries of batches answered with an error, by code; PROTOCOL for requests that"
          + " are no call",
      "code"),
  /** D22. */
  HELD_BYTES(Kind.GAUGE, "headgate_held_bytes", "Bodies held for all consumers together"),
  /** D22. */
  HELD_BYTES_LIMIT(Kind.GAUGE, "headgate_held_bytes_limit", "consume.memory"),
  /** D22. */
  REQUEST_BYTES(Kind.GAUGE, "headgate_request_bytes", "Requests held at the moment"),
  /** D22. */
  REQUEST_BYTES_LIMIT(Kind.GAUGE, "headgate_request_bytes_limit", "listen.maxRequestMemory"),
  /** Of the engine's own judgement. */
  CLUSTER_UP(Kind.GAUGE, "headgate_cluster_up", "1 while the cluster answers, else 0", "cluster"),
  /** D21. */
  DRAINING(Kind.GAUGE, "headgate_draining", "1 from the beginning of a drain, else 0"),
  /** Always 1. */
  NODE(
      Kind.GAUGE,
      "headgate_node_info",
      "1; which node this is, and its version",
      "node",
      "version");

  /** What becomes of the values. */
  public enum Kind {
    /** Only grows. */
    COUNTER,
    /** Goes up and down. */
    GAUGE,
    /** Counts values in buckets. */
    HISTOGRAM
  }

  private static final Map<String, MetricFamily> BY_NAME =
      Arrays.stream(values())
          .collect(Collectors.toUnmodifiableMap(MetricFamily::exposedName, Function.identity()));

  private final Kind kind;
  private final String exposedName;
  private final String help;
  private final List<String> labels;

  MetricFamily(Kind kind, String exposedName, String help, String... labels) {
    this.kind = kind;
    this.exposedName = exposedName;
    this.help = help;
    this.labels = List.of(labels);
  }

  /** The family of that name, or null. */
  public static @Nullable MetricFamily named(String name) {
    return BY_NAME.get(name);
  }

  /** What becomes of its values. */
  public Kind kind() {
    return kind;
  }

  /** The name that Prometheus sees. */
  public String exposedName() {
    return exposedName;
  }

  /** One line for people. */
  public String help() {
    return help;
  }

  /** The names of its labels, in order. */
  public List<String> labels() {
    return labels;
  }
}
