#include "hand.h"

#include <algorithm>

namespace headgate::internal {

namespace {

constexpr Millis kMinRenewal{100};

}  // namespace

HeldDelivery::HeldDelivery(Delivery delivery) : delivery_(std::move(delivery)) {
  prolonged(delivery_.lease_time());
}

bool HeldDelivery::start() {
  return leave(State::waiting, State::running);
}

bool HeldDelivery::take_back() {
  return leave(State::waiting, State::settling);
}

bool HeldDelivery::settle() {
  return leave(State::running, State::settling);
}

bool HeldDelivery::remove() {
  std::lock_guard<std::mutex> held(lock_);
  bool first = state_ != State::gone;
  state_ = State::gone;
  return first;
}

void HeldDelivery::prolonged(Millis lease) {
  Instant now = Clock::now();
  std::lock_guard<std::mutex> held(lock_);
  expires_ = now + lease;
  renew_at_ = now + std::max(kMinRenewal, lease / 2);
}

void HeldDelivery::postponed() {
  Instant now = Clock::now();
  std::lock_guard<std::mutex> held(lock_);
  renew_at_ = now + std::max(Clock::duration(kMinRenewal), (expires_ - now) / 2);
}

void HeldDelivery::lost() {
  std::lock_guard<std::mutex> held(lock_);
  lost_ = true;
}

bool HeldDelivery::alive() const {
  std::lock_guard<std::mutex> held(lock_);
  return !lost_ && Clock::now() < expires_;
}

Instant HeldDelivery::renew_at() const {
  std::lock_guard<std::mutex> held(lock_);
  return lost_ || state_ == State::gone ? Instant::max() : renew_at_;
}

bool HeldDelivery::leave(State from, State to) {
  std::lock_guard<std::mutex> held(lock_);
  if (state_ != from) return false;
  state_ = to;
  return true;
}

std::size_t Hand::acquire_room(std::size_t most) {
  std::unique_lock<std::mutex> held(lock_);
  changed_.wait(held, [this] { return closed_ || room_ > 0; });
  if (closed_) return 0;
  std::size_t taken = std::min(most, room_);
  room_ -= taken;
  return taken;
}

void Hand::release_room(std::size_t places) {
  std::lock_guard<std::mutex> held(lock_);
  room_ += places;
  changed_.notify_all();
}

void Hand::close() {
  std::lock_guard<std::mutex> held(lock_);
  closed_ = true;
  changed_.notify_all();
}

void Hand::add(const std::shared_ptr<HeldDelivery>& held) {
  std::lock_guard<std::mutex> lock(lock_);
  held_.insert(held);
}

void Hand::remove(const std::shared_ptr<HeldDelivery>& held) {
  if (!held->remove()) return;
  std::lock_guard<std::mutex> lock(lock_);
  held_.erase(held);
  room_++;
  changed_.notify_all();
}

std::vector<std::shared_ptr<HeldDelivery>> Hand::all() const {
  std::lock_guard<std::mutex> lock(lock_);
  return {held_.begin(), held_.end()};
}

std::size_t Hand::size() const {
  std::lock_guard<std::mutex> lock(lock_);
  return held_.size();
}

bool Hand::await_empty(Instant deadline) const {
  std::unique_lock<std::mutex> lock(lock_);
  return changed_.wait_until(lock, deadline, [this] { return held_.empty(); });
}

}  // namespace headgate::internal
