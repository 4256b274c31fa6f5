#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "connection.h"
#include "endpoint.h"
#include "headgate/options.h"
#include "log.h"
#include "tls.h"

namespace headgate::internal {

/// Which bound a call counts against: parked receives must not keep acks from a connection.
enum class Lane { call, poll };

/// The bounded connections of one client to all its addresses. A connection is handed to one borrower at a time; one that
/// broke, timed out or answered nonsense is closed and never handed out again. Calls stay with one address, at first a
/// random one, until it fails, then move to the next that is not being avoided; when all are, the pool tries them all the
/// same. Thread-safe.
class ConnectionPool {
 public:
  /// @param addresses parted by commas
  /// @throws std::invalid_argument
  ConnectionPool(const std::string& addresses, const ClientOptions& options, Log log);

  /// A usable connection, idle or new; blocks at the longest to the deadline.
  /// @throws HeadgateError not applied: client_overloaded, gateway_unreachable or client_closed
  std::shared_ptr<Connection> borrow(Lane lane, Instant deadline);
  /// Takes a connection back, once.
  void give_back(const std::shared_ptr<Connection>& connection, Lane lane, bool usable);

  /// Sleeps until then, or until the pool is closed.
  void pause(Instant until);
  std::size_t in_use() const;
  std::size_t idle() const;
  /// Closes all connections; calls that still run fail.
  void close();

 private:

  void acquire(Lane lane, Instant deadline);
  void release(Lane lane);
  std::shared_ptr<Connection> find(Instant deadline);
  std::shared_ptr<Connection> connect(Endpoint& endpoint, Instant deadline);
  std::shared_ptr<Connection> take_idle(Endpoint& endpoint);

  ClientOptions options_;
  Log log_;
  std::unique_ptr<TlsContext> tls_;
  std::vector<std::unique_ptr<Endpoint>> endpoints_;

  mutable std::mutex lock_;
  std::condition_variable changed_;
  int calls_left_;
  int polls_left_;
  std::map<Connection*, std::shared_ptr<Connection>> in_use_;
  std::size_t preferred_;
  bool closed_ = false;
};

}  // namespace headgate::internal
