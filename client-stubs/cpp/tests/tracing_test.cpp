#include <atomic>

#include "fixture.h"

namespace headgate::testing {

namespace {

const std::string kParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

}  // namespace

class TracingTest : public WithGateway {
 protected:
  std::vector<std::pair<std::string, std::string>> headers() {
    return gateway.topic->with([](auto& state) {
      std::vector<std::pair<std::string, std::string>> pairs;
      for (auto& header : state.messages.back().headers) pairs.emplace_back(header.name, header.value);
      return pairs;
    });
  }
};

using Pairs = std::vector<std::pair<std::string, std::string>>;

TEST_F(TracingTest, ContextGoesWithCallAndMessage) {
  CallOptions options;
  options.trace = TraceContext{kParent, "a=b", "user=7"};

  client.producer().send("t", "x", options);

  gateway.topic->with([](auto& state) {
    EXPECT_EQ(state.contexts[0].traceparent, kParent);
    EXPECT_EQ(state.contexts[0].tracestate, "a=b");
  });
  EXPECT_EQ(headers(), (Pairs{{"traceparent", kParent}, {"tracestate", "a=b"}, {"baggage", "user=7"}}));
}

TEST_F(TracingTest, HeadersOfTheMessageWin) {
  CallOptions options;
  options.trace = TraceContext{kParent, "a=b", ""};

  client.producer().send("t", Message("x").with_header("traceparent", "own"), options);

  EXPECT_EQ(headers(), (Pairs{{"traceparent", "own"}}));
}

TEST_F(TracingTest, CurrentContextComesFromTheHookAndReachesTheHandler) {
  auto settings = quick();
  TraceContext seen;
  std::atomic<bool> inside{false};
  std::atomic<bool> done{false};
  settings.tracing.current = [] { return TraceContext{kParent, "", "user=7"}; };
  settings.tracing.around_handler = [&](const Delivery&, const TraceContext& parent, const std::function<void()>& handle) {
    seen = parent;
    inside = true;
    handle();
    inside = false;
    done = true;
  };
  Client traced(gateway.address(), settings);
  traced.producer().send_batch("t", {"x", "y"});
  gateway.topic->with([](auto& state) { EXPECT_EQ(state.contexts[0].traceparent, kParent); });
  gateway.topic->queue(gateway.topic->with([](auto& state) { return state.messages.back(); }));

  auto consumer = traced.subscribe("t", "g", [&](const Delivery&) { EXPECT_TRUE(inside); });

  until("handled", [&] { return done.load(); });
  consumer.close();
  EXPECT_EQ(seen.traceparent, kParent);
  EXPECT_EQ(seen.baggage, "user=7");
  EXPECT_TRUE(seen.tracestate.empty());
}

TEST_F(TracingTest, HookThatThrowsDoesNotStopASend) {
  auto settings = quick();
  settings.tracing.current = []() -> TraceContext { throw std::runtime_error("no tracer"); };
  Client traced(gateway.address(), settings);

  traced.producer().send("t", "x");

  EXPECT_EQ(stored().size(), 1u);
}

}  // namespace headgate::testing
