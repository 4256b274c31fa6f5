#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "clock.h"
#include "consumption.h"
#include "hand.h"

namespace headgate::internal {

/// Acks and nacks for a consumer: sends what has gathered while the call before was under way. What cannot be settled yet is
/// tried again for as long as its lease lives. Thread-safe.
class Settler {
 public:
  Settler(std::shared_ptr<Consumption> consumption, std::shared_ptr<Hand> hand);

  /// Settles soon.
  void ack(std::shared_ptr<HeldDelivery> held);
  void nack(std::shared_ptr<HeldDelivery> held, std::optional<Millis> delay, std::string reason);

  /// Settles until stopped.
  void run();
  void stop();

 private:
  struct Entry {
    std::shared_ptr<HeldDelivery> held;
    bool nack = false;
    std::optional<Millis> delay;
    std::string reason;
  };
  using Entries = std::vector<Entry>;

  void put(Entry entry);
  Entries take();
  void settle(const Entries& entries, Entries& again, const std::function<std::vector<SettleResult>()>& call);
  void later(const Entry& entry, bool retryable, Entries& again);
  bool stopped();

  std::shared_ptr<Consumption> consumption_;
  std::shared_ptr<Hand> hand_;
  std::mutex lock_;
  std::condition_variable changed_;
  std::deque<Entry> queue_;
  bool stopped_ = false;
};

}  // namespace headgate::internal
