/*
 * The public contract of Headgate: how a service sends and receives messages through the gateway.
 *
 * Transport: TFramedTransport over TCP (or TLS). Protocol: TBinaryProtocol (strict) or TCompactProtocol; the gateway
 * tells them apart by the first byte of a frame. Several calls may be in flight on one connection: replies to
 * different sequence ids may overtake each other, replies to one sequence id keep their order.
 *
 * Services: `Produce`, `Consume` and `Admin` share one port by TMultiplexedProtocol under exactly these names. A call
 * without a service name is looked up in Produce, then Consume, so a plain stub of either works without multiplexing.
 *
 * Growth: fields are only ever added, always optional, and never renumbered. A reader ignores fields that it does not
 * know. Codes and enum values are only ever added; fields of an enum type are therefore never `required`, and a reader
 * treats a value that it does not know as the most careful one. An unset optional field means its documented default.
 *
 * Units: times are Unix milliseconds (UTC); durations are milliseconds; sizes are bytes.
 */

namespace java dev.headgate.idl.gateway
namespace py headgate.idl.gateway
namespace go headgate.idl.gateway
namespace cpp headgate.idl.gateway
namespace js headgate.idl.gateway

/** The version of this contract, `major.minor`. A minor step adds; a major step has never happened. */
const string CONTRACT_VERSION = "1.0"

// ---------------------------------------------------------------------------------------------------------------
// Failures
// ---------------------------------------------------------------------------------------------------------------

/** What became of the work that a failed call asked for (delivery contract, rule D2). */
enum Outcome {
  /** Nothing was stored or changed. Sending again cannot make a duplicate. */
  NOT_APPLIED = 1,
  /** The gateway cannot know. Sending again may make a duplicate; not sending again may lose the message. */
  UNKNOWN = 2,
}

/** Who has to act on a failure. */
enum Category {
  /** The call is wrong; the same call fails again. Change the call. */
  CALLER = 1,
  /** The caller is over a limit. Slow down, then retry after `retryAfterMillis`. */
  LIMIT = 2,
  /** The gateway or a broker cannot serve right now. Retry, perhaps on another node. */
  AVAILABILITY = 3,
  /** A defect or broken configuration. Tell the platform team. */
  INTERNAL = 4,
}

/**
 * The stable error codes. `Failure.code` carries the number, so that a client that is older than a code still sees it.
 * The same code means the same for every engine (D41).
 */
enum ErrorCode {
  /** A field is missing, malformed or outside its limits. The text names the field and the limit. */
  INVALID_ARGUMENT = 100,
  /** No route, or no topic on the engine, has this name. */
  UNKNOWN_TOPIC = 101,
  /** The group may not be created on demand and does not exist. */
  UNKNOWN_GROUP = 102,
  /** Body, key and headers together are larger than the topic allows. The text names both sizes (D5). */
  MESSAGE_TOO_LARGE = 103,
  /** The caller's identity may not do this on this topic or group. */
  PERMISSION_DENIED = 104,
  /** No identity, or one that could not be proven. */
  UNAUTHENTICATED = 105,
  /** The engine behind the topic cannot do this. The text names engine and capability (D40). */
  UNSUPPORTED = 106,
  /** The call contradicts the state of its object: an unordered receive of an ordered subscription, for example. */
  FAILED_PRECONDITION = 107,
  /** The object to be created exists already. */
  ALREADY_EXISTS = 108,
  /** The object named by the call (a delayed message, a transaction, a dead letter) does not exist or is settled. */
  NOT_FOUND = 109,
  /** Over a quota of tenant or topic. Retry after `retryAfterMillis`. */
  QUOTA_EXCEEDED = 200,
  /** The gateway's own bound (memory, concurrency, parked receives) is spent. Retry after `retryAfterMillis`. */
  OVERLOADED = 201,
  /** The engine cannot be reached or has no writable partition. */
  ENGINE_UNAVAILABLE = 300,
  /** This node is draining or stopping. Use another node; nothing was applied. */
  DRAINING = 301,
  /** The call's deadline has passed (D3). The outcome says whether the work may have been done. */
  DEADLINE_EXCEEDED = 302,
  /** The engine stored the message, perhaps, at less than the asked durability, or its answer was lost (D2). */
  STORE_UNCERTAIN = 303,
  /** An epoch, lease or ownership has moved on; what was asked belongs to the past. */
  FENCED = 304,
  /** A defect of the gateway or its engine adapter. The text has a reference for the log, nothing else. */
  INTERNAL = 400,
}

