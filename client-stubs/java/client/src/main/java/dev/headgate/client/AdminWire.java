package dev.headgate.client;

import dev.headgate.idl.admin.BrowseDeadLettersResult;
import dev.headgate.idl.admin.DeadLetterSelection;
import dev.headgate.idl.admin.DeadLettersResult;
import dev.headgate.idl.admin.DrainResult;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Between the types of this client and the generated ones of {@code admin.thrift}. */
final class AdminWire {
  private AdminWire() {}

  static TopicInfo topic(dev.headgate.idl.admin.TopicInfo wire) {
    return new TopicInfo(
        wire.getTopic(),
        wire.getCluster(),
        wire.getEngine(),
        wire.getPartitions(),
        wire.isOrdered(),
        wire.getMaxMessageBytes(),
        wire.isSetMessages() ? wire.getMessages() : null);
  }

  static dev.headgate.idl.admin.TopicSpec spec(TopicSpec spec) {
    dev.headgate.idl.admin.TopicSpec wire =
        new dev.headgate.idl.admin.TopicSpec().setTopic(spec.topic());
    if (spec.partitions() != null) {
      wire.setPartitions(spec.partitions());
    }
    if (spec.ordered() != null) {
      wire.setOrdered(spec.ordered());
    }
    if (!spec.attributes().isEmpty()) {
      wire.setAttributes(spec.attributes());
    }
    return wire;
  }

  static GroupInfo group(dev.headgate.idl.admin.GroupInfo wire) {
    return new GroupInfo(
        wire.getGroup(),
        wire.getTopic(),
        wire.getLagMessages(),
        wire.isSetLagMillis() ? Duration.ofMillis(wire.getLagMillis()) : null,
        wire.getPartitions().stream().map(AdminWire::partition).toList(),
        wire.getInFlight(),
        wire.getParked(),
        wire.isSetClients() ? wire.getClients() : List.of());
  }

  private static PartitionLag partition(dev.headgate.idl.admin.PartitionLag wire) {
    return new PartitionLag(
        wire.getPartition(),
        wire.isSetStart() ? wire.getStart() : null,
        wire.getCommitted(),
        wire.getEnd(),
        wire.getOwner());
  }

  static DeadLetterPage page(BrowseDeadLettersResult wire, Codec codec) {
    return new DeadLetterPage(
        wire.getLetters().stream().map(letter -> letter(letter, codec)).toList(),
        wire.getNextPage());
  }

  private static DeadLetter letter(dev.headgate.idl.admin.DeadLetter wire, Codec codec) {
    return new DeadLetter(
        wire.getId(),
        wire.getMessageId(),
        wire.getTopic(),
        wire.getAttempts(),
        wire.getReason(),
        Instant.ofEpochMilli(wire.getDeadAtMillis()),
        Wire.message(wire.getMessage(), codec),
        wire.getOrigin());
  }

  static DeadLetterSelection selection(
      String group, @Nullable String topic, @Nullable List<String> ids) {
    DeadLetterSelection wire = new DeadLetterSelection().setGroup(group);
    if (topic != null) {
      wire.setTopic(topic);
    }
    if (ids != null) {
      wire.setIds(ids);
    }
    return wire;
  }

  static DeadLetterCount count(DeadLettersResult wire) {
    return new DeadLetterCount(wire.getCount(), wire.getFailed(), wire.getReason(), wire.isMore());
  }

  static DrainReport drained(DrainResult wire) {
    return new DrainReport(wire.getOpenLeases(), Duration.ofMillis(wire.getTookMillis()));
  }
}
