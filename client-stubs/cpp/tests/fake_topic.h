#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "Consume.h"
#include "Produce.h"
#include "headgate/errors.h"

namespace headgate::testing {

namespace wire = idl::gateway;

/// A refusal as the gateway would give it.
wire::GatewayError refusal(ErrorCode code, bool retryable = true, Outcome outcome = Outcome::not_applied);

/// The one topic and group of a fake gateway: what is sent is stored, what is queued is delivered.
class FakeTopic : public wire::ProduceIf, public wire::ConsumeIf {
 public:
  /// What a test reads and sets, under `lock()`.
  struct State {
    std::vector<std::string> stored;
    std::vector<wire::Message> messages;
    std::vector<wire::CallContext> contexts;
    std::vector<std::string> acked;
    int ack_calls = 0;
    std::vector<wire::NackEntry> nacked;
    std::vector<std::string> extended;
    std::vector<std::string> cancelled;
    std::vector<wire::ReceiveRequest> receives;
    std::vector<wire::SeekRequest> seeks;
    std::map<std::string, wire::Message> leased;
    std::map<std::string, wire::PrepareRequest> prepared;
    int parked = 0;
    std::int64_t lease_millis = 30'000;
    wire::SettleStatus settle_status = wire::SettleStatus::DONE;
    wire::SettleStatus extend_status = wire::SettleStatus::DONE;
    bool draining = false;
  };

  /// Reads or changes the state.
  template <typename F>
  auto with(F f) {
    std::lock_guard<std::mutex> held(lock_);
    return f(state_);
  }

  void fail(const wire::GatewayError& error);
  void queue(const std::vector<std::string>& bodies);
  void queue(const wire::Message& message);
  void close();

  void version(wire::VersionInfo& info, const wire::VersionRequest& request) override;
  void send(wire::SendResult& result, const wire::SendRequest& request) override;
  void sendBatch(wire::SendBatchResult& result, const wire::SendBatchRequest& request) override;
  void cancel(const wire::CancelRequest& request) override;
  void prepare(wire::PrepareResult& result, const wire::PrepareRequest& request) override;
  void commit(const wire::EndTransactionRequest& request) override;
  void rollback(const wire::EndTransactionRequest& request) override;
  void pendingChecks(wire::PendingChecksResult& result, const wire::PendingChecksRequest& request) override;
  void receive(wire::ReceiveResult& result, const wire::ReceiveRequest& request) override;
  void ack(wire::SettleResponse& response, const wire::AckRequest& request) override;
  void nack(wire::SettleResponse& response, const wire::NackRequest& request) override;
  void extend(wire::SettleResponse& response, const wire::ExtendRequest& request) override;
  void seek(const wire::SeekRequest& request) override;
  void locate(wire::LocateResult& result, const wire::LocateRequest& request) override;

 private:
  void begin(const wire::CallContext& context);
  void store(wire::SendResult& result, const wire::Message& message);
  wire::PrepareRequest half(const std::string& transaction);
  wire::Delivery lease(const wire::Message& message);
  static void answer(wire::SettleResponse& response, std::size_t count, wire::SettleStatus status,
                     std::int64_t lease_millis = 0);

  std::mutex lock_;
  std::condition_variable changed_;
  State state_;
  std::deque<wire::GatewayError> errors_;
  std::deque<wire::Message> ready_;
  int next_lease_ = 0;
  bool closed_ = false;
};

}  // namespace headgate::testing