/** Why a call, or one entry of a batch, failed. */
struct Failure {
  /** A number of ErrorCode; a code of a newer contract may be unknown here. Required. */
  1: required i32 code
  /** Who has to act. Always set. */
  2: Category category
  /** What happened, to which topic, and what the caller can do. For people; do not parse. Required. */
  3: required string message
  /** Whether the same call may succeed later. To be read together with `outcome`. Required. */
  4: required bool retryable
  /** What became of the work. Always set; a reader that finds none assumes UNKNOWN. */
  5: Outcome outcome
  /** Milliseconds to wait before a retry. Default: 0, the client's own back-off decides. */
  6: optional i64 retryAfterMillis
  /** Machine-readable facts, such as `topic`, `sizeBytes`, `limitBytes`, `engine`, `capability`. Default: none. */
  7: optional map<string, string> details
}

/** The one exception of every call. */
exception GatewayError {
  1: required Failure failure
}

// ---------------------------------------------------------------------------------------------------------------
// What every call carries
// ---------------------------------------------------------------------------------------------------------------

/** The context of a call. Every request has one; an absent one means all defaults. */
struct CallContext {
  /**
   * How long the caller waits for the answer, in milliseconds, counted from when the gateway has read the request.
   * Past it the gateway starts no new work for the call and answers DEADLINE_EXCEEDED (D3). A long poll answers
   * before it. Default: 10,000. Limit: 1 to 600,000.
   */
  1: optional i64 timeoutMillis
  /** W3C trace context of the caller. Carried into the message's headers by the client, into spans by the gateway. */
  2: optional string traceparent
  /** W3C `tracestate`. Default: none. Limit: 512 bytes. */
  3: optional string tracestate
  /** A stable name of this client process, shown to operators. Default: the peer's address. Limit: 255 bytes. */
  4: optional string clientId
  /** Credential, where the connection itself has none (mTLS). Default: none. */
  5: optional string token
  /** Client library and version, such as `headgate-python/1.0`. Default: none. Limit: 128 bytes. */
  6: optional string userAgent
}

/** Arguments of `version`. */
struct VersionRequest {
  1: optional CallContext context
}

/** Who answers. */
struct VersionInfo {
  /** CONTRACT_VERSION of the gateway. */
  1: required string contract
  /** The gateway's own version. */
  2: required string gateway
  /** The node's configured name. */
  3: required string node
}

/** What both services offer. */
service Meta {
  /** Answers without touching an engine: a cheap probe of a connection. */
  VersionInfo version(1: VersionRequest request) throws (1: GatewayError error)
}

// ---------------------------------------------------------------------------------------------------------------
// Messages
// ---------------------------------------------------------------------------------------------------------------

/** One header. Names may repeat and keep their order. */
struct Header {
  /** UTF-8, 1 to 255 bytes. Names that begin with `headgate-` belong to the gateway: refused in a send. */
  1: required string name
  /** Any bytes. Absent is different from empty. Limit: all headers of a message together 16 KiB. */
  2: optional binary value
}

/** What a service sends and receives. Bytes arrive as they were sent (D5). */
struct Message {
  /** The payload, opaque to the gateway. May be empty. Limit: the topic's maximum (default 4 MiB). */
  1: required binary body
  /**
   * Messages of one key keep their order (D6); on an ordered topic they are also consumed one at a time (D19).
   * Default: none, then the message has no order. Required on ordered topics. Limit: 255 bytes.
   */
  2: optional binary key
  /** A single word to filter by. Default: none. UTF-8, at most 127 bytes, without `|` and blanks. */
  3: optional string tag
  /** Default: none. */
  4: optional list<Header> headers
  /**
   * How the client encoded the body: `zstd`, `gzip`, … . The gateway never opens a body. Default: none, a plain body.
   * UTF-8, at most 32 bytes.
   */
  5: optional string encoding
  /**
   * When the message becomes visible (D30), Unix milliseconds. Default, and for times that have passed: at once.
   * Limit: the topic's maximum delay (default 40 days). Not together with `delayMillis`.
   */
  6: optional i64 deliverAtMillis
  /** As `deliverAtMillis`, counted from when the gateway reads the request; needs no agreed clocks. */
  7: optional i64 delayMillis
}

// ---------------------------------------------------------------------------------------------------------------
// Produce
// ---------------------------------------------------------------------------------------------------------------

/** Arguments of `send`. */
struct SendRequest {
  1: optional CallContext context
  /** 1 to 127 bytes of letters, digits, `-`, `_` and `%`. */
  2: required string topic
  3: required Message message
}

/** Proof that a message is stored at the durability of its topic (D1). */
struct SendResult {
  /** Assigned by the gateway, unique, kept by every engine and through every copy. ASCII, at most 64 bytes. */
  1: required string messageId
  /** Where the engine stored it. Opaque; for people and for `seek`. Absent for a delayed message. */
  2: optional string position
  /** Handle for `cancel`. Present only for a delayed message on an engine that can cancel. Opaque. */
  3: optional string delayHandle
}

