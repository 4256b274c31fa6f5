#pragma once

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <vector>

#include "clock.h"
#include "headgate/delivery.h"

namespace headgate::internal {

/// One delivery in a consumer's hand, from when it was received until its lease is settled or lost. Thread-safe: its
/// handler, the renewer and a closing consumer race for it.
class HeldDelivery {
 public:
  explicit HeldDelivery(Delivery delivery);

  const Delivery& delivery() const { return delivery_; }

  /// True once, for the worker that may run the handler.
  bool start();
  /// True once, when no handler has begun and none will.
  bool take_back();
  /// True once, for who settles it.
  bool settle();
  /// True once, for who removes it from the hand.
  bool remove();

  /// The lease now lasts so long; it is renewed when half of that has passed.
  void prolonged(Millis lease);
  /// A renewal failed: try again when half of what is left has passed.
  void postponed();
  /// The gateway no longer honours the lease; it is not renewed again.
  void lost();
  /// Whether the lease can still be settled, as far as this side knows.
  bool alive() const;
  /// When it is due for renewal; Instant::max(): never.
  Instant renew_at() const;

 private:
  enum class State { waiting, running, settling, gone };

  bool leave(State from, State to);

  const Delivery delivery_;
  mutable std::mutex lock_;
  State state_ = State::waiting;
  bool lost_ = false;
  Instant expires_;
  Instant renew_at_;
};

/// What a consumer holds leased, and the room for more. Thread-safe.
class Hand {
 public:
  explicit Hand(std::size_t size) : room_(size) {}

  /// Waits for room and takes as much as there is, at most `most`; 0: the hand is closed.
  std::size_t acquire_room(std::size_t most);
  void release_room(std::size_t places);
  /// Hands out no more room.
  void close();

  /// Puts a delivery into room that was taken.
  void add(const std::shared_ptr<HeldDelivery>& held);
  /// Frees its place; repeating it is harmless.
  void remove(const std::shared_ptr<HeldDelivery>& held);
  /// A copy of what is held.
  std::vector<std::shared_ptr<HeldDelivery>> all() const;
  std::size_t size() const;
  /// Waits until nothing is held; false: not in time.
  bool await_empty(Instant deadline) const;

 private:
  mutable std::mutex lock_;
  mutable std::condition_variable changed_;
  std::size_t room_;
  bool closed_ = false;
  std::set<std::shared_ptr<HeldDelivery>> held_;
};

}  // namespace headgate::internal
