package dev.headgate.client;

import dev.headgate.idl.admin.Admin;
import dev.headgate.idl.admin.CreateTopicRequest;
import dev.headgate.idl.admin.DrainRequest;
import dev.headgate.idl.admin.DrainResult;
import dev.headgate.idl.admin.ListGroupsResult;
import dev.headgate.idl.admin.ListTopicsResult;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The topics of a fake gateway; what it does not know is UNSUPPORTED. */
final class FakeAdmin {
  private final Map<String, dev.headgate.idl.admin.TopicInfo> topics = new TreeMap<>();

  /** The service, by method name: most of it is not needed here. */
  Admin.Iface service() {
    return (Admin.Iface)
        Proxy.newProxyInstance(
            Admin.Iface.class.getClassLoader(),
            new Class<?>[] {Admin.Iface.class},
            (proxy, method, arguments) -> answer(method.getName(), arguments[0]));
  }

  private synchronized Object answer(String method, Object request) throws Exception {
    switch (method) {
      case "createTopic" -> {
        dev.headgate.idl.admin.TopicSpec spec = ((CreateTopicRequest) request).getSpec();
        dev.headgate.idl.admin.TopicInfo info =
            new dev.headgate.idl.admin.TopicInfo(
                spec.getTopic(), "main", "fake", spec.getPartitions(), spec.isOrdered(), 4 << 20);
        topics.put(spec.getTopic(), info);
        return info;
      }
      case "listTopics" -> {
        return new ListTopicsResult(List.copyOf(topics.values()));
      }
      case "listGroups" -> {
        return new ListGroupsResult(
            List.of(
                new dev.headgate.idl.admin.GroupInfo(
                    "g",
                    "t",
                    7,
                    List.of(new dev.headgate.idl.admin.PartitionLag("p:0", 3, 10)),
                    2,
                    1)));
      }
      case "drain" -> {
        return new DrainResult(0, ((DrainRequest) request).getGraceMillis());
      }
      default -> throw FakeGateway.error(ErrorCode.UNSUPPORTED, false, Outcome.NOT_APPLIED);
    }
  }
}
