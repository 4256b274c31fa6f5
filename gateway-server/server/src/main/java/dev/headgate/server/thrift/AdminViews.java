package dev.headgate.server.thrift;

import dev.headgate.engine.TopicAdmin;
import dev.headgate.idl.admin.GroupInfo;
import dev.headgate.idl.admin.PartitionLag;
import dev.headgate.idl.admin.TopicInfo;
import dev.headgate.server.admin.AdminService;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What the core tells operators, as the contract writes it. */
final class AdminViews {
  private AdminViews() {}

  static TopicInfo toInfo(AdminService.TopicView view) {
    return new TopicInfo(
        view.topic().value(),
        view.cluster(),
        view.engine(),
        view.partitions(),
        view.ordered(),
        view.maxMessageBytes());
  }

  static GroupInfo toInfo(AdminService.GroupView view, Instant now) {
    List<PartitionLag> partitions = new ArrayList<>(view.partitions().size());
    long messages = 0;
    Instant oldest = null;
    for (TopicAdmin.PartitionLag lag : view.partitions()) {
      PartitionLag partition = new PartitionLag(lag.partition().id(), lag.committed(), lag.end());
      partition.setStart(lag.start());
      partitions.add(partition);
      messages += lag.messages();
      Instant candidate = lag.oldestUnsettledAt();
      if (candidate != null && (oldest == null || candidate.isBefore(oldest))) {
        oldest = candidate;
      }
    }
    GroupInfo info =
        new GroupInfo(
            view.group().value(),
            view.topic().value(),
            messages,
            partitions,
            view.inFlight(),
            view.parked());
    if (oldest != null) {
      info.setLagMillis(Math.max(0, Duration.between(oldest, now).toMillis()));
    }
    info.setClients(view.clients());
    return info;
  }
}