/** Arguments of `sendBatch`. */
struct SendBatchRequest {
  1: optional CallContext context
  2: required string topic
  /** In order. Limit: 1 to 1,000 entries; together at most the node's frame limit. */
  3: required list<Message> messages
}

/** The answer to one entry of a batch: exactly one field is set. */
union SendOutcome {
  1: SendResult result
  2: Failure failure
}

/** The answers to a batch. */
struct SendBatchResult {
  /** As many as messages were asked, in their order (D4). */
  1: required list<SendOutcome> outcomes
}

/** Arguments of `cancel`. */
struct CancelRequest {
  1: optional CallContext context
  2: required string topic
  /** As returned by `send`. */
  3: required string delayHandle
}

/** Arguments of `prepare`. */
struct PrepareRequest {
  1: optional CallContext context
  2: required string topic
  /** Any live member of this group may answer a check (D31). */
  3: required string producerGroup
  4: required Message message
}

/** A prepared (half) message. */
struct PrepareResult {
  1: required string messageId
  /** Opaque; survives the node and the client. At most 4 KiB. */
  2: required string transactionId
}

/** Arguments of `commit` and `rollback`. */
struct EndTransactionRequest {
  1: optional CallContext context
  2: required string transactionId
}

/** Arguments of `pendingChecks`. */
struct PendingChecksRequest {
  1: optional CallContext context
  2: required string producerGroup
  /** Default: 16. Limit: 1 to 1,000. */
  3: optional i32 maxChecks
  /** How long to park when nothing is pending. Default: 0, answer at once. Limit: 60,000. */
  4: optional i64 waitMillis
}

/** A prepared message whose producer has been silent: answer with `commit` or `rollback`. */
struct PendingCheck {
  1: required string transactionId
  2: required string topic
  3: required string messageId
  4: required Message message
  /** From 1. After the last one the message is rolled back. */
  5: required i32 attempt
}

/** The answer of `pendingChecks`. */
struct PendingChecksResult {
  1: required list<PendingCheck> checks
}

/** Sending. */
service Produce extends Meta {
  /** Stores one message. Answered when the engine has confirmed it. */
  SendResult send(1: SendRequest request) throws (1: GatewayError error)
  /** Stores several messages; each is answered for itself. Throws only for faults of the whole request. */
  SendBatchResult sendBatch(1: SendBatchRequest request) throws (1: GatewayError error)
  /** Withdraws a delayed message that is not yet due; NOT_FOUND when it is due, cancelled or unknown. */
  void cancel(1: CancelRequest request) throws (1: GatewayError error)
  /** Stores a message invisibly, until `commit`. */
  PrepareResult prepare(1: PrepareRequest request) throws (1: GatewayError error)
  /** Makes a prepared message visible. Repeating it is harmless. */
  void commit(1: EndTransactionRequest request) throws (1: GatewayError error)
  /** Discards a prepared message. Repeating it is harmless. */
  void rollback(1: EndTransactionRequest request) throws (1: GatewayError error)
  /** Asks for prepared messages of the group that wait for an answer. A long poll. */
  PendingChecksResult pendingChecks(1: PendingChecksRequest request) throws (1: GatewayError error)
}

// ---------------------------------------------------------------------------------------------------------------
// Consume
// ---------------------------------------------------------------------------------------------------------------

/** Which messages a group wants (D25): exactly one field is set. All members of a group must ask for the same. */
union Filter {
  /** Messages with one of these tags. */
  1: list<string> tags
  /** An SQL-92 expression over headers and `tag`, as in RocketMQ: `region = 'eu' AND size > 3`. At most 4 KiB. */
  2: string expression
}

/** Arguments of `receive`. */
struct ReceiveRequest {
  1: optional CallContext context
  2: required string topic
  /** The consumer group: 1 to 120 bytes of letters, digits, `-`, `_` and `%`. Each group sees every message. */
  3: required string group
  /** Default: 32. Limit: 1 to 1,000. */
  4: optional i32 maxMessages
  /** Bodies, keys and headers together; a first message that is larger is returned alone. Default: 4 MiB. */
  5: optional i32 maxBytes
  /** How long to park when there is nothing to deliver. Default: 0, answer at once. Limit: 60,000. */
  6: optional i64 waitMillis
  /** Time to settle each message. Default and limit: the group's (default 30,000, at most `maxLease` 900,000). */
  7: optional i64 leaseMillis
  /** Default: every message. */
  8: optional Filter filter
  /**
   * Broadcast (D23): every message goes to every instance that names itself here; each instance has its own position.
   * Default: none, messages are shared out among the group's members. Limit: 64 bytes, as a group name.
   */
  9: optional string broadcastInstance
}

