#pragma once

/// @file
/// Administration, as far as a service needs it; the rest is the command line's.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "headgate/options.h"

namespace headgate {

namespace internal {
class Caller;
}

/// How a topic is to be.
struct TopicSpec {
  std::string topic;
  /// Absent: the engine's default.
  std::optional<int> partitions;
  /// Consumed one message of a key at a time; absent: as routed.
  std::optional<bool> ordered;
  /// The engine's own attributes, such as `message.type`.
  std::map<std::string, std::string> attributes;
};

/// A topic and where it lives.
struct TopicInfo {
  std::string topic;
  /// The cluster or pair that its route names.
  std::string cluster;
  /// The engine's name, such as `rocketmq`.
  std::string engine;
  int partitions = 0;
  bool ordered = false;
  std::int64_t max_message_bytes = 0;
  /// How many the engine still holds; absent where it cannot tell.
  std::optional<std::int64_t> messages;
};

/// A group on a topic.
struct GroupInfo {
  std::string group;
  std::string topic;
  /// Messages that it has not settled, over all partitions.
  std::int64_t lag_messages = 0;
  /// Leases that are open on the answering node.
  int in_flight = 0;
  /// Receives parked on the answering node.
  int parked = 0;
};

/// Administration. Thread-safe, cheap to copy; every call throws HeadgateError.
class Admin {
 public:
  /// Made by Client::admin.
  explicit Admin(std::shared_ptr<internal::Caller> caller);

  /// Topics whose name fits a glob; empty: all.
  std::vector<TopicInfo> topics(const std::string& pattern = {}, const CallOptions& options = {});
  /// One topic; `unknown_topic` when there is none.
  TopicInfo describe(const std::string& topic, const CallOptions& options = {});
  /// Creates a topic, or makes it match: partitions may grow, never shrink.
  TopicInfo create(const TopicSpec& spec, const CallOptions& options = {});
  /// Deletes a topic with its messages.
  void remove(const std::string& topic, const CallOptions& options = {});
  /// Groups of a topic with their lag; empty: of all topics.
  std::vector<GroupInfo> groups(const std::string& topic = {}, const CallOptions& options = {});

 private:
  std::shared_ptr<internal::Caller> caller_;
};

}  // namespace headgate
