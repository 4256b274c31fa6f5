/*
 * The administrative contract of Headgate: what an operator, or a tool of his, asks of a gateway node.
 *
 * Same port, transport and conventions as gateway.thrift; service name `Admin` (always multiplexed).
 */

include "gateway.thrift"

namespace java dev.headgate.idl.admin
namespace py headgate.idl.admin
namespace go headgate.idl.admin
namespace cpp headgate.idl.admin
namespace js headgate.idl.admin

/** How a topic is to be, or is. */
struct TopicSpec {
  /** As in gateway.SendRequest. */
  1: required string topic
  /** Default: the engine's (RocketMQ: 8 queues). Limit: 1 to 1,024. */
  2: optional i32 partitions
  /** Consumed one message of a key at a time (D19). Default: as routed. */
  3: optional bool ordered
  /** Engine's own attributes, such as `message.type`. Default: none. */
  4: optional map<string, string> attributes
}

/** A topic and where it lives. */
struct TopicInfo {
  1: required string topic
  /** The cluster or pair that the route names. */
  2: required string cluster
  /** The engine's name, such as `rocketmq`. */
  3: required string engine
  4: required i32 partitions
  5: required bool ordered
  /** Body limit, bytes. */
  6: required i64 maxMessageBytes
  /** Messages that the engine still holds, summed over partitions, where it can tell. */
  7: optional i64 messages
}

/** One partition of a group's topic. */
struct PartitionLag {
  /** Opaque name, such as `broker-a:3`. */
  1: required string partition
  /** The group's committed position; -1 when it has none. */
  2: required i64 committed
  /** One past the newest message. */
  3: required i64 end
  /** The node that owns it now, where known. */
  4: optional string owner
  /** The oldest message that the engine still has. */
  5: optional i64 start
}

/** A group on a topic. */
struct GroupInfo {
  1: required string group
  2: required string topic
  /** Messages that the group has not settled, over all partitions. */
  3: required i64 lagMessages
  /** Age of the oldest unsettled message, milliseconds, where the engine can tell. */
  4: optional i64 lagMillis
  5: required list<PartitionLag> partitions
  /** Leases that are open on the answering node. */
  6: required i32 inFlight
  /** Receives parked on the answering node. */
  7: required i32 parked
  /** Clients seen on the answering node within the last minute. */
  8: optional list<string> clients
}

struct ListTopicsRequest {
  1: optional gateway.CallContext context
  /** Whether to show the engine's and the gateway's own topics (retry, dead letters). Default: false. */
  2: optional bool internal
  /** Glob, `*` and `?`. Default: all. */
  3: optional string pattern
}

struct ListTopicsResult {
  1: required list<TopicInfo> topics
}

struct TopicRequest {
  1: optional gateway.CallContext context
  2: required string topic
}

struct CreateTopicRequest {
  1: optional gateway.CallContext context
  2: required TopicSpec spec
}

struct ListGroupsRequest {
  1: optional gateway.CallContext context
  /** Default: all topics. */
  2: optional string topic
  /** Default: all groups. */
  3: optional string group
}

struct ListGroupsResult {
  1: required list<GroupInfo> groups
}

struct SeekGroupRequest {
  1: optional gateway.CallContext context
  2: required string topic
  3: required string group
  4: required gateway.SeekTarget target
  /** Tell what would move, move nothing. Default: false. */
  5: optional bool dryRun
}

/** A message that a group gave up (D13). */
struct DeadLetter {
  /** Opaque; names it to `replay` and `purge`. */
  1: required string id
  2: required string messageId
  3: required string topic
  4: required i32 attempts
  /** The last reason that a consumer gave, or `lease expired`. */
  5: optional string reason
  6: required i64 deadAtMillis
  7: required gateway.Message message
  /** Where it lay before. */
  8: optional string origin
}

struct BrowseDeadLettersRequest {
  1: optional gateway.CallContext context
  2: required string group
  3: optional string topic
  /** Default: 32. Limit: 1 to 1,000. A page holds fewer where their bodies are large. */
  4: optional i32 maxLetters
  /** As `nextPage` of the page before. Default: from the oldest. */
  5: optional string page
}

struct BrowseDeadLettersResult {
  1: required list<DeadLetter> letters
  /** Absent at the end. */
  2: optional string nextPage
}

/** Which dead letters; by id, or all of a topic, or all of the group. */
struct DeadLetterSelection {
  1: optional gateway.CallContext context
  2: required string group
  3: optional string topic
  /** Default: all that the other fields select. Limit: 1 to 1,000. */
  4: optional list<string> ids
}

struct DeadLettersResult {
  /** How many were replayed or purged. */
  1: required i64 count
  /** How many selected ones failed, with the first reason. Default: 0. */
  2: optional i64 failed
  3: optional string reason
  /** Selected ones are left because the call's time was up: call again. Default: false. */
  4: optional bool more
}

struct DrainRequest {
  1: optional gateway.CallContext context
  /** How long to wait for open leases. Default: the node's grace time (30,000). */
  2: optional i64 graceMillis
}

struct DrainResult {
  /** Leases that were still open when the grace time had passed; they will be delivered again. */
  1: required i32 openLeases
  2: required i64 tookMillis
}

struct ConfigRequest {
  1: optional gateway.CallContext context
}

struct ConfigResult {
  /** The configuration in force, as YAML, with defaults filled in and secrets left out. */
  1: required string yaml
}

/** Administration. */
service Admin {
  ListTopicsResult listTopics(1: ListTopicsRequest request) throws (1: gateway.GatewayError error)
  TopicInfo describeTopic(1: TopicRequest request) throws (1: gateway.GatewayError error)
  /** Creates it, or makes it match: partitions may grow, never shrink. */
  TopicInfo createTopic(1: CreateTopicRequest request) throws (1: gateway.GatewayError error)
  /** Deletes the topic with its messages. */
  void deleteTopic(1: TopicRequest request) throws (1: gateway.GatewayError error)
  /** Groups with their lag. */
  ListGroupsResult listGroups(1: ListGroupsRequest request) throws (1: gateway.GatewayError error)
  /** As Consume.seek, with a dry run; answers where the group then stands. */
  GroupInfo seekGroup(1: SeekGroupRequest request) throws (1: gateway.GatewayError error)
  /** Oldest first; leaves them where they are. */
  BrowseDeadLettersResult browseDeadLetters(1: BrowseDeadLettersRequest request) throws (1: gateway.GatewayError error)
  /** Sends them to the group again with attempt 1, then removes them. */
  DeadLettersResult replayDeadLetters(1: DeadLetterSelection request) throws (1: gateway.GatewayError error)
  /** Removes them for good. */
  DeadLettersResult purgeDeadLetters(1: DeadLetterSelection request) throws (1: gateway.GatewayError error)
  /** Hands out no more leases, waits for the open ones, commits, leaves its groups (D21). */
  DrainResult drain(1: DrainRequest request) throws (1: gateway.GatewayError error)
  /** The configuration in force. */
  ConfigResult config(1: ConfigRequest request) throws (1: gateway.GatewayError error)
}
