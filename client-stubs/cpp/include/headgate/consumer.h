#pragma once

/// @file
/// The worker loop.

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "headgate/delivery.h"
#include "headgate/errors.h"

namespace headgate {

namespace internal {
class ConsumerLoop;
class HeldDelivery;
class Settler;
}

/// Handles one delivery. Returns: acked. Throws RetryLater: delivered again after its delay. Throws anything else: delivered
/// again after ConsumerOptions::nack_delay.
using Handler = std::function<void(const Delivery& delivery)>;

/// The right to settle one delivery of a consumer, at any time and from any thread. It is renewed until it is settled, or
/// until the last copy is gone: then the message is given back. Cheap to copy; thread-safe.
class Settlement {
 public:
  /// Made by the consumer.
  Settlement(std::shared_ptr<internal::Settler> settler, std::shared_ptr<internal::HeldDelivery> held);

  /// Done for good; sent soon, with others, and repeated as long as the lease lives.
  /// @return false when it was settled before
  bool ack();
  /// Deliver again.
  /// @param delay absent: the group's back-off
  /// @param reason kept with the dead letter; cut at 1 KiB
  /// @return false when it was settled before
  bool nack(std::optional<std::chrono::milliseconds> delay = std::nullopt, const std::string& reason = {});
  /// Whether the gateway still honours the lease, as far as this side knows.
  bool alive() const;

 private:
  struct Token;
  std::shared_ptr<Token> token_;
};

/// Handles one delivery and settles it by `settlement`, now or later. Throwing nacks what has not been settled.
using ExplicitHandler = std::function<void(const Delivery& delivery, Settlement settlement)>;

/// A running consumer of one topic for one group, made by Client::subscribe. It holds at most `concurrency + prefetch`
/// messages and keeps receiving through failures of the gateway. Messages of one key reach one handler after the other on
/// an ordered topic, because the gateway leases them so. Closed by its destructor. Thread-safe.
class Consumer {
 public:
  explicit Consumer(std::shared_ptr<internal::ConsumerLoop> loop);
  Consumer(Consumer&&) noexcept;
  Consumer& operator=(Consumer&&) noexcept;
  ~Consumer();

  /// How many messages are leased to this consumer now.
  std::size_t in_hand() const;
  /// Why the last receive failed; null when it did not.
  std::shared_ptr<const HeadgateError> last_failure() const;

  /// Receives no more and gives back what no handler has begun; what runs goes on. Never blocks; may be called by a
  /// handler. close() does the rest.
  void stop();

  /// Stops, waits for running handlers up to `close_timeout`, and settles what is in hand. A receive that is parked is waited
  /// for too, up to `poll_wait`, so that no lease gets lost in it. What still runs after that is left to itself, and its
  /// lease to expire. Not to be called by a handler. Repeating it is harmless.
  void close();

  /// Waits until somebody has closed this consumer.
  void wait() const;
  /// @return false when the time has passed
  bool wait_for(std::chrono::milliseconds time) const;

 private:
  std::shared_ptr<internal::ConsumerLoop> loop_;
};

}  // namespace headgate
