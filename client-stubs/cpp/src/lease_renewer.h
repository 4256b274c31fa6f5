#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "consumption.h"
#include "hand.h"

namespace headgate::internal {

/// Renews each lease when half of it has passed, all that are due in one call; on a thread of its own, so that neither a slow
/// handler nor a slow ack lets a lease lapse. Thread-safe.
class LeaseRenewer {
 public:
  /// @param lease asked for; absent: the group's
  LeaseRenewer(std::shared_ptr<Consumption> consumption, std::shared_ptr<Hand> hand, std::optional<Millis> lease);

  /// New leases are in the hand.
  void wake();
  /// Renews until stopped.
  void run();
  void stop();

 private:
  void renew(const std::vector<std::shared_ptr<HeldDelivery>>& due);
  void renewed(const std::shared_ptr<HeldDelivery>& held, const SettleResult& result);

  std::shared_ptr<Consumption> consumption_;
  std::shared_ptr<Hand> hand_;
  std::optional<Millis> lease_;
  std::mutex lock_;
  std::condition_variable changed_;
  bool woken_ = false;
  bool stopped_ = false;
};

}  // namespace headgate::internal
