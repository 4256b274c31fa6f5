#include "wire.h"

#include <algorithm>

#include "clock.h"
#include "delivery_content.h"
#include "failures.h"

namespace headgate::internal {

namespace {

constexpr std::size_t kMaxReason = 1'000;

ErrorCategory category(const idl::gateway::Failure& wire) {
  switch (wire.category) {
    case idl::gateway::Category::CALLER: return ErrorCategory::caller;
    case idl::gateway::Category::LIMIT: return ErrorCategory::limit;
    case idl::gateway::Category::AVAILABILITY: return ErrorCategory::availability;
    case idl::gateway::Category::INTERNAL: break;
  }
  return ErrorCategory::internal;
}

SettleStatus status(const idl::gateway::SettleResult& wire) {
  switch (wire.status) {
    case idl::gateway::SettleStatus::DONE: return SettleStatus::done;
    case idl::gateway::SettleStatus::EXPIRED: return SettleStatus::expired;
    case idl::gateway::SettleStatus::FENCED: return SettleStatus::fenced;
    case idl::gateway::SettleStatus::UNAVAILABLE: return SettleStatus::unavailable;
    case idl::gateway::SettleStatus::UNKNOWN: break;
  }
  return SettleStatus::unknown;
}

}  // namespace

idl::gateway::Message to_wire(Message message) {
  idl::gateway::Message wire;
  wire.body = std::move(message.body);
  if (message.key) wire.__set_key(*message.key);
  if (message.tag) wire.__set_tag(*message.tag);
  if (message.encoding) wire.__set_encoding(*message.encoding);
  if (message.deliver_at) wire.__set_deliverAtMillis(to_unix_millis(*message.deliver_at));
  if (message.delay) wire.__set_delayMillis(message.delay->count());
  for (Header& header : message.headers) {
    idl::gateway::Header one;
    one.name = std::move(header.name);
    if (header.value) one.__set_value(*header.value);
    wire.headers.push_back(std::move(one));
  }
  wire.__isset.headers = !wire.headers.empty();
  return wire;
}

idl::gateway::Filter to_wire(const Filter& filter) {
  idl::gateway::Filter wire;
  if (filter.expression.empty()) {
    wire.__set_tags(filter.tags);
  } else {
    wire.__set_expression(filter.expression);
  }
  return wire;
}

idl::gateway::SeekTarget to_wire(const SeekTarget& target) {
  idl::gateway::SeekTarget wire;
  if (auto edge = std::get_if<SeekTarget::Edge>(&target.place())) {
    wire.__set_edge(*edge == SeekTarget::Edge::start ? idl::gateway::Edge::START : idl::gateway::Edge::END);
  } else if (auto time = std::get_if<Time>(&target.place())) {
    wire.__set_timestampMillis(to_unix_millis(*time));
  } else {
    wire.__set_position(std::get<std::string>(target.place()));
  }
  return wire;
}

idl::gateway::NackEntry to_wire(const Nack& nack) {
  idl::gateway::NackEntry wire;
  wire.lease = nack.lease;
  if (nack.delay) wire.__set_delayMillis(nack.delay->count());
  if (nack.reason && !nack.reason->empty()) wire.__set_reason(cut_reason(*nack.reason));
  return wire;
}

Message from_wire(idl::gateway::Message& wire) {
  Message message;
  message.body = std::move(wire.body);
  if (wire.__isset.key) message.key = std::move(wire.key);
  if (wire.__isset.tag) message.tag = std::move(wire.tag);
  if (wire.__isset.encoding) message.encoding = std::move(wire.encoding);
  if (wire.__isset.deliverAtMillis) message.deliver_at = from_unix_millis(wire.deliverAtMillis);
  if (wire.__isset.delayMillis) message.delay = Millis(wire.delayMillis);
  for (idl::gateway::Header& header : wire.headers) {
    Header one{std::move(header.name), std::nullopt};
    if (header.__isset.value) one.value = std::move(header.value);
    message.headers.push_back(std::move(one));
  }
  return message;
}

Delivery from_wire(idl::gateway::Delivery& wire, std::size_t max_decoded_bytes) {
  auto content = std::make_shared<DeliveryContent>();
  content->lease = std::move(wire.lease);
  content->lease_time = Millis(wire.leaseMillis);
  content->attempt = wire.attempt;
  content->message_id = std::move(wire.messageId);
  content->wire_message = from_wire(wire.message);
  content->born_at = from_unix_millis(wire.bornAtMillis);
  content->stored_at = from_unix_millis(wire.storedAtMillis);
  content->position = std::move(wire.position);
  content->max_decoded_bytes = max_decoded_bytes;
  return Delivery(std::move(content));
}

SendReceipt from_wire(const idl::gateway::SendResult& wire) {
  SendReceipt receipt;
  receipt.message_id = wire.messageId;
  if (wire.__isset.position) receipt.position = wire.position;
  if (wire.__isset.delayHandle) receipt.delay_handle = wire.delayHandle;
  return receipt;
}

SendOutcome from_wire(const idl::gateway::SendOutcome& wire) {
  SendOutcome outcome;
  if (wire.__isset.result) {
    outcome.receipt = from_wire(wire.result);
  } else if (wire.__isset.failure) {
    outcome.error = make_error(from_wire(wire.failure));
  } else {
    outcome.error =
        make_error(local_failure(ErrorCode::bad_reply, Outcome::unknown, "the gateway gave this entry no answer"));
  }
  return outcome;
}

SettleResult from_wire(const idl::gateway::SettleResult& wire) {
  SettleResult result;
  if (wire.__isset.status) result.status = status(wire);
  if (wire.__isset.message) result.message = wire.message;
  if (wire.__isset.leaseMillis) result.lease_time = Millis(wire.leaseMillis);
  return result;
}

Failure from_wire(const idl::gateway::Failure& wire) {
  Failure failure;
  failure.code_number = wire.code;
  if (wire.__isset.category) failure.category = category(wire);
  failure.message = wire.message;
  failure.retryable = wire.retryable;
  bool nothing = wire.__isset.outcome && wire.outcome == idl::gateway::Outcome::NOT_APPLIED;
  failure.outcome = nothing ? Outcome::not_applied : Outcome::unknown;
  if (wire.__isset.retryAfterMillis) failure.retry_after = Millis(std::max<std::int64_t>(0, wire.retryAfterMillis));
  if (wire.__isset.details) failure.details = wire.details;
  return failure;
}

TopicInfo from_wire(const idl::admin::TopicInfo& wire) {
  TopicInfo info;
  info.topic = wire.topic;
  info.cluster = wire.cluster;
  info.engine = wire.engine;
  info.partitions = wire.partitions;
  info.ordered = wire.ordered;
  info.max_message_bytes = wire.maxMessageBytes;
  if (wire.__isset.messages) info.messages = wire.messages;
  return info;
}

GroupInfo from_wire(const idl::admin::GroupInfo& wire) {
  return {wire.group, wire.topic, wire.lagMessages, wire.inFlight, wire.parked};
}

std::string cut_reason(const std::string& reason) {
  std::size_t size = std::min(reason.size(), kMaxReason);
  if (size < reason.size()) {
    while (size > 0 && (static_cast<unsigned char>(reason[size]) & 0xC0) == 0x80) size--;
  }
  return reason.substr(0, size);
}

}  // namespace headgate::internal
