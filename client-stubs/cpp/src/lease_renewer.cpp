#include "lease_renewer.h"

#include <algorithm>

namespace headgate::internal {

namespace {

// What comes due so soon after the first goes along with it.
constexpr Millis kTogether{50};
constexpr Millis kLongestWait{60'000};

}  // namespace

LeaseRenewer::LeaseRenewer(std::shared_ptr<Consumption> consumption, std::shared_ptr<Hand> hand, std::optional<Millis> lease)
    : consumption_(std::move(consumption)), hand_(std::move(hand)), lease_(lease) {}

void LeaseRenewer::wake() {
  std::lock_guard<std::mutex> held(lock_);
  woken_ = true;
  changed_.notify_all();
}

void LeaseRenewer::stop() {
  std::lock_guard<std::mutex> held(lock_);
  stopped_ = true;
  changed_.notify_all();
}

void LeaseRenewer::run() {
  for (;;) {
    {
      std::lock_guard<std::mutex> held(lock_);
      if (stopped_) return;
      woken_ = false;
    }
    Instant now = Clock::now();
    Instant first = now + kLongestWait;
    std::vector<std::shared_ptr<HeldDelivery>> due;
    for (const auto& held : hand_->all()) {
      Instant at = held->renew_at();
      first = std::min(first, at);
      if (at <= now + kTogether) due.push_back(held);
    }
    if (first <= now) {
      renew(due);
      continue;
    }
    std::unique_lock<std::mutex> held(lock_);
    changed_.wait_until(held, first, [this] { return woken_ || stopped_; });
  }
}

void LeaseRenewer::renew(const std::vector<std::shared_ptr<HeldDelivery>>& due) {
  std::vector<SettleResult> results;
  try {
    std::vector<std::string> leases;
    for (const auto& held : due) leases.push_back(held->delivery().lease());
    results = consumption_->extend(leases, lease_, {});
  } catch (const std::exception& e) {
    consumption_->log().warning("cannot renew " + std::to_string(due.size()) + " leases: " + e.what());
    for (const auto& held : due) held->postponed();
    return;
  }
  for (std::size_t i = 0; i < due.size(); i++) renewed(due[i], results[i]);
}

void LeaseRenewer::renewed(const std::shared_ptr<HeldDelivery>& held, const SettleResult& result) {
  switch (result.status) {
    case SettleStatus::done:
      held->prolonged(result.lease_time.value_or(lease_.value_or(held->delivery().lease_time())));
      break;
    case SettleStatus::unavailable:
      held->postponed();
      break;
    case SettleStatus::expired:
    case SettleStatus::fenced:
    case SettleStatus::unknown:
      held->lost();
      consumption_->log().debug("lease of " + held->delivery().message_id() + " is lost: " + to_string(result.status));
      if (held->take_back()) hand_->remove(held);
      break;
  }
}

}  // namespace headgate::internal
