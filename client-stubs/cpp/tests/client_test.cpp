#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "fixture.h"

namespace headgate::testing {

using Strings = std::vector<std::string>;
using std::chrono::steady_clock;

class ClientTest : public WithGateway {};

TEST_F(ClientTest, SendAnswersWithAReceipt) {
  auto receipt = client.producer().send("t", Message("hällo").with_key("k").with_tag("blue").with_header("a", "b"));

  EXPECT_EQ(receipt.message_id, "m1");
  EXPECT_EQ(stored(), Strings{"hällo"});
  gateway.topic->with([](auto& state) {
    EXPECT_EQ(state.messages[0].key, "k");
    EXPECT_EQ(state.messages[0].tag, "blue");
    EXPECT_EQ(state.messages[0].headers[0].name, "a");
  });
}

TEST_F(ClientTest, D3_EveryCallCarriesItsDeadline) {
  client.producer().send("t", "x", 1234ms);

  gateway.topic->with([](auto& state) {
    EXPECT_GE(state.contexts[0].timeoutMillis, 1000);
    EXPECT_LE(state.contexts[0].timeoutMillis, 1234);
    EXPECT_EQ(state.contexts[0].userAgent.rfind("headgate-cpp/", 0), 0u);
  });
}

TEST_F(ClientTest, D5_BytesArriveAsTheyWere) {
  Message message(std::string("\0\xff\xc3(\0", 5));
  message.key = std::string("\0\1", 2);
  message.headers = {{"empty", ""}, {"absent", std::nullopt}, {"absent", "ü"}};
  message.encoding = "own";
  message.deliver_at = Time(std::chrono::milliseconds(1893553445678));

  client.producer().send("t", message);

  gateway.topic->with([&](auto& state) {
    const auto& wire = state.messages[0];
    EXPECT_EQ(wire.body, message.body);
    EXPECT_EQ(wire.key, *message.key);
    EXPECT_FALSE(wire.__isset.tag);
    EXPECT_EQ(wire.encoding, "own");
    EXPECT_EQ(wire.deliverAtMillis, 1893553445678);
    EXPECT_TRUE(wire.headers[0].__isset.value);
    EXPECT_FALSE(wire.headers[1].__isset.value);
    EXPECT_EQ(wire.headers[2].value, "ü");
  });
}

TEST_F(ClientTest, D5_EmptyAndLargeBodies) {
  std::string large(4 << 20, '\0');
  client.producer().send("t", "");
  client.producer().send("t", large);

  EXPECT_EQ(stored(), (Strings{"", large}));
  EXPECT_EQ(gateway.accepted(), 1);
}

TEST_F(ClientTest, D4_BatchIsAnsweredEntryByEntry) {
  auto outcomes = client.producer().send_batch("t", {"a", "bad", "c"});

  ASSERT_EQ(outcomes.size(), 3u);
  EXPECT_TRUE(outcomes[0].stored());
  EXPECT_FALSE(outcomes[1].stored());
  EXPECT_EQ(outcomes[1].error->code(), ErrorCode::message_too_large);
  EXPECT_TRUE(outcomes[2].stored());
}

TEST_F(ClientTest, D30_DelayedMessageCanBeCancelled) {
  auto receipt = client.producer().send("t", Message("x").with_delay(1h));

  client.producer().cancel("t", receipt.delay_handle.value());

  gateway.topic->with([](auto& state) {
    EXPECT_EQ(state.messages[0].delayMillis, 3'600'000);
    EXPECT_EQ(state.cancelled, Strings{"handle-m1"});
  });
  Message both = Message("x").with_delay(1s).with_deliver_at(Time());
  EXPECT_THROW(client.producer().send("t", both), std::invalid_argument);
}

TEST_F(ClientTest, D31_PreparedMessageIsSeenWhenItIsCommitted) {
  auto producer = client.producer();
  auto kept = producer.prepare("t", "g", Message("kept").with_key("k"));
  auto dropped = producer.prepare("t", "g", "dropped");
  EXPECT_TRUE(stored().empty());

  auto checks = producer.pending_checks("g", 16, 500ms);
  ASSERT_EQ(checks.size(), 2u);
  EXPECT_EQ(checks[0].transaction_id, kept.transaction_id);
  EXPECT_EQ(checks[0].message.key, "k");
  producer.commit(checks[0].transaction_id);
  producer.rollback(dropped.transaction_id);

  EXPECT_EQ(stored(), Strings{"kept"});
  EXPECT_THROW(producer.commit(dropped.transaction_id), HeadgateError);
}

TEST_F(ClientTest, D31_CheckLoopAnswersByItsCallback) {
  auto producer = client.producer();
  producer.prepare("t", "g", "kept");
  producer.prepare("t", "g", "dropped");
  producer.prepare("t", "g", "throws");

  auto checker = producer.answer_checks(
      "g",
      [](const PendingCheck& check) -> Decision {
        if (check.message.body == "throws") throw std::runtime_error("no database");
        return check.message.body == "kept" ? Decision::commit : Decision::rollback;
      },
      10ms);

  until("two answered", [&] { return gateway.topic->with([](auto& state) { return state.prepared.size() == 1; }); });
  EXPECT_EQ(stored(), Strings{"kept"});
  checker.close();
}

TEST_F(ClientTest, RetryableRefusalThatAppliedNothingIsRetried) {
  refuse(ErrorCode::engine_unavailable);
  refuse(ErrorCode::overloaded);

  client.producer().send("t", "x");

  EXPECT_EQ(stored(), Strings{"x"});
  EXPECT_EQ(gateway.accepted(), 1);
}

TEST_F(ClientTest, FinalRefusalIsNotRetried) {
  refuse(ErrorCode::unknown_topic, false);

  EXPECT_EQ(failing_send(client).code(), ErrorCode::unknown_topic);
  EXPECT_EQ(calls(), 1u);
}

TEST_F(ClientTest, D2_UncertainSendIsNotRetriedUnasked) {
  refuse(ErrorCode::store_uncertain, true, Outcome::unknown);

  EXPECT_EQ(failing_send(client).outcome(), Outcome::unknown);
  EXPECT_EQ(calls(), 1u);
}

TEST_F(ClientTest, D2_LostReplyOfASendIsUnknown) {
  gateway.script({Fault::drop_reply});

  auto failure = failing_send(client);

  EXPECT_EQ(failure.code(), ErrorCode::gateway_unreachable);
  EXPECT_EQ(failure.outcome(), Outcome::unknown);
  EXPECT_EQ(stored(), Strings{"x"});
}

TEST_F(ClientTest, UncertainSendIsRetriedWhenTheCallerAcceptsDuplicates) {
  gateway.script({Fault::drop_reply});
  CallOptions options;
  options.retry_uncertain = true;

  client.producer().send("t", "x", options);

  EXPECT_EQ(stored(), (Strings{"x", "x"}));
}

TEST_F(ClientTest, D2_RefusalAfterAnUncertainAttemptStaysUnknown) {
  refuse(ErrorCode::store_uncertain, true, Outcome::unknown);
  refuse(ErrorCode::permission_denied, false);
  CallOptions options;
  options.retry_uncertain = true;

  auto failure = failing_send(client, options);

  EXPECT_EQ(failure.code(), ErrorCode::permission_denied);
  EXPECT_EQ(failure.outcome(), Outcome::unknown);
}

TEST_F(ClientTest, RepeatableCallIsRetriedAfterALostReply) {
  gateway.script({Fault::drop_reply, Fault::drop_request});

  EXPECT_EQ(client.version().node, "fake-1");
}

TEST_F(ClientTest, D3_CallEndsAtItsDeadline) {
  for (Fault fault : {Fault::silence, Fault::trickle}) {
    gateway.script({fault});
    auto before = steady_clock::now();

    auto failure = failing_send(client, 200ms);

    EXPECT_EQ(failure.code(), ErrorCode::deadline_exceeded);
    EXPECT_EQ(failure.outcome(), Outcome::unknown);
    EXPECT_GE(steady_clock::now() - before, 200ms);
    EXPECT_LT(steady_clock::now() - before, 3s);
  }
}

/// Accepts connections into its backlog and never reads.
class DeafServer {
 public:
  DeafServer() : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    ::bind(fd_, reinterpret_cast<sockaddr*>(&name_), size_);
    ::listen(fd_, 8);
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&name_), &size_);
  }
  ~DeafServer() { ::close(fd_); }
  std::string address() const { return "127.0.0.1:" + std::to_string(ntohs(name_.sin_port)); }

 private:
  int fd_;
  sockaddr_in name_{AF_INET, 0, {htonl(INADDR_LOOPBACK)}, {}};
  socklen_t size_ = sizeof name_;
};

