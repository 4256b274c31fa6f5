#pragma once

/// @file
/// Sending.

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "headgate/errors.h"
#include "headgate/message.h"
#include "headgate/options.h"

namespace headgate {

namespace internal {
class Caller;
class CheckLoop;
}

/// Proof that a message is stored at the durability of its topic.
struct SendReceipt {
  /// Unique, kept by every engine and through every copy.
  std::string message_id;
  /// Where the engine stored it; opaque; absent for a delayed message.
  std::optional<std::string> position;
  /// For Producer::cancel; only for a delayed message on an engine that can cancel.
  std::optional<std::string> delay_handle;
};

/// The answer to one entry of a batch: a receipt, or the error of this entry.
struct SendOutcome {
  std::optional<SendReceipt> receipt;
  /// Set exactly when `receipt` is not.
  std::shared_ptr<const HeadgateError> error;

  /// Whether the entry is stored.
  bool stored() const { return receipt.has_value(); }
};

/// Proof that a message is stored, and that nobody sees it before it is committed.
struct PreparedMessage {
  std::string message_id;
  /// For commit and rollback, by any client through any node; opaque.
  std::string transaction_id;
};

/// A prepared message whose producer has been silent: answer with commit or rollback.
struct PendingCheck {
  /// To answer by; another one than that of PreparedMessage, perhaps.
  std::string transaction_id;
  std::string topic;
  std::string message_id;
  /// Its body is decoded; one that cannot be decoded keeps its `encoding`.
  Message message;
  /// From 1; after the last one the message is rolled back.
  int attempt = 0;
};

/// What a check callback knows of a transaction.
enum class Decision {
  commit,
  rollback,
  /// Not known yet: the gateway asks again later.
  undecided,
};

/// Answers the checks of a producer group on a thread of its own, until closed or destroyed. Thread-safe.
class TransactionChecker {
 public:
  /// Made by Producer::answer_checks.
  explicit TransactionChecker(std::shared_ptr<internal::CheckLoop> loop);
  TransactionChecker(TransactionChecker&&) noexcept;
  TransactionChecker& operator=(TransactionChecker&&) noexcept;
  ~TransactionChecker();

  /// Ends the loop and waits for its thread, at the longest for one wait for checks. Not to be called by the callback.
  /// Repeating it is harmless.
  void close();

 private:
  std::shared_ptr<internal::CheckLoop> loop_;
};

/// Sends messages. Thread-safe, cheap to copy; of use as long as its client is open. Every call blocks its thread up to its
/// deadline and throws HeadgateError.
class Producer {
 public:
  /// Made by Client::producer.
  explicit Producer(std::shared_ptr<internal::Caller> caller);

  /// Stores one message and returns when the engine has confirmed it.
  /// @throws HeadgateError the message is not known to be stored; `outcome()` says whether it may be
  SendReceipt send(const std::string& topic, Message message, const CallOptions& options = {});

  /// Stores several messages in one call; each is answered for itself. No entry is retried on its own: sent again, it could
  /// end behind a later one of its key.
  /// @param messages 1 to 1,000
  /// @return as many outcomes as messages, in their order
  /// @throws HeadgateError only for failures of the whole call
  std::vector<SendOutcome> send_batch(const std::string& topic, std::vector<Message> messages,
                                      const CallOptions& options = {});

  /// Withdraws a delayed message that is not yet due.
  /// @throws HeadgateError `not_found` when it is due, cancelled or unknown
  void cancel(const std::string& topic, const std::string& delay_handle, const CallOptions& options = {});

  /// Stores a message that nobody sees until commit. Not retried when it may have been stored: what was stored without an
  /// answer is asked about, and rolled back in the end.
  /// @param group any member of this producer group may answer when the engine asks what became of the message
  PreparedMessage prepare(const std::string& topic, const std::string& group, Message message,
                          const CallOptions& options = {});

  /// Makes a prepared message visible. Repeating it is harmless.
  /// @throws HeadgateError `not_found` when it is unknown, or has been rolled back
  void commit(const std::string& transaction_id, const CallOptions& options = {});

  /// Discards a prepared message. Repeating it is harmless.
  /// @throws HeadgateError `not_found` when it is unknown, or has been committed
  void rollback(const std::string& transaction_id, const CallOptions& options = {});

  /// Asks for prepared messages of the group that wait for an answer; answer_checks does it in a loop.
  /// @param wait how long to park when there are none, at most 60 s
  std::vector<PendingCheck> pending_checks(const std::string& group, int max_checks = 16,
                                           std::chrono::milliseconds wait = std::chrono::milliseconds(0),
                                           const CallOptions& options = {});

  /// Starts answering the checks of a group; each service that prepares messages does. What the callback throws at stays
  /// undecided.
  /// @param decide called by one thread, with one check after the other
  /// @param wait how long one request for checks parks, at most 60 s; also the longest that closing waits
  TransactionChecker answer_checks(const std::string& group, std::function<Decision(const PendingCheck&)> decide,
                                   std::chrono::milliseconds wait = std::chrono::milliseconds(5'000));

 private:
  std::shared_ptr<internal::Caller> caller_;
};

}  // namespace headgate
