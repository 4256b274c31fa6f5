#pragma once

/// @file
/// The client.

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "headgate/admin.h"
#include "headgate/consumer.h"
#include "headgate/delivery.h"
#include "headgate/options.h"
#include "headgate/producer.h"
#include "headgate/seek.h"

namespace headgate {

namespace internal {
class ClientCore;
}

/// Who answers.
struct GatewayVersion {
  /// The contract's version, `major.minor`.
  std::string contract;
  /// The gateway's own version.
  std::string gateway;
  /// The node's configured name.
  std::string node;
};

/// A node of the fleet.
struct NodeInfo {
  std::string node;
  /// `host:port`.
  std::string address;
  /// How many of the subscription's partitions it owns.
  int partitions = 0;
};

/// A client of a gateway fleet: one pool of connections for its producers, consumers and admin. Thread-safe; make one per
/// process (after a fork, not before) and close it at the end, by its destructor perhaps. Every call blocks its thread up
/// to its deadline and throws HeadgateError.
class Client {
 public:
  /// Opens no connection yet.
  /// @param addresses `host:port`, several parted by commas; a client keeps to one and moves on when it fails or drains
  /// @throws std::invalid_argument an address or option is out of its limits, or a TLS file cannot be read
  explicit Client(const std::string& addresses, ClientOptions options = {});
  /// Closes it.
  ~Client();
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;

  /// Sends messages.
  Producer producer() const;
  /// Administration.
  Admin admin() const;

  /// Starts a consumer. It receives, runs the handler on threads of its own, renews leases, acks what the handler returns
  /// from and nacks what it throws at. Never blocks; a gateway that is not there yet is waited for.
  /// @param handler called by `concurrency` threads at once; the same message can come more than once
  [[nodiscard]] Consumer subscribe(const std::string& topic, const std::string& group, Handler handler,
                                   const ConsumerOptions& options = {});

  /// Starts a consumer whose handler settles each delivery itself, now or later.
  [[nodiscard]] Consumer subscribe_explicit(const std::string& topic, const std::string& group, ExplicitHandler handler,
                                            const ConsumerOptions& options = {});

  /// Leases messages. The caller settles each before its lease expires, else it comes again.
  ReceiveResult receive(const std::string& topic, const std::string& group, const ReceiveOptions& how = {},
                        const CallOptions& options = {});

  /// Settles a delivery: done for good.
  SettleResult ack(const Delivery& delivery, const CallOptions& options = {});
  /// Settles leases. Answers per lease, in order.
  std::vector<SettleResult> ack(const std::vector<std::string>& leases, const CallOptions& options = {});

  /// Gives a delivery back, to come again later.
  /// @param delay absent: the group's back-off for this attempt
  /// @param reason why, for the dead letter; cut at 1 KiB
  SettleResult nack(const Delivery& delivery, std::optional<std::chrono::milliseconds> delay = std::nullopt,
                    const std::string& reason = {}, const CallOptions& options = {});
  /// Gives several back. Answers per lease, in order.
  std::vector<SettleResult> nack(const std::vector<Nack>& nacks, const CallOptions& options = {});

  /// Prolongs a delivery's lease.
  /// @param lease the new time to live, counted from now; absent: the group's
  SettleResult extend(const Delivery& delivery, std::optional<std::chrono::milliseconds> lease = std::nullopt,
                      const CallOptions& options = {});
  /// Prolongs leases. Answers per lease, in order.
  std::vector<SettleResult> extend(const std::vector<std::string>& leases, std::optional<std::chrono::milliseconds> lease,
                                   const CallOptions& options = {});

  /// Moves the position of the whole group; takes effect on running consumers.
  void seek(const std::string& topic, const std::string& group, const SeekTarget& target, const CallOptions& options = {});

  /// Which nodes own partitions of a subscription, best first.
  std::vector<NodeInfo> locate(const std::string& topic, const std::string& group, const CallOptions& options = {});

  /// Who answers: a cheap probe of a node.
  GatewayVersion version(const CallOptions& options = {});

  /// How many connections are with a running call.
  std::size_t connections_in_use() const;
  /// How many connections wait for a call.
  std::size_t connections_idle() const;

  /// Closes its consumers gracefully, then all connections; calls that still run fail. Repeating it is harmless.
  void close();

 private:
  std::shared_ptr<internal::ClientCore> core_;
};

}  // namespace headgate
