package dev.headgate.engine.rocketmq;

import java.util.List;
import java.util.Set;

/**
 * Which queues a member gets: consecutive ones, as even as can be. The same as RocketMQ's {@code
 * AllocateMessageQueueAveragely}; all members have to reckon alike.
 */
final class Allocation {
  private Allocation() {}

  /**
   * The member's queues.
   *
   * @param queues sorted
   * @param members sorted; has the member
   */
  static Set<Queue> of(List<Queue> queues, List<String> members, String member) {
    int index = members.indexOf(member);
    if (index < 0 || queues.isEmpty()) {
      return Set.of();
    }
    int each = queues.size() / members.size();
    int rest = queues.size() % members.size();
    int from = index * each + Math.min(index, rest);
    int to = Math.min(queues.size(), from + each + (index < rest ? 1 : 0));
    return Set.copyOf(queues.subList(from, to));
  }
}
