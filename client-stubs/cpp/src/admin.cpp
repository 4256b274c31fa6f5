#include "headgate/admin.h"

#include "caller.h"
#include "wire.h"

namespace headgate {

using internal::Connection;
using internal::Operation;
using idl::gateway::CallContext;

namespace {

constexpr Operation kListTopics{"listTopics", true};
constexpr Operation kDescribeTopic{"describeTopic", true};
constexpr Operation kCreateTopic{"createTopic", true};
constexpr Operation kDeleteTopic{"deleteTopic", false};
constexpr Operation kListGroups{"listGroups", true};

}  // namespace

Admin::Admin(std::shared_ptr<internal::Caller> caller) : caller_(std::move(caller)) {}

std::vector<TopicInfo> Admin::topics(const std::string& pattern, const CallOptions& options) {
  idl::admin::ListTopicsRequest request;
  if (!pattern.empty()) request.__set_pattern(pattern);
  std::vector<TopicInfo> topics;
  caller_->call(kListTopics, options, internal::kNotParked, [&](Connection& connection, const CallContext& context) {
    request.__set_context(context);
    idl::admin::ListTopicsResult result;
    connection.admin().listTopics(result, request);
    topics.clear();
    for (const auto& wire : result.topics) topics.push_back(internal::from_wire(wire));
  });
  return topics;
}

TopicInfo Admin::describe(const std::string& topic, const CallOptions& options) {
  idl::admin::TopicRequest request;
  request.topic = topic;
  TopicInfo info;
  caller_->call(kDescribeTopic, options, internal::kNotParked, [&](Connection& connection, const CallContext& context) {
    request.__set_context(context);
    idl::admin::TopicInfo wire;
    connection.admin().describeTopic(wire, request);
    info = internal::from_wire(wire);
  });
  return info;
}

TopicInfo Admin::create(const TopicSpec& spec, const CallOptions& options) {
  idl::admin::CreateTopicRequest request;
  request.spec.topic = spec.topic;
  if (spec.partitions) request.spec.__set_partitions(*spec.partitions);
  if (spec.ordered) request.spec.__set_ordered(*spec.ordered);
  if (!spec.attributes.empty()) request.spec.__set_attributes(spec.attributes);
  TopicInfo info;
  caller_->call(kCreateTopic, options, internal::kNotParked, [&](Connection& connection, const CallContext& context) {
    request.__set_context(context);
    idl::admin::TopicInfo wire;
    connection.admin().createTopic(wire, request);
    info = internal::from_wire(wire);
  });
  return info;
}

void Admin::remove(const std::string& topic, const CallOptions& options) {
  idl::admin::TopicRequest request;
  request.topic = topic;
  caller_->call(kDeleteTopic, options, internal::kNotParked, [&](Connection& connection, const CallContext& context) {
    request.__set_context(context);
    connection.admin().deleteTopic(request);
  });
}

std::vector<GroupInfo> Admin::groups(const std::string& topic, const CallOptions& options) {
  idl::admin::ListGroupsRequest request;
  if (!topic.empty()) request.__set_topic(topic);
  std::vector<GroupInfo> groups;
  caller_->call(kListGroups, options, internal::kNotParked, [&](Connection& connection, const CallContext& context) {
    request.__set_context(context);
    idl::admin::ListGroupsResult result;
    connection.admin().listGroups(result, request);
    groups.clear();
    for (const auto& wire : result.groups) groups.push_back(internal::from_wire(wire));
  });
  return groups;
}

}  // namespace headgate
