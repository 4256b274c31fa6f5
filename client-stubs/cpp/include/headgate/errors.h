#pragma once

/// @file
/// What a failed call throws.

#include <chrono>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>

namespace headgate {

/// What became of the work that a failed call asked for.
enum class Outcome {
  /// Nothing was stored or changed. Sending again cannot make a duplicate.
  not_applied = 1,
  /// Nobody can know. Sending again may make a duplicate; not sending again may lose the message.
  unknown = 2,
};

/// Who has to act on a failure.
enum class ErrorCategory {
  /// The call is wrong; the same call fails again.
  caller = 1,
  /// The caller is over a limit: slow down.
  limit = 2,
  /// The gateway or a broker cannot serve right now: retry, perhaps on another node.
  availability = 3,
  /// A defect or broken configuration; also a category that this client does not know.
  internal = 4,
};

/// The stable error codes, the same for every engine. Numbers below 100 are the client's own and never come over the
/// wire.
enum class ErrorCode {
  /// A code of a newer contract; HeadgateError::code_number has its number.
  unrecognized = 0,
  /// No gateway node could be reached, or the connection broke before the answer came.
  gateway_unreachable = 1,
  /// What came back is not an answer of this contract.
  bad_reply = 2,
  /// The client is closed.
  client_closed = 4,
  /// The client's own bound of connections is spent.
  client_overloaded = 5,
  /// The body is in an encoding that this client does not read, is damaged, or is too large when decoded.
  unreadable_body = 6,
  /// A field is missing, malformed or outside its limits.
  invalid_argument = 100,
  /// No route, or no topic on the engine, has this name.
  unknown_topic = 101,
  /// The group may not be created on demand and does not exist.
  unknown_group = 102,
  /// Body, key and headers together are larger than the topic allows.
  message_too_large = 103,
  /// The caller's identity may not do this on this topic or group.
  permission_denied = 104,
  /// No identity, or one that could not be proven.
  unauthenticated = 105,
  /// The engine behind the topic cannot do this.
  unsupported = 106,
  /// The call contradicts the state of its object.
  failed_precondition = 107,
  /// The object to be created exists already.
  already_exists = 108,
  /// The object named by the call does not exist or is settled.
  not_found = 109,
  /// Over a quota of tenant or topic.
  quota_exceeded = 200,
  /// The gateway's own bound is spent.
  overloaded = 201,
  /// The engine cannot be reached or has no writable partition.
  engine_unavailable = 300,
  /// The node is draining or stopping; another one serves.
  draining = 301,
  /// The call's deadline has passed; the outcome says whether the work may have been done.
  deadline_exceeded = 302,
  /// Stored, perhaps, at less than the asked durability, or the engine's answer was lost.
  store_uncertain = 303,
  /// An epoch, lease or ownership has moved on.
  fenced = 304,
  /// A defect of the gateway or its engine adapter.
  internal = 400,
};

/// The name that the documentation uses, such as `UNKNOWN_TOPIC`.
const char* to_string(ErrorCode code) noexcept;
/// `NOT_APPLIED` or `UNKNOWN`.
const char* to_string(Outcome outcome) noexcept;
/// `CALLER`, `LIMIT`, `AVAILABILITY` or `INTERNAL`.
const char* to_string(ErrorCategory category) noexcept;

/// The facts of a failure.
struct Failure {
  /// The stable number of the code, known to this client or not.
  int code_number = 0;
  ErrorCategory category = ErrorCategory::internal;
  /// What happened, to which topic, and what the caller can do. For people.
  std::string message;
  /// Whether the same call may succeed later; to be read together with `outcome`.
  bool retryable = false;
  Outcome outcome = Outcome::unknown;
  /// How long to wait before a retry; zero: the caller's own back-off decides.
  std::chrono::milliseconds retry_after{0};
  /// Machine-readable facts, such as `topic`, `sizeBytes`, `limitBytes`.
  std::map<std::string, std::string> details;
};

/// A call that failed: answered so by the gateway, or broken on the way. Look at `outcome()` before sending again. The
/// subclass tells who has to act. Copying never throws.
class HeadgateError : public std::runtime_error {
 public:
  explicit HeadgateError(Failure failure);

  /// What happened; `unrecognized` when this client is older than the code.
  ErrorCode code() const noexcept;
  /// The stable number of the code, known to this client or not.
  int code_number() const noexcept { return failure_->code_number; }
  /// Who has to act.
  ErrorCategory category() const noexcept { return failure_->category; }
  /// The text without code and outcome, which `what()` has too.
  const std::string& message() const noexcept { return failure_->message; }
  /// Whether the same call may succeed later; to be read together with `outcome()`.
  bool retryable() const noexcept { return failure_->retryable; }
  /// Whether the work of the call may have been done.
  Outcome outcome() const noexcept { return failure_->outcome; }
  /// How long to wait before a retry; zero: the caller's own back-off decides.
  std::chrono::milliseconds retry_after() const noexcept { return failure_->retry_after; }
  /// Machine-readable facts; empty: none.
  const std::map<std::string, std::string>& details() const noexcept { return failure_->details; }
  /// All of these together.
  const Failure& failure() const noexcept { return *failure_; }

 private:
  std::shared_ptr<const Failure> failure_;
};

/// The call is wrong; change it.
class CallerError : public HeadgateError {
 public:
  using HeadgateError::HeadgateError;
};

/// The caller is over a limit; slow down.
class LimitError : public HeadgateError {
 public:
  using HeadgateError::HeadgateError;
};

/// The gateway or a broker cannot serve right now.
class UnavailableError : public HeadgateError {
 public:
  using HeadgateError::HeadgateError;
};

/// A defect, or broken configuration.
class InternalError : public HeadgateError {
 public:
  using HeadgateError::HeadgateError;
};

/// A body that cannot be decoded; `details` has `encoding`, and `limitBytes` where it is too large.
class UnreadableBodyError : public CallerError {
 public:
  using CallerError::CallerError;
};

/// Thrown by a handler to have the message delivered again after a delay of its choice.
class RetryLater : public std::runtime_error {
 public:
  /// @param delay 0 to 40 days
  /// @param reason kept with the dead letter; cut at 1 KiB
  explicit RetryLater(std::chrono::milliseconds delay, const std::string& reason = {})
      : std::runtime_error(reason), delay_(delay) {}

  std::chrono::milliseconds delay() const noexcept { return delay_; }

 private:
  std::chrono::milliseconds delay_;
};

}  // namespace headgate
