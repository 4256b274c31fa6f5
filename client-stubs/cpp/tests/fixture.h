#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "fake_gateway.h"
#include "headgate/headgate.h"

namespace headgate::testing {

using namespace std::chrono_literals;

/// A fake gateway, and a client of it with short pauses.
class WithGateway : public ::testing::Test {
 protected:
  static ClientOptions quick() {
    ClientOptions options;
    options.timeout = 5s;
    options.backoff_initial = 5ms;
    options.backoff_max = 50ms;
    return options;
  }

  void refuse(ErrorCode code, bool retryable = true, Outcome outcome = Outcome::not_applied) {
    gateway.topic->fail(refusal(code, retryable, outcome));
  }

  /// Sends and expects it to fail.
  static HeadgateError failing_send(Client& client, const CallOptions& options = {}) {
    try {
      client.producer().send("t", "x", options);
    } catch (const HeadgateError& e) {
      return e;
    }
    throw std::runtime_error("the send did not fail");
  }

  std::vector<std::string> stored() {
    return gateway.topic->with([](auto& state) { return state.stored; });
  }

  std::size_t calls() {
    return gateway.topic->with([](auto& state) { return state.contexts.size(); });
  }

  FakeGateway gateway;
  Client client{gateway.address(), quick()};
};

}  // namespace headgate::testing
