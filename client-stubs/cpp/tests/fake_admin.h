#pragma once

#include <map>
#include <string>

#include "Admin.h"

namespace headgate::testing {

/// The topics of a fake gateway.
class FakeAdmin : public idl::admin::AdminNull {
 public:
  void createTopic(idl::admin::TopicInfo& info, const idl::admin::CreateTopicRequest& request) override {
    info.topic = request.spec.topic;
    info.cluster = "main";
    info.engine = "fake";
    info.partitions = request.spec.__isset.partitions ? request.spec.partitions : 8;
    info.ordered = request.spec.__isset.ordered && request.spec.ordered;
    info.maxMessageBytes = 4 << 20;
    topics_[info.topic] = info;
  }

  void listTopics(idl::admin::ListTopicsResult& result, const idl::admin::ListTopicsRequest&) override {
    for (const auto& one : topics_) result.topics.push_back(one.second);
  }

  void listGroups(idl::admin::ListGroupsResult& result, const idl::admin::ListGroupsRequest&) override {
    idl::admin::GroupInfo group;
    group.group = "g";
    group.topic = "t";
    group.lagMessages = 7;
    result.groups.push_back(group);
  }

 private:
  std::map<std::string, idl::admin::TopicInfo> topics_;
};

}  // namespace headgate::testing
