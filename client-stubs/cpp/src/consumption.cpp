#include "consumption.h"

#include <algorithm>

#include "failures.h"
#include "wire.h"

namespace headgate::internal {

using idl::gateway::CallContext;

namespace {

// A lost answer of a receive leaves leases that expire; the messages come back. A lease is settled once: repeating an ack or
// nack finds it gone and changes nothing.
constexpr Operation kReceive{"receive", true};
constexpr Operation kAck{"ack", true};
constexpr Operation kNack{"nack", true};
constexpr Operation kExtend{"extend", true};
constexpr Operation kSeek{"seek", true};
constexpr Operation kLocate{"locate", true};

constexpr std::size_t kMaxLeases = 1'000;

idl::gateway::ReceiveRequest receive_request(const std::string& topic, const std::string& group, const ReceiveOptions& how) {
  idl::gateway::ReceiveRequest request;
  request.topic = topic;
  request.group = group;
  request.__set_waitMillis(how.wait.count());
  if (how.max_messages) request.__set_maxMessages(*how.max_messages);
  if (how.max_bytes) request.__set_maxBytes(*how.max_bytes);
  if (how.lease) request.__set_leaseMillis(how.lease->count());
  if (how.filter) request.__set_filter(to_wire(*how.filter));
  if (!how.broadcast_instance.empty()) request.__set_broadcastInstance(how.broadcast_instance);
  return request;
}

}  // namespace

ReceiveResult Consumption::receive(const std::string& topic, const std::string& group, const ReceiveOptions& how,
                                   const CallOptions& options) {
  auto request = receive_request(topic, group, how);
  ReceiveResult received;
  Endpoint* draining = nullptr;
  caller_->call(kReceive, caller_->traced(options), how.wait, [&](Connection& connection, const CallContext& context) {
    request.__set_context(context);
    idl::gateway::ReceiveResult wire;
    connection.consume().receive(wire, request);
    received = ReceiveResult();
    for (auto& delivery : wire.deliveries) {
      received.deliveries.push_back(from_wire(delivery, caller_->options().compression.max_decoded_bytes));
    }
    if (wire.__isset.retryAfterMillis) received.retry_after = Millis(std::max<std::int64_t>(0, wire.retryAfterMillis));
    received.draining = wire.__isset.draining && wire.draining;
    draining = received.draining ? &connection.endpoint() : nullptr;
  });
  // After the call, since an answer counts as a success of its node.
  if (draining != nullptr) draining->failed();
  return received;
}

template <typename Entry, typename Request>
std::vector<SettleResult> Consumption::settle(const Operation& operation, const std::vector<Entry>& entries,
                                              const CallOptions& options, const Request& request) {
  std::vector<SettleResult> results;
  CallOptions traced = caller_->traced(options);
  for (std::size_t from = 0; from < entries.size(); from += kMaxLeases) {
    auto first = entries.begin() + static_cast<std::ptrdiff_t>(from);
    auto last = entries.begin() + static_cast<std::ptrdiff_t>(std::min(entries.size(), from + kMaxLeases));
    std::vector<Entry> part(first, last);
    idl::gateway::SettleResponse response;
    caller_->call(operation, traced, kNotParked, [&](Connection& connection, const CallContext& context) {
      response = idl::gateway::SettleResponse();
      request(connection, context, part, response);
    });
    if (response.results.size() != part.size()) {
      raise(ErrorCode::bad_reply, Outcome::unknown,
            std::to_string(response.results.size()) + " answers to " + std::to_string(part.size()) + " leases");
    }
    for (const auto& wire : response.results) results.push_back(from_wire(wire));
  }
  return results;
}

std::vector<SettleResult> Consumption::ack(const std::vector<std::string>& leases, const CallOptions& options) {
  return settle(kAck, leases, options,
                [](Connection& connection, const CallContext& context, const std::vector<std::string>& part,
                   idl::gateway::SettleResponse& response) {
                  idl::gateway::AckRequest request;
                  request.__set_context(context);
                  request.leases = part;
                  connection.consume().ack(response, request);
                });
}

std::vector<SettleResult> Consumption::nack(const std::vector<Nack>& nacks, const CallOptions& options) {
  return settle(kNack, nacks, options,
                [](Connection& connection, const CallContext& context, const std::vector<Nack>& part,
                   idl::gateway::SettleResponse& response) {
                  idl::gateway::NackRequest request;
                  request.__set_context(context);
                  for (const Nack& nack : part) request.entries.push_back(to_wire(nack));
                  connection.consume().nack(response, request);
                });
}

std::vector<SettleResult> Consumption::extend(const std::vector<std::string>& leases, std::optional<Millis> lease,
                                              const CallOptions& options) {
  return settle(kExtend, leases, options,
                [lease](Connection& connection, const CallContext& context, const std::vector<std::string>& part,
                        idl::gateway::SettleResponse& response) {
                  idl::gateway::ExtendRequest request;
                  request.__set_context(context);
                  request.leases = part;
                  if (lease) request.__set_leaseMillis(lease->count());
                  connection.consume().extend(response, request);
                });
}

void Consumption::seek(const std::string& topic, const std::string& group, const SeekTarget& target,
                       const CallOptions& options) {
  idl::gateway::SeekRequest request;
  request.topic = topic;
  request.group = group;
  request.target = to_wire(target);
  caller_->call(kSeek, caller_->traced(options), kNotParked, [&](Connection& connection, const CallContext& context) {
    request.__set_context(context);
    connection.consume().seek(request);
  });
}

std::vector<NodeInfo> Consumption::locate(const std::string& topic, const std::string& group, const CallOptions& options) {
  idl::gateway::LocateRequest request;
  request.topic = topic;
  request.group = group;
  std::vector<NodeInfo> nodes;
  caller_->call(kLocate, caller_->traced(options), kNotParked, [&](Connection& connection, const CallContext& context) {
    request.__set_context(context);
    idl::gateway::LocateResult result;
    connection.consume().locate(result, request);
    nodes.clear();
    for (const auto& wire : result.nodes) nodes.push_back({wire.node, wire.address, wire.partitions});
  });
  return nodes;
}

}  // namespace headgate::internal
