package dev.headgate.server.admin;

import dev.headgate.engine.GroupName;
import dev.headgate.engine.TopicAdmin;
import dev.headgate.engine.TopicAdmin.PartitionLag;
import dev.headgate.engine.TopicName;
import dev.headgate.server.admin.AdminService.GroupView;
import dev.headgate.server.consume.SubscriptionRegistry;
import dev.headgate.server.consume.SubscriptionView;
import dev.headgate.server.error.Stages;
import dev.headgate.server.routing.Glob;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * How far groups are: what the engine knows of their positions, with what this node has open. What
 * waits in a group's retry topic counts as not settled.
 */
final class GroupLag {
  private final SubscriptionRegistry subscriptions;

  GroupLag(SubscriptionRegistry subscriptions) {
    this.subscriptions = subscriptions;
  }

  /** The groups of a topic that match. */
  CompletionStage<List<GroupView>> of(TopicAdmin admin, TopicName topic, Glob groups) {
    List<SubscriptionView> open =
        subscriptions.views().stream().filter(view -> view.topic().equals(topic)).toList();
    return admin
        .groups(topic)
        .thenCompose(
            known -> {
              Set<GroupName> names = new LinkedHashSet<>(known);
              open.forEach(view -> names.add(view.group()));
              return Stages.all(
                  names.stream()
                      .filter(name -> groups.matches(name.value()))
                      .map(name -> one(admin, topic, name, open))
                      .toList());
            });
  }

  /** That group of the topic, whether it has read anything yet or not. */
  CompletionStage<GroupView> of(TopicAdmin admin, TopicName topic, GroupName group) {
    return one(
        admin,
        topic,
        group,
        subscriptions.views().stream().filter(view -> view.topic().equals(topic)).toList());
  }

  private static CompletionStage<GroupView> one(
      TopicAdmin admin, TopicName topic, GroupName group, List<SubscriptionView> open) {
    Optional<SubscriptionView> here =
        open.stream().filter(view -> view.group().equals(group)).findFirst();
    return admin
        .lag(topic, group)
        .thenCombine(
            retryLag(admin, topic, group),
            (lag, retries) -> {
              List<PartitionLag> partitions = new ArrayList<>(lag);
              partitions.addAll(retries);
              return new GroupView(
                  group,
                  topic,
                  partitions,
                  here.map(SubscriptionView::inFlight).orElse(0),
                  here.map(SubscriptionView::parked).orElse(0),
                  here.map(SubscriptionView::clients).orElse(List.of()));
            });
  }

  private static CompletionStage<List<PartitionLag>> retryLag(
      TopicAdmin admin, TopicName topic, GroupName group) {
    TopicName retries = admin.retryTopic(topic, group);
    return admin
        .describe(retries)
        .thenCompose(
            found ->
                found.isPresent()
                    ? admin.lag(retries, group)
                    : CompletableFuture.completedStage(List.<PartitionLag>of()));
  }
}
