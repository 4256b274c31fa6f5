package dev.headgate.server.thrift;

import dev.headgate.idl.admin.Admin;
import dev.headgate.idl.admin.BrowseDeadLettersRequest;
import dev.headgate.idl.admin.BrowseDeadLettersResult;
import dev.headgate.idl.admin.ConfigRequest;
import dev.headgate.idl.admin.ConfigResult;
import dev.headgate.idl.admin.CreateTopicRequest;
import dev.headgate.idl.admin.DeadLetterSelection;
import dev.headgate.idl.admin.DeadLettersResult;
import dev.headgate.idl.admin.DrainRequest;
import dev.headgate.idl.admin.DrainResult;
import dev.headgate.idl.admin.GroupInfo;
import dev.headgate.idl.admin.ListGroupsRequest;
import dev.headgate.idl.admin.ListGroupsResult;
import dev.headgate.idl.admin.ListTopicsRequest;
import dev.headgate.idl.admin.ListTopicsResult;
import dev.headgate.idl.admin.SeekGroupRequest;
import dev.headgate.idl.admin.TopicInfo;
import dev.headgate.idl.admin.TopicRequest;
import dev.headgate.idl.admin.TopicSpec;
import dev.headgate.server.admin.AdminService;
import dev.headgate.server.consume.SeekTarget;
import dev.headgate.server.deadletter.DeadLetterService;
import dev.headgate.server.deadletter.DeadLetterService.Selection;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.apache.thrift.async.AsyncMethodCallback;

/** Serves one call of the Admin service. */
final class AdminHandler implements Admin.AsyncIface {
  private static final int MAX_PARTITIONS = 1_024;
  private static final int DEFAULT_LETTERS = 32;
  private static final int MAX_LETTERS = 1_000;

  private final Call call;
  private final AdminService admin;
  private final DeadLetterService letters;
  private final Clock clock;

  AdminHandler(Call call, AdminService admin, DeadLetterService letters, Clock clock) {
    this.call = call;
    this.admin = admin;
    this.letters = letters;
    this.clock = clock;
  }

  @Override
  public void listTopics(ListTopicsRequest request, AsyncMethodCallback<ListTopicsResult> answer) {
    var unused = call.open(request.getContext());
    call.answerWhen(
        admin.listTopics(request.getPattern(), request.isInternal()),
        answer,
        topics -> new ListTopicsResult(topics.stream().map(AdminViews::toInfo).toList()));
  }

  @Override
  public void describeTopic(TopicRequest request, AsyncMethodCallback<TopicInfo> answer) {
    var unused = call.open(request.getContext());
    call.answerWhen(admin.describeTopic(request.getTopic()), answer, AdminViews::toInfo);
  }

  @Override
  public void createTopic(CreateTopicRequest request, AsyncMethodCallback<TopicInfo> answer) {
    var unused = call.open(request.getContext());
    TopicSpec spec = request.getSpec();
    if (spec.isSetPartitions()) {
      Arguments.within("spec.partitions", spec.getPartitions(), 1, MAX_PARTITIONS);
    }
    Map<String, String> attributes = spec.getAttributes();
    call.mayApply();
    call.answerWhen(
        admin.createTopic(
            spec.getTopic(),
            spec.getPartitions(),
            spec.isSetOrdered() ? Boolean.valueOf(spec.isOrdered()) : null,
            attributes == null ? Map.of() : attributes),
        answer,
        AdminViews::toInfo);
  }

  @Override
  public void deleteTopic(TopicRequest request, AsyncMethodCallback<Void> answer) {
    var unused = call.open(request.getContext());
    call.mayApply();
    call.answerWhenDone(admin.deleteTopic(request.getTopic()));
  }

  @Override
  public void listGroups(ListGroupsRequest request, AsyncMethodCallback<ListGroupsResult> answer) {
    var unused = call.open(request.getContext());
    call.answerWhen(
        admin.listGroups(request.getTopic(), request.getGroup()),
        answer,
        groups ->
            new ListGroupsResult(
                groups.stream().map(group -> AdminViews.toInfo(group, clock.instant())).toList()));
  }

  @Override
  public void drain(DrainRequest request, AsyncMethodCallback<DrainResult> answer) {
    var unused = call.open(request.getContext());
    Duration grace = null;
    if (request.isSetGraceMillis()) {
      Arguments.within("graceMillis", request.getGraceMillis(), 0, Integer.MAX_VALUE);
      grace = Duration.ofMillis(request.getGraceMillis());
    }
    call.mayApply();
    call.answerWhen(
        admin.drain(grace),
        answer,
        drained -> new DrainResult(drained.openLeases(), drained.took().toMillis()));
  }

  @Override
  public void seekGroup(SeekGroupRequest request, AsyncMethodCallback<GroupInfo> answer) {
    var unused = call.open(request.getContext());
    boolean dryRun = request.isDryRun();
    SeekTarget target = Arguments.seekTarget(request.getTarget());
    if (!dryRun) {
      call.mayApply();
    }
    call.answerWhen(
        admin.seekGroup(
            request.getTopic(), request.getGroup(), target, dryRun, call.deadlineNanos()),
        answer,
        group -> AdminViews.toInfo(group, clock.instant()));
  }

  @Override
  public void browseDeadLetters(
      BrowseDeadLettersRequest request, AsyncMethodCallback<BrowseDeadLettersResult> answer) {
    var unused = call.open(request.getContext());
    int max = DEFAULT_LETTERS;
    if (request.isSetMaxLetters()) {
      Arguments.within("maxLetters", request.getMaxLetters(), 1, MAX_LETTERS);
      max = request.getMaxLetters();
    }
    call.answerWhen(
        letters.browse(
            request.getGroup(), request.getTopic(), max, request.getPage(), call.deadlineNanos()),
        answer,
        DeadLetterViews::toResult);
  }

  @Override
  public void replayDeadLetters(
      DeadLetterSelection request, AsyncMethodCallback<DeadLettersResult> answer) {
    var unused = call.open(request.getContext());
    Selection selection = DeadLetterViews.toSelection(request);
    call.mayApply();
    call.answerWhen(
        letters.replay(selection, call.deadlineNanos()), answer, DeadLetterViews::toResult);
  }

  @Override
  public void purgeDeadLetters(
      DeadLetterSelection request, AsyncMethodCallback<DeadLettersResult> answer) {
    var unused = call.open(request.getContext());
    Selection selection = DeadLetterViews.toSelection(request);
    call.mayApply();
    call.answerWhen(
        letters.purge(selection, call.deadlineNanos()), answer, DeadLetterViews::toResult);
  }

  @Override
  public void config(ConfigRequest request, AsyncMethodCallback<ConfigResult> answer) {
    var unused = call.open(request.getContext());
    call.answerWhen(admin.config(), answer, ConfigResult::new);
  }
}
