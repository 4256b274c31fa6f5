#include "headgate/producer.h"

#include <stdexcept>

#include "caller.h"
#include "check_loop.h"
#include "compression.h"
#include "failures.h"
#include "wire.h"

namespace headgate {

using internal::Connection;
using internal::Operation;
using idl::gateway::CallContext;

namespace {

constexpr Operation kSend{"send", false};
constexpr Operation kSendBatch{"sendBatch", false};
// A repeated cancel answers not_found, which would hide that the first one worked.
constexpr Operation kCancel{"cancel", false};
constexpr Operation kPrepare{"prepare", false};
constexpr Operation kCommit{"commit", true};
constexpr Operation kRollback{"rollback", true};
constexpr Operation kPendingChecks{"pendingChecks", true};

void add_header(Message& message, const char* name, const std::string& value) {
  if (!value.empty() && message.header(name) == nullptr) message.headers.push_back({name, value});
}

/// The message as it is to be stored: compressed, and with the trace in its headers.
idl::gateway::Message outgoing(Message message, const ClientOptions& client, const CallOptions& options) {
  if (message.deliver_at && message.delay) {
    throw std::invalid_argument("deliver_at and delay are both set (expected: one)");
  }
  internal::compress(message, client.compression);
  if (options.trace) {
    // A state belongs to its parent: neither is joined with one that came with the message.
    if (message.header("traceparent") == nullptr && !options.trace->traceparent.empty()) {
      add_header(message, "traceparent", options.trace->traceparent);
      add_header(message, "tracestate", options.trace->tracestate);
    }
    add_header(message, "baggage", options.trace->baggage);
  }
  return internal::to_wire(std::move(message));
}

PendingCheck pending_check(idl::gateway::PendingCheck& wire, const ClientOptions& client) {
  PendingCheck check;
  check.transaction_id = std::move(wire.transactionId);
  check.topic = std::move(wire.topic);
  check.message_id = std::move(wire.messageId);
  check.message = internal::from_wire(wire.message);
  check.attempt = wire.attempt;
  if (!check.message.encoding) return check;
  try {
    check.message.body = internal::decode(*check.message.encoding, check.message.body, client.compression.max_decoded_bytes);
    check.message.encoding.reset();
  } catch (const UnreadableBodyError&) {
    // The answer depends on the transaction, seldom on the body: it must be possible all the same.
  }
  return check;
}

}  // namespace

Producer::Producer(std::shared_ptr<internal::Caller> caller) : caller_(std::move(caller)) {}

SendReceipt Producer::send(const std::string& topic, Message message, const CallOptions& options) {
  CallOptions traced = caller_->traced(options);
  idl::gateway::SendRequest request;
  request.topic = topic;
  request.message = outgoing(std::move(message), caller_->options(), traced);
  SendReceipt receipt;
  caller_->call(kSend, traced, internal::kNotParked, [&](Connection& connection, const CallContext& context) {
    request.__set_context(context);
    idl::gateway::SendResult result;
    connection.produce().send(result, request);
    receipt = internal::from_wire(result);
  });
  return receipt;
}

std::vector<SendOutcome> Producer::send_batch(const std::string& topic, std::vector<Message> messages,
                                              const CallOptions& options) {
  if (messages.empty()) return {};
  CallOptions traced = caller_->traced(options);
  idl::gateway::SendBatchRequest request;
  request.topic = topic;
  for (Message& message : messages) request.messages.push_back(outgoing(std::move(message), caller_->options(), traced));
  std::vector<SendOutcome> outcomes;
  caller_->call(kSendBatch, traced, internal::kNotParked, [&](Connection& connection, const CallContext& context) {
    request.__set_context(context);
    idl::gateway::SendBatchResult result;
    connection.produce().sendBatch(result, request);
    outcomes.clear();
    for (const auto& wire : result.outcomes) outcomes.push_back(internal::from_wire(wire));
  });
  if (outcomes.size() != messages.size()) {
    internal::raise(ErrorCode::bad_reply, Outcome::unknown,
                    std::to_string(outcomes.size()) + " answers to " + std::to_string(messages.size()) + " messages");
  }
  return outcomes;
}

void Producer::cancel(const std::string& topic, const std::string& delay_handle, const CallOptions& options) {
  idl::gateway::CancelRequest request;
  request.topic = topic;
  request.delayHandle = delay_handle;
  caller_->call(kCancel, caller_->traced(options), internal::kNotParked, [&](Connection& connection, const CallContext& context) {
    request.__set_context(context);
    connection.produce().cancel(request);
  });
}

PreparedMessage Producer::prepare(const std::string& topic, const std::string& group, Message message,
                                  const CallOptions& options) {
  CallOptions traced = caller_->traced(options);
  traced.retry_uncertain = false;
  idl::gateway::PrepareRequest request;
  request.topic = topic;
  request.producerGroup = group;
  request.message = outgoing(std::move(message), caller_->options(), traced);
  PreparedMessage prepared;
  caller_->call(kPrepare, traced, internal::kNotParked, [&](Connection& connection, const CallContext& context) {
    request.__set_context(context);
    idl::gateway::PrepareResult result;
    connection.produce().prepare(result, request);
    prepared = {result.messageId, result.transactionId};
  });
  return prepared;
}

void Producer::commit(const std::string& transaction_id, const CallOptions& options) {
  idl::gateway::EndTransactionRequest request;
  request.transactionId = transaction_id;
  caller_->call(kCommit, caller_->traced(options), internal::kNotParked, [&](Connection& connection, const CallContext& context) {
    request.__set_context(context);
    connection.produce().commit(request);
  });
}

void Producer::rollback(const std::string& transaction_id, const CallOptions& options) {
  idl::gateway::EndTransactionRequest request;
  request.transactionId = transaction_id;
  caller_->call(kRollback, caller_->traced(options), internal::kNotParked, [&](Connection& connection, const CallContext& context) {
    request.__set_context(context);
    connection.produce().rollback(request);
  });
}

std::vector<PendingCheck> Producer::pending_checks(const std::string& group, int max_checks, std::chrono::milliseconds wait,
                                                   const CallOptions& options) {
  idl::gateway::PendingChecksRequest request;
  request.producerGroup = group;
  request.__set_maxChecks(max_checks);
  request.__set_waitMillis(wait.count());
  std::vector<PendingCheck> checks;
  caller_->call(kPendingChecks, caller_->traced(options), wait, [&](Connection& connection, const CallContext& context) {
    request.__set_context(context);
    idl::gateway::PendingChecksResult result;
    connection.produce().pendingChecks(result, request);
    checks.clear();
    for (auto& wire : result.checks) checks.push_back(pending_check(wire, caller_->options()));
  });
  return checks;
}

TransactionChecker Producer::answer_checks(const std::string& group, std::function<Decision(const PendingCheck&)> decide,
                                           std::chrono::milliseconds wait) {
  auto loop = std::make_shared<internal::CheckLoop>(*this, caller_, group, std::move(decide), wait);
  loop->start();
  return TransactionChecker(std::move(loop));
}

}  // namespace headgate
