#include "settler.h"

#include <algorithm>
#include <iterator>

#include "backoff.h"

namespace headgate::internal {

namespace {

constexpr std::size_t kMaxBatch = 1'000;

}  // namespace

Settler::Settler(std::shared_ptr<Consumption> consumption, std::shared_ptr<Hand> hand)
    : consumption_(std::move(consumption)), hand_(std::move(hand)) {}

void Settler::ack(std::shared_ptr<HeldDelivery> held) {
  put({std::move(held), false, std::nullopt, {}});
}

void Settler::nack(std::shared_ptr<HeldDelivery> held, std::optional<Millis> delay, std::string reason) {
  put({std::move(held), true, delay, std::move(reason)});
}

void Settler::run() {
  const Backoff backoff(Millis(100), Millis(2'000));
  int failures = 0;
  while (!stopped()) {
    Entries batch = take();
    auto first_nack = std::stable_partition(batch.begin(), batch.end(), [](const Entry& entry) { return !entry.nack; });
    Entries acks(batch.begin(), first_nack);
    Entries nacks(first_nack, batch.end());
    Entries again;
    settle(acks, again, [&] {
      std::vector<std::string> leases;
      for (const Entry& entry : acks) leases.push_back(entry.held->delivery().lease());
      return consumption_->ack(leases, {});
    });
    settle(nacks, again, [&] {
      std::vector<Nack> entries;
      for (const Entry& entry : nacks) entries.push_back({entry.held->delivery().lease(), entry.delay, entry.reason});
      return consumption_->nack(entries, {});
    });
    failures = again.empty() ? 0 : failures + 1;
    if (again.empty()) continue;
    std::unique_lock<std::mutex> held(lock_);
    queue_.insert(queue_.end(), again.begin(), again.end());
    changed_.wait_for(held, backoff.pause(failures), [this] { return stopped_; });
  }
}

void Settler::stop() {
  std::lock_guard<std::mutex> held(lock_);
  stopped_ = true;
  changed_.notify_all();
}

void Settler::put(Entry entry) {
  std::lock_guard<std::mutex> held(lock_);
  queue_.push_back(std::move(entry));
  changed_.notify_all();
}

Settler::Entries Settler::take() {
  std::unique_lock<std::mutex> held(lock_);
  changed_.wait(held, [this] { return stopped_ || !queue_.empty(); });
  auto end = queue_.begin() + static_cast<std::ptrdiff_t>(std::min(kMaxBatch, queue_.size()));
  Entries batch(std::make_move_iterator(queue_.begin()), std::make_move_iterator(end));
  queue_.erase(queue_.begin(), end);
  return batch;
}

void Settler::settle(const Entries& entries, Entries& again, const std::function<std::vector<SettleResult>()>& call) {
  if (entries.empty()) return;
  std::vector<SettleResult> results;
  try {
    results = call();
  } catch (const HeadgateError& e) {
    consumption_->log().warning("cannot settle " + std::to_string(entries.size()) + " leases: " + e.what());
    for (const Entry& entry : entries) later(entry, e.retryable(), again);
    return;
  } catch (const std::exception& e) {
    consumption_->log().warning("cannot settle " + std::to_string(entries.size()) + " leases: " + e.what());
    for (const Entry& entry : entries) later(entry, true, again);
    return;
  }
  for (std::size_t i = 0; i < entries.size(); i++) {
    const Entry& entry = entries[i];
    if (results[i].status == SettleStatus::unavailable) {
      later(entry, true, again);
      continue;
    }
    if (!results[i].done()) {
      consumption_->log().debug(entry.held->delivery().message_id() + " comes again: " + to_string(results[i].status));
    }
    hand_->remove(entry.held);
  }
}

void Settler::later(const Entry& entry, bool retryable, Entries& again) {
  if (retryable && !stopped() && entry.held->alive()) {
    again.push_back(entry);
  } else {
    hand_->remove(entry.held);
  }
}

bool Settler::stopped() {
  std::lock_guard<std::mutex> held(lock_);
  return stopped_;
}

}  // namespace headgate::internal
