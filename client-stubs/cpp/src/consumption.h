#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "caller.h"
#include "headgate/client.h"
#include "headgate/delivery.h"
#include "headgate/seek.h"

namespace headgate::internal {

/// The calls of the Consume service. Thread-safe.
class Consumption {
 public:
  explicit Consumption(std::shared_ptr<Caller> caller) : caller_(std::move(caller)) {}

  ReceiveResult receive(const std::string& topic, const std::string& group, const ReceiveOptions& how,
                        const CallOptions& options);
  std::vector<SettleResult> ack(const std::vector<std::string>& leases, const CallOptions& options);
  std::vector<SettleResult> nack(const std::vector<Nack>& nacks, const CallOptions& options);
  std::vector<SettleResult> extend(const std::vector<std::string>& leases, std::optional<Millis> lease,
                                   const CallOptions& options);
  void seek(const std::string& topic, const std::string& group, const SeekTarget& target, const CallOptions& options);
  std::vector<NodeInfo> locate(const std::string& topic, const std::string& group, const CallOptions& options);

  const Log& log() const { return caller_->log(); }
  const TracingHooks& tracing() const { return caller_->options().tracing; }

 private:
  template <typename Entry, typename Request>
  std::vector<SettleResult> settle(const Operation& operation, const std::vector<Entry>& entries, const CallOptions& options,
                                   const Request& request);

  std::shared_ptr<Caller> caller_;
};

}  // namespace headgate::internal
