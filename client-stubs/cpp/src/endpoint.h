#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <string>

#include "clock.h"

namespace headgate::internal {

class Connection;

/// One address of the fleet, and how long to keep away from it. Thread-safe but for `idle`, which belongs to the pool.
class Endpoint {
 public:
  /// @param address `host:port` or `[IPv6]:port`
  /// @throws std::invalid_argument
  explicit Endpoint(const std::string& address);

  const std::string& address() const { return address_; }
  const std::string& host() const { return host_; }
  int port() const { return port_; }

  /// Whether calls should rather go elsewhere for now.
  bool avoided() const;
  /// It could not be reached, broke, stayed silent or is draining.
  void failed();
  /// It has answered.
  void succeeded();

  /// Newest last, so that surplus connections grow old and are closed.
  std::deque<std::shared_ptr<Connection>> idle;

 private:
  std::string address_;
  std::string host_;
  int port_ = 0;
  mutable std::mutex lock_;
  int failures_ = 0;
  Instant avoid_until_;
};

}  // namespace headgate::internal