/** One message, leased to the caller. */
struct Delivery {
  /** Opaque, signed, at most 1 KiB. Settle it with `ack` or `nack` on any node before it expires. */
  1: required binary lease
  /** Milliseconds until the lease expires, counted from when the gateway wrote the answer. */
  2: required i64 leaseMillis
  /** From 1; rises by one with each delivery to the group (D12). */
  3: required i32 attempt
  4: required string messageId
  5: required Message message
  /** When the producing client's call reached the gateway or, for a native producer, when it created the message. */
  6: required i64 bornAtMillis
  /** When the engine stored it. */
  7: required i64 storedAtMillis
  /** Where it lies. Opaque; for people and for `seek`. */
  8: required string position
}

/** The answer of `receive`. Empty when the wait has passed. */
struct ReceiveResult {
  1: required list<Delivery> deliveries
  /** Wait so long before the next receive (over quota, draining). Default: 0. */
  2: optional i64 retryAfterMillis
  /** True when this node drains and hands out nothing more: go to another node. Default: false. */
  3: optional bool draining
}

/** What became of one lease (D15). */
enum SettleStatus {
  /** The lease was valid and is now settled, or prolonged. Repeating an `ack` that was DONE is DONE. */
  DONE = 1,
  /** Its time had passed: the message is, or will be, delivered again. */
  EXPIRED = 2,
  /** The message has meanwhile been given to another, or its partition has moved and the message is delivered again. */
  FENCED = 3,
  /** Not a lease of this gateway, or of a topic and group that it does not know. */
  UNKNOWN = 4,
  /** The owner could not be reached in time; the lease stays as it is. Try again before it expires. */
  UNAVAILABLE = 5,
}

/** Arguments of `ack`. */
struct AckRequest {
  1: optional CallContext context
  /** Limit: 1 to 1,000. */
  2: required list<binary> leases
}

/** One `nack`. */
struct NackEntry {
  1: required binary lease
  /** When to deliver again. Default: the group's back-off for this attempt. Limit: 0 to 40 days. */
  2: optional i64 delayMillis
  /** Why, for the dead letter. Default: none. Cut at 1 KiB. */
  3: optional string reason
}

/** Arguments of `nack`. */
struct NackRequest {
  1: optional CallContext context
  /** Limit: 1 to 1,000. */
  2: required list<NackEntry> entries
}

/** Arguments of `extend`. */
struct ExtendRequest {
  1: optional CallContext context
  /** Limit: 1 to 1,000. */
  2: required list<binary> leases
  /** The new time to live, counted from now. Default: the group's lease. Never past the group's `maxLease` (D14). */
  3: optional i64 leaseMillis
}

/** The answer to one lease. */
struct SettleResult {
  1: SettleStatus status
  /** Why it is not DONE. For people. */
  2: optional string message
  /** After `extend`: milliseconds until the lease now expires; less than asked at the group's maximum. */
  3: optional i64 leaseMillis
}

/** The answers of `ack`, `nack` and `extend`. */
struct SettleResponse {
  /** As many as leases were given, in their order. */
  1: required list<SettleResult> results
}

/** Fixed places of a topic. */
enum Edge {
  /** The oldest message that the engine still has. */
  START = 1,
  /** Past the newest message. */
  END = 2,
}

/** Where to move a group's position: exactly one field is set. */
union SeekTarget {
  1: Edge edge
  /** The first message stored at or after this time, Unix milliseconds. */
  2: i64 timestampMillis
  /** A position as a delivery or a send result names it; moves that partition only. */
  3: string position
}

/** Arguments of `seek`. */
struct SeekRequest {
  1: optional CallContext context
  2: required string topic
  3: required string group
  4: required SeekTarget target
}

/** Arguments of `locate`. */
struct LocateRequest {
  1: optional CallContext context
  2: required string topic
  3: required string group
}

/** A node of the fleet. */
struct NodeInfo {
  1: required string node
  /** `host:port` for this contract. */
  2: required string address
  /** How many of the subscription's partitions it owns. */
  3: required i32 partitions
}

/** Nodes worth connecting to, best first; never empty. */
struct LocateResult {
  1: required list<NodeInfo> nodes
}

/** Receiving. */
service Consume extends Meta {
  /** Leases messages; parks up to `waitMillis` when there are none. */
  ReceiveResult receive(1: ReceiveRequest request) throws (1: GatewayError error)
  /** Settles: done for good (D11). */
  SettleResponse ack(1: AckRequest request) throws (1: GatewayError error)
  /** Gives back: deliver again, later (D12). */
  SettleResponse nack(1: NackRequest request) throws (1: GatewayError error)
  /** Prolongs (D14). */
  SettleResponse extend(1: ExtendRequest request) throws (1: GatewayError error)
  /** Moves the position of the whole group (D24); takes effect on running clients. */
  void seek(1: SeekRequest request) throws (1: GatewayError error)
  /** Which nodes own partitions of a subscription. */
  LocateResult locate(1: LocateRequest request) throws (1: GatewayError error)
}
