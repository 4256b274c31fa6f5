#include "fake_topic.h"

#include <chrono>

namespace headgate::testing {

wire::GatewayError refusal(ErrorCode code, bool retryable, Outcome outcome) {
  wire::GatewayError error;
  error.failure.code = static_cast<int>(code);
  error.failure.__set_category(wire::Category::AVAILABILITY);
  error.failure.message = std::string("scripted ") + to_string(code);
  error.failure.retryable = retryable;
  error.failure.__set_outcome(outcome == Outcome::not_applied ? wire::Outcome::NOT_APPLIED : wire::Outcome::UNKNOWN);
  return error;
}

void FakeTopic::fail(const wire::GatewayError& error) {
  std::lock_guard<std::mutex> held(lock_);
  errors_.push_back(error);
}

void FakeTopic::queue(const std::vector<std::string>& bodies) {
  for (const std::string& body : bodies) {
    wire::Message message;
    message.body = body;
    queue(message);
  }
}

void FakeTopic::queue(const wire::Message& message) {
  std::lock_guard<std::mutex> held(lock_);
  ready_.push_back(message);
  changed_.notify_all();
}

void FakeTopic::close() {
  std::lock_guard<std::mutex> held(lock_);
  closed_ = true;
  changed_.notify_all();
}

void FakeTopic::begin(const wire::CallContext& context) {
  state_.contexts.push_back(context);
  if (errors_.empty()) return;
  auto error = errors_.front();
  errors_.pop_front();
  throw error;
}

void FakeTopic::version(wire::VersionInfo& info, const wire::VersionRequest& request) {
  std::lock_guard<std::mutex> held(lock_);
  begin(request.context);
  info.contract = "1.0";
  info.gateway = "fake";
  info.node = "fake-1";
}

void FakeTopic::store(wire::SendResult& result, const wire::Message& message) {
  state_.messages.push_back(message);
  state_.stored.push_back(message.body);
  result.messageId = "m" + std::to_string(state_.stored.size());
  if (message.__isset.delayMillis) {
    result.__set_delayHandle("handle-" + result.messageId);
  } else {
    result.__set_position("p:0:0");
  }
}

void FakeTopic::send(wire::SendResult& result, const wire::SendRequest& request) {
  std::lock_guard<std::mutex> held(lock_);
  begin(request.context);
  store(result, request.message);
}

void FakeTopic::sendBatch(wire::SendBatchResult& result, const wire::SendBatchRequest& request) {
  std::lock_guard<std::mutex> held(lock_);
  begin(request.context);
  for (const auto& message : request.messages) {
    wire::SendOutcome outcome;
    if (message.body.rfind("bad", 0) == 0) {
      outcome.__set_failure(refusal(ErrorCode::message_too_large, false).failure);
    } else {
      wire::SendResult one;
      store(one, message);
      outcome.__set_result(one);
    }
    result.outcomes.push_back(outcome);
  }
}

void FakeTopic::cancel(const wire::CancelRequest& request) {
  std::lock_guard<std::mutex> held(lock_);
  begin(request.context);
  state_.cancelled.push_back(request.delayHandle);
}

void FakeTopic::prepare(wire::PrepareResult& result, const wire::PrepareRequest& request) {
  std::lock_guard<std::mutex> held(lock_);
  begin(request.context);
  result.messageId = "m";
  result.transactionId = "tx-" + std::to_string(state_.prepared.size());
  state_.prepared[result.transactionId] = request;
}

wire::PrepareRequest FakeTopic::half(const std::string& transaction) {
  auto found = state_.prepared.find(transaction);
  if (found == state_.prepared.end()) throw refusal(ErrorCode::not_found, false);
  auto request = found->second;
  state_.prepared.erase(found);
  return request;
}

void FakeTopic::commit(const wire::EndTransactionRequest& request) {
  std::lock_guard<std::mutex> held(lock_);
  begin(request.context);
  wire::SendResult unused;
  store(unused, half(request.transactionId).message);
}

void FakeTopic::rollback(const wire::EndTransactionRequest& request) {
  std::lock_guard<std::mutex> held(lock_);
  begin(request.context);
  half(request.transactionId);
}

void FakeTopic::pendingChecks(wire::PendingChecksResult& result, const wire::PendingChecksRequest& request) {
  std::lock_guard<std::mutex> held(lock_);
  begin(request.context);
  for (const auto& one : state_.prepared) {
    if (one.second.producerGroup != request.producerGroup) continue;
    wire::PendingCheck check;
    check.transactionId = one.first;
    check.topic = one.second.topic;
    check.messageId = "m";
    check.message = one.second.message;
    check.attempt = 1;
    result.checks.push_back(check);
  }
}

wire::Delivery FakeTopic::lease(const wire::Message& message) {
  wire::Delivery delivery;
  delivery.lease = "lease-" + std::to_string(next_lease_++);
  delivery.leaseMillis = state_.lease_millis;
  delivery.attempt = 1;
  delivery.messageId = "id-" + delivery.lease;
  delivery.message = message;
  delivery.bornAtMillis = 1;
  delivery.storedAtMillis = 2;
  delivery.position = "p:0:0";
  state_.leased[delivery.lease] = message;
  return delivery;
}

void FakeTopic::receive(wire::ReceiveResult& result, const wire::ReceiveRequest& request) {
  std::unique_lock<std::mutex> held(lock_);
  state_.receives.push_back(request);
  begin(request.context);
  state_.parked++;
  changed_.wait_for(held, std::chrono::milliseconds(request.waitMillis), [this] { return closed_ || !ready_.empty(); });
  state_.parked--;
  std::size_t most = request.__isset.maxMessages ? static_cast<std::size_t>(request.maxMessages) : 32;
  while (!ready_.empty() && result.deliveries.size() < most) {
    result.deliveries.push_back(lease(ready_.front()));
    ready_.pop_front();
  }
  if (state_.draining) result.__set_draining(true);
}

void FakeTopic::answer(wire::SettleResponse& response, std::size_t count, wire::SettleStatus status,
                       std::int64_t lease_millis) {
  wire::SettleResult result;
  result.__set_status(status);
  if (lease_millis > 0) result.__set_leaseMillis(lease_millis);
  response.results.assign(count, result);
}

void FakeTopic::ack(wire::SettleResponse& response, const wire::AckRequest& request) {
  std::lock_guard<std::mutex> held(lock_);
  begin(request.context);
  state_.ack_calls++;
  for (const std::string& lease : request.leases) {
    auto found = state_.leased.find(lease);
    if (found == state_.leased.end()) continue;
    state_.acked.push_back(found->second.body);
    state_.leased.erase(found);
  }
  answer(response, request.leases.size(), state_.settle_status);
}

void FakeTopic::nack(wire::SettleResponse& response, const wire::NackRequest& request) {
  std::lock_guard<std::mutex> held(lock_);
  begin(request.context);
  for (const auto& entry : request.entries) {
    state_.leased.erase(entry.lease);
    state_.nacked.push_back(entry);
  }
  answer(response, request.entries.size(), state_.settle_status);
}

void FakeTopic::extend(wire::SettleResponse& response, const wire::ExtendRequest& request) {
  std::lock_guard<std::mutex> held(lock_);
  begin(request.context);
  state_.extended.insert(state_.extended.end(), request.leases.begin(), request.leases.end());
  answer(response, request.leases.size(), state_.extend_status, state_.lease_millis);
}

void FakeTopic::seek(const wire::SeekRequest& request) {
  std::lock_guard<std::mutex> held(lock_);
  begin(request.context);
  state_.seeks.push_back(request);
}

void FakeTopic::locate(wire::LocateResult& result, const wire::LocateRequest& request) {
  std::lock_guard<std::mutex> held(lock_);
  begin(request.context);
  wire::NodeInfo node;
  node.node = "fake-1";
  node.address = "127.0.0.1:9300";
  node.partitions = 3;
  result.nodes.push_back(node);
}

}  // namespace headgate::testing
