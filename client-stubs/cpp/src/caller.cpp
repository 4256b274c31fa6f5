#include "caller.h"

#include <thrift/TApplicationException.h>
#include <thrift/transport/TTransportException.h>

#include <algorithm>
#include <stdexcept>

#include "failures.h"
#include "wire.h"

namespace headgate::internal {

using apache::thrift::TApplicationException;
using apache::thrift::TException;
using apache::thrift::transport::TTransportException;

namespace {

// The gateway answers by the deadline; so long after it the connection is held to be dead.
constexpr Millis kGrace{250};
constexpr int kMaxTimeoutMillis = 600'000;

template <typename T>
void positive(const char* name, T value) {
  if (value <= T(0)) throw std::invalid_argument(std::string(name) + " is not positive (expected: > 0)");
}

ClientOptions checked(const ClientOptions& options) {
  positive("timeout", options.timeout);
  positive("connect_timeout", options.connect_timeout);
  positive("idle_timeout", options.idle_timeout);
  positive("max_connections", options.max_connections);
  positive("max_polls", options.max_polls);
  positive("max_frame_bytes", options.max_frame_bytes);
  positive("compression.max_decoded_bytes", static_cast<std::ptrdiff_t>(options.compression.max_decoded_bytes));
  if (options.compression.level < 1 || options.compression.level > 19) {
    throw std::invalid_argument("compression.level: " + std::to_string(options.compression.level) + " (expected: 1 to 19)");
  }
  return options;
}

}  // namespace

Caller::Caller(const std::string& addresses, const ClientOptions& options)
    : options_(checked(options)),
      log_(options.log),
      backoff_(options.backoff_initial, options.backoff_max),
      pool_(addresses, options, log_) {}

void Caller::call(const Operation& operation, const CallOptions& options, Millis parked, const Exchange& exchange) {
  Millis timeout = options.timeout.value_or(options_.timeout);
  positive("timeout", timeout);
  Instant deadline = Clock::now() + timeout + parked;
  Lane lane = parked.count() > 0 ? Lane::poll : Lane::call;
  bool uncertain = false;
  for (int retry = 0;; retry++) {
    Instant next;
    try {
      return attempt(lane, options, deadline, exchange);
    } catch (const HeadgateError& e) {
      uncertain = uncertain || e.outcome() == Outcome::unknown;
      bool harmless = !uncertain || operation.repeatable || options.retry_uncertain;
      next = Clock::now() + backoff_.pause(retry, e.retry_after());
      if (!e.retryable() || !harmless || next >= deadline) {
        if (uncertain && e.outcome() == Outcome::not_applied) raise(after_uncertain_attempt(e.failure()));
        throw;
      }
      log_.debug(std::string(operation.name) + " failed, trying again: " + e.what());
    }
    pool_.pause(next);
  }
}

CallOptions Caller::traced(const CallOptions& options) const {
  CallOptions with = options;
  if (with.trace || !options_.tracing.current) return with;
  try {
    with.trace = options_.tracing.current();
  } catch (const std::exception& e) {
    log_.warning(std::string("no trace context: ") + e.what());
  }
  return with;
}

void Caller::attempt(Lane lane, const CallOptions& options, Instant deadline, const Exchange& exchange) {
  auto connection = pool_.borrow(lane, deadline);
  bool usable = false;
  try {
    converse(*connection, options, deadline, exchange, usable);
  } catch (...) {
    pool_.give_back(connection, lane, usable);
    throw;
  }
  pool_.give_back(connection, lane, true);
}

void Caller::converse(Connection& connection, const CallOptions& options, Instant deadline, const Exchange& exchange,
                      bool& usable) {
  int left = left_millis(deadline);
  if (left < 1) {
    usable = true;
    raise(ErrorCode::deadline_exceeded, Outcome::not_applied, "no connection to the gateway within the call's timeout");
  }
  connection.begin(deadline + kGrace);
  try {
    exchange(connection, context(options, left));
    connection.endpoint().succeeded();
  } catch (const idl::gateway::GatewayError& e) {
    usable = true;
    Failure failure = from_wire(e.failure);
    if (failure.code_number == static_cast<int>(ErrorCode::draining)) connection.endpoint().failed();
    raise(std::move(failure));
  } catch (const TApplicationException& e) {
    if (e.getType() == TApplicationException::UNKNOWN_METHOD) {
      usable = true;
      raise(ErrorCode::unsupported, Outcome::not_applied, std::string("the gateway does not know this call: ") + e.what());
    }
    raise(ErrorCode::bad_reply, Outcome::unknown, std::string("Thrift failure: ") + e.what());
  } catch (const TTransportException& e) {
    bool lost = e.getType() == TTransportException::TIMED_OUT || e.getType() == TTransportException::END_OF_FILE;
    raise_broken(connection, deadline, lost, e.what());
  } catch (const TException& e) {
    raise_broken(connection, deadline, false, e.what());
  }
}

void Caller::raise_broken(Connection& connection, Instant deadline, bool lost, const std::string& cause) const {
  Outcome outcome = connection.written() ? Outcome::unknown : Outcome::not_applied;
  const std::string& node = connection.endpoint().address();
  if (!lost) {
    if (!connection.written()) raise(ErrorCode::invalid_argument, outcome, "request that cannot be written: " + cause);
    raise(ErrorCode::bad_reply, outcome, "unreadable answer of " + node + ": " + cause);
  }
  connection.endpoint().failed();
  if (Clock::now() >= deadline) raise(ErrorCode::deadline_exceeded, outcome, "no answer in time from " + node + ": " + cause);
  raise(ErrorCode::gateway_unreachable, outcome, "connection lost to " + node + ": " + cause);
}

idl::gateway::CallContext Caller::context(const CallOptions& options, int left) const {
  idl::gateway::CallContext context;
  context.__set_timeoutMillis(std::min(left, kMaxTimeoutMillis));
  if (options.trace && !options.trace->traceparent.empty()) {
    context.__set_traceparent(options.trace->traceparent);
    if (!options.trace->tracestate.empty()) context.__set_tracestate(options.trace->tracestate);
  }
  if (!options_.client_id.empty()) context.__set_clientId(options_.client_id);
  if (!options_.token.empty()) context.__set_token(options_.token);
  context.__set_userAgent("headgate-cpp/" HEADGATE_VERSION);
  return context;
}

}  // namespace headgate::internal