TEST_F(ClientTest, D3_WriteThatNobodyReadsEndsAtItsDeadline) {
  DeafServer deaf;
  Client other(deaf.address(), quick());
  auto before = steady_clock::now();

  try {
    other.producer().send("t", std::string(32 << 20, 'x'), 300ms);
    FAIL() << "the send did not fail";
  } catch (const HeadgateError& e) {
    EXPECT_EQ(e.code(), ErrorCode::deadline_exceeded);
    EXPECT_EQ(e.outcome(), Outcome::not_applied);
  }
  EXPECT_LT(steady_clock::now() - before, 4s);
  EXPECT_EQ(other.connections_in_use(), 0u);
}

TEST_F(ClientTest, RetriesStayInsideTheDeadline) {
  for (int i = 0; i < 1'000; i++) refuse(ErrorCode::overloaded);
  auto before = steady_clock::now();

  EXPECT_EQ(failing_send(client, 300ms).code(), ErrorCode::overloaded);
  EXPECT_LT(steady_clock::now() - before, 2s);
}

TEST_F(ClientTest, RetryAfterPastTheDeadlineEndsTheCallAtOnce) {
  auto later = refusal(ErrorCode::quota_exceeded);
  later.failure.__set_retryAfterMillis(60'000);
  gateway.topic->fail(later);

  EXPECT_EQ(failing_send(client).retry_after(), 60s);
  EXPECT_EQ(calls(), 1u);
}

TEST_F(ClientTest, ConnectionIsReused) {
  for (int i = 0; i < 20; i++) client.producer().send("t", "x");

  EXPECT_EQ(gateway.accepted(), 1);
}

TEST_F(ClientTest, BrokenConnectionIsNeverReused) {
  int connections = 0;
  for (Fault fault : {Fault::silence, Fault::trickle, Fault::garbage, Fault::oversize}) {
    gateway.script({fault});
    failing_send(client, 100ms);
    EXPECT_EQ(gateway.accepted(), ++connections);
    EXPECT_EQ(client.connections_idle(), 0u);
  }
  client.producer().send("t", "y");
  EXPECT_EQ(stored(), (Strings{"x", "x", "x", "x", "y"}));
}

TEST_F(ClientTest, NonsenseIsABadReply) {
  for (Fault fault : {Fault::garbage, Fault::oversize}) {
    gateway.script({fault});

    auto failure = failing_send(client);

    EXPECT_EQ(failure.code(), ErrorCode::bad_reply);
    EXPECT_EQ(failure.outcome(), Outcome::unknown);
  }
}

TEST_F(ClientTest, ConnectionClosedWhileIdleIsReplacedWithoutAnError) {
  client.producer().send("t", "x");
  gateway.drop_connections();
  until("connection closed", [&] { return gateway.open() == 0; });

  client.producer().send("t", "y");

  EXPECT_EQ(stored(), (Strings{"x", "y"}));
}

TEST_F(ClientTest, NoConnectionLeaks) {
  for (int i = 0; i < 20; i++) {
    for (Fault fault : {Fault::none, Fault::drop_reply, Fault::drop_request, Fault::garbage}) {
      gateway.script({fault});
      try {
        client.producer().send("t", "x", 1s);
      } catch (const HeadgateError& e) {
        EXPECT_EQ(e.outcome(), Outcome::unknown);
      }
    }
  }
  EXPECT_EQ(client.connections_in_use(), 0u);
  EXPECT_LE(client.connections_idle(), 1u);
  until("connections closed", [&] { return gateway.open() <= 1; });
}

TEST_F(ClientTest, PoolBoundsConnections) {
  auto options = quick();
  options.max_connections = 3;
  Client bounded(gateway.address(), options);
  std::vector<std::thread> threads;
  for (int i = 0; i < 16; i++) {
    threads.emplace_back([&] {
      for (int j = 0; j < 12; j++) bounded.producer().send("t", "x");
    });
  }
  for (auto& thread : threads) thread.join();

  EXPECT_EQ(stored().size(), 192u);
  EXPECT_LE(gateway.accepted(), 3);
}

TEST_F(ClientTest, CallThatFindsNoConnectionFreeFailsAtItsDeadline) {
  auto options = quick();
  options.max_connections = 1;
  Client bounded(gateway.address(), options);
  gateway.script({Fault::silence});
  std::thread hanging([&] { failing_send(bounded, 1s); });
  until("first call under way", [&] { return !stored().empty(); });

  try {
    bounded.version(50ms);
    ADD_FAILURE() << "the call did not fail";
  } catch (const LimitError& e) {
    EXPECT_EQ(e.code(), ErrorCode::client_overloaded);
    EXPECT_EQ(e.outcome(), Outcome::not_applied);
  }
  hanging.join();
}

TEST_F(ClientTest, ParkedReceivesLeaveConnectionsToOtherCalls) {
  auto options = quick();
  options.max_connections = 1;
  Client bounded(gateway.address(), options);
  ReceiveOptions how;
  how.wait = 5s;
  ReceiveResult got;
  std::thread poll([&] { got = bounded.receive("t", "g", how); });
  until("receive parked", [&] { return gateway.topic->with([](auto& state) { return state.parked == 1; }); });

  EXPECT_EQ(bounded.version().node, "fake-1");
  gateway.topic->queue({"x"});
  poll.join();
  ASSERT_EQ(got.size(), 1u);
  EXPECT_EQ(got.deliveries[0].body(), "x");
}

TEST_F(ClientTest, CallMovesToAnAddressThatAnswers) {
  std::string dead;
  {
    FakeGateway gone;
    dead = gone.address();
  }
  for (int i = 0; i < 10; i++) {  // The first address is chosen at random.
    Client two(dead + ", " + gateway.address(), quick());
    two.producer().send("t", "x");
  }

  EXPECT_EQ(stored().size(), 10u);
}

TEST_F(ClientTest, DrainingNodeIsLeftForAnother) {
  FakeGateway second;
  refuse(ErrorCode::draining);
  second.topic->fail(refusal(ErrorCode::draining));
  Client two(gateway.address() + "," + second.address(), quick());

  two.producer().send("t", "x");

  EXPECT_EQ(stored().size() + second.topic->with([](auto& state) { return state.stored.size(); }), 1u);
  EXPECT_GT(gateway.accepted(), 0);
  EXPECT_GT(second.accepted(), 0);
}

TEST_F(ClientTest, NobodyThereIsUnreachableAndNothingApplied) {
  gateway.close();

  auto failure = failing_send(client, 200ms);

  EXPECT_EQ(failure.code(), ErrorCode::gateway_unreachable);
  EXPECT_EQ(failure.outcome(), Outcome::not_applied);
  EXPECT_NE(failure.message().find(gateway.address()), std::string::npos);
}

TEST_F(ClientTest, GatewayThatComesBackIsFoundWithinTheCall) {
  gateway.close();
  std::thread send([&] { client.producer().send("t", "x"); });

  FakeGateway again(gateway.port());
  send.join();

  EXPECT_EQ(again.topic->with([](auto& state) { return state.stored; }), Strings{"x"});
}

TEST_F(ClientTest, CodeOfANewerContractKeepsItsNumber) {
  wire::GatewayError newer;
  newer.failure.code = 4711;
  newer.failure.__set_category(static_cast<wire::Category>(99));
  newer.failure.message = "new";
  gateway.topic->fail(newer);

  try {
    client.producer().send("t", "x");
    FAIL() << "the send did not fail";
  } catch (const InternalError& e) {
    EXPECT_EQ(e.code(), ErrorCode::unrecognized);
    EXPECT_EQ(e.code_number(), 4711);
    EXPECT_EQ(e.outcome(), Outcome::unknown);
    EXPECT_NE(std::string(e.what()).find("code 4711"), std::string::npos);
  }
}

TEST_F(ClientTest, ClosedClientRefuses) {
  client.close();

  EXPECT_EQ(failing_send(client).code(), ErrorCode::client_closed);
}

TEST_F(ClientTest, ClosingEndsACallThatRuns) {
  gateway.script({Fault::silence});
  std::thread hanging([&] { EXPECT_EQ(failing_send(client, 20s).outcome(), Outcome::unknown); });
  until("call under way", [&] { return !stored().empty(); });
  auto before = steady_clock::now();

  client.close();
  hanging.join();

  EXPECT_LT(steady_clock::now() - before, 10s);
}

TEST_F(ClientTest, D15_SettlingAnswersPerLease) {
  gateway.topic->queue(Strings{"a", "b"});
  auto received = client.receive("t", "g");
  ASSERT_EQ(received.size(), 2u);
  const auto& a = received.deliveries[0];
  const auto& b = received.deliveries[1];

  EXPECT_TRUE(client.extend(a, 9s).done());
  EXPECT_EQ(client.extend(a, 9s).lease_time, 30s);
  EXPECT_TRUE(client.ack(a).done());
  EXPECT_TRUE(client.nack(b, 3s, "later").done());
  EXPECT_TRUE(client.ack(std::vector<std::string>()).empty());
  gateway.topic->with([](auto& state) {
    EXPECT_EQ(state.acked, Strings{"a"});
    EXPECT_EQ(state.nacked[0].delayMillis, 3'000);
    EXPECT_EQ(state.nacked[0].reason, "later");
  });
}

TEST_F(ClientTest, SettleStatusOfANewerContractIsUnknown) {
  gateway.topic->with([](auto& state) { state.settle_status = static_cast<wire::SettleStatus>(77); });
  gateway.topic->queue({"a"});

  EXPECT_EQ(client.ack(client.receive("t", "g").deliveries[0]).status, SettleStatus::unknown);
}

TEST_F(ClientTest, ReceiveSaysWhatItWants) {
  ReceiveOptions how;
  how.max_messages = 5;
  how.max_bytes = 1000;
  how.lease = 7s;
  how.filter = Filter::by_expression("size > 3");
  how.broadcast_instance = "cache-3";
  client.receive("t", "g", how);
  how.filter = Filter::by_tags({"a", "b"});
  client.receive("t", "g", how);

  gateway.topic->with([](auto& state) {
    EXPECT_EQ(state.receives[0].maxMessages, 5);
    EXPECT_EQ(state.receives[0].maxBytes, 1000);
    EXPECT_EQ(state.receives[0].leaseMillis, 7'000);
    EXPECT_EQ(state.receives[0].filter.expression, "size > 3");
    EXPECT_EQ(state.receives[0].broadcastInstance, "cache-3");
    EXPECT_EQ(state.receives[1].filter.tags, (Strings{"a", "b"}));
  });
}

TEST_F(ClientTest, SeekAndLocate) {
  client.seek("t", "g", SeekTarget::start());
  client.seek("t", "g", SeekTarget::time(Time(std::chrono::milliseconds(5))));
  client.seek("t", "g", SeekTarget::position("p:0:1"));

  gateway.topic->with([](auto& state) {
    EXPECT_EQ(state.seeks[0].target.edge, wire::Edge::START);
    EXPECT_EQ(state.seeks[1].target.timestampMillis, 5);
    EXPECT_EQ(state.seeks[2].target.position, "p:0:1");
  });
  EXPECT_EQ(client.locate("t", "g").at(0).partitions, 3);
}

TEST_F(ClientTest, AdminCallsAnswer) {
  EXPECT_EQ(client.admin().create({"t", 4, {}, {}}).partitions, 4);
  EXPECT_EQ(client.admin().topics().at(0).topic, "t");
  EXPECT_EQ(client.admin().groups().at(0).lag_messages, 7);
}

TEST(ClientOptionsTest, AddressesAndOptionsAreChecked) {
  for (const char* address : {"", "localhost", "localhost:", ":9300", "localhost:0", "a:b", "a:70000", "a:1,"}) {
    EXPECT_THROW(Client{address}, std::invalid_argument) << address;
  }
  EXPECT_NO_THROW(Client{"[::1]:9300"});
  ClientOptions options;
  options.max_polls = 0;
  EXPECT_THROW(Client("a:1", options), std::invalid_argument);
}

}  // namespace headgate::testing
