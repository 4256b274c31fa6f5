#pragma once

/// @file
/// What a service receives, and what became of a lease.

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "headgate/message.h"

namespace headgate {

namespace internal {
struct DeliveryContent;
}

/// One message, leased to this client: no other member of the group gets it meanwhile. Cheap to copy; copies share the
/// message. Thread-safe.
class Delivery {
 public:
  /// Made by the client.
  explicit Delivery(std::shared_ptr<internal::DeliveryContent> content);

  /// The payload, decoded when it came compressed (on the first call).
  /// @throws UnreadableBodyError the encoding is unknown to this client, the body is damaged, or larger than
  ///     CompressionOptions::max_decoded_bytes
  const std::string& body() const;
  /// The message with its body decoded and no `encoding`.
  /// @throws UnreadableBodyError as body()
  const Message& message() const;
  /// The message as it came over the wire, its body still encoded.
  const Message& wire_message() const noexcept;

  const std::optional<std::string>& key() const noexcept { return wire_message().key; }
  const std::optional<std::string>& tag() const noexcept { return wire_message().tag; }
  const std::vector<Header>& headers() const noexcept { return wire_message().headers; }

  /// Opaque; settles it, on any node, before it expires.
  const std::string& lease() const noexcept;
  /// How long the lease lasts, counted from when the gateway wrote the answer.
  std::chrono::milliseconds lease_time() const noexcept;
  /// From 1; rises by one with each delivery to the group.
  int attempt() const noexcept;
  /// The same each time that the message is delivered.
  const std::string& message_id() const noexcept;
  /// When the producer's call reached the gateway, or a native producer made the message.
  Time born_at() const noexcept;
  /// When the engine stored it.
  Time stored_at() const noexcept;
  /// Where it lies; opaque, for people and for seek.
  const std::string& position() const noexcept;

 private:
  std::shared_ptr<internal::DeliveryContent> content_;
};

/// What one receive answered; a sequence of its deliveries.
struct ReceiveResult {
  /// Empty when the wait has passed with nothing to deliver.
  std::vector<Delivery> deliveries;
  /// How long to wait before the next receive (over quota, draining).
  std::chrono::milliseconds retry_after{0};
  /// The node hands out nothing more; the client's next call goes to another one.
  bool draining = false;

  std::vector<Delivery>::const_iterator begin() const { return deliveries.begin(); }
  std::vector<Delivery>::const_iterator end() const { return deliveries.end(); }
  std::size_t size() const { return deliveries.size(); }
  bool empty() const { return deliveries.empty(); }
};

/// What became of one lease.
enum class SettleStatus {
  /// It was valid and is now settled, or prolonged.
  done = 1,
  /// Its time had passed: the message is, or will be, delivered again.
  expired = 2,
  /// The message has been given to another, or its partition has moved.
  fenced = 3,
  /// Not a lease that the gateway knows; also an answer that this client does not know.
  unknown = 4,
  /// The owner could not be reached in time; the lease stays. Try again before it expires.
  unavailable = 5,
};

/// `DONE`, `EXPIRED`, `FENCED`, `UNKNOWN` or `UNAVAILABLE`.
const char* to_string(SettleStatus status) noexcept;

/// The answer to one lease.
struct SettleResult {
  SettleStatus status = SettleStatus::unknown;
  /// Why it is not done, for people.
  std::optional<std::string> message;
  /// After an extend: how long the lease now lasts; less than asked at the group's maximum.
  std::optional<std::chrono::milliseconds> lease_time;

  /// Whether the lease was settled or prolonged.
  bool done() const { return status == SettleStatus::done; }
};

/// One lease to give back.
struct Nack {
  std::string lease;
  /// When to deliver again; absent: the group's back-off for this attempt.
  std::optional<std::chrono::milliseconds> delay;
  /// Why, for the dead letter; cut at 1 KiB.
  std::optional<std::string> reason;
};

}  // namespace headgate
