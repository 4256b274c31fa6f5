#pragma once

#include <functional>
#include <memory>
#include <string>

#include "backoff.h"
#include "connection_pool.h"
#include "gateway_types.h"
#include "headgate/options.h"
#include "log.h"

namespace headgate::internal {

/// A call of the contract, and whether repeating it is harmless.
struct Operation {
  const char* name;
  bool repeatable;
};

/// Of a call that is no long poll.
constexpr Millis kNotParked{0};

/// Makes one call of the contract out of as many exchanges as its deadline allows. A failed exchange is repeated when the
/// failure is retryable and repeating cannot do harm: nothing was applied, or the operation is repeatable, or the caller
/// has accepted duplicates. Once an exchange may have been applied, no later refusal makes the call "not applied" again.
/// Thread-safe.
class Caller {
 public:
  /// What is said over one connection; throws what the stubs throw.
  using Exchange = std::function<void(Connection&, const idl::gateway::CallContext&)>;

  /// @throws std::invalid_argument
  Caller(const std::string& addresses, const ClientOptions& options);

  /// Runs an operation to its end.
  /// @param parked how long a long poll may park on top of the timeout; zero: not a long poll
  /// @throws HeadgateError the last failure
  void call(const Operation& operation, const CallOptions& options, Millis parked, const Exchange& exchange);

  /// The options with the trace that the call is to carry.
  CallOptions traced(const CallOptions& options) const;

  ConnectionPool& pool() { return pool_; }
  const ClientOptions& options() const { return options_; }
  const Log& log() const { return log_; }

 private:
  void attempt(Lane lane, const CallOptions& options, Instant deadline, const Exchange& exchange);
  void converse(Connection& connection, const CallOptions& options, Instant deadline, const Exchange& exchange, bool& usable);
  [[noreturn]] void raise_broken(Connection& connection, Instant deadline, bool lost, const std::string& cause) const;
  idl::gateway::CallContext context(const CallOptions& options, int left) const;

  ClientOptions options_;
  Log log_;
  Backoff backoff_;
  ConnectionPool pool_;
};

}  // namespace headgate::internal
