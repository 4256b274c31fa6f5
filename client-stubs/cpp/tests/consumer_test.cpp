#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "fixture.h"

namespace headgate::testing {

using Strings = std::vector<std::string>;

/// Opens once and stays open.
class Gate {
 public:
  void open() {
    std::lock_guard<std::mutex> held(lock_);
    open_ = true;
    changed_.notify_all();
  }
  void wait() {
    std::unique_lock<std::mutex> held(lock_);
    changed_.wait_for(held, 20s, [this] { return open_; });
  }

 private:
  std::mutex lock_;
  std::condition_variable changed_;
  bool open_ = false;
};

class ConsumerTest : public WithGateway {
 protected:
  ConsumerTest() { client = Client(gateway.address(), settings()); }

  static ClientOptions settings() {
    auto options = quick();
    options.timeout = 2s;
    return options;
  }

  static ConsumerOptions how() {
    ConsumerOptions options;
    options.poll_wait = 200ms;
    options.close_timeout = 5s;
    return options;
  }

  template <typename F>
  auto state(F f) {
    return gateway.topic->with(f);
  }
  std::size_t acked() {
    return state([](auto& s) { return s.acked.size(); });
  }
  std::size_t nacked() {
    return state([](auto& s) { return s.nacked.size(); });
  }
  std::size_t leased() {
    return state([](auto& s) { return s.leased.size(); });
  }
  void queue_many(int count) {
    for (int i = 0; i < count; i++) gateway.topic->queue({"x" + std::to_string(i)});
  }
};

TEST_F(ConsumerTest, D11_WhatTheHandlerReturnsFromIsAcked) {
  gateway.topic->queue(Strings{"a", "b", "c"});

  auto consumer = client.subscribe("t", "g", [](const Delivery&) {}, how());

  until("all acked", [&] { return acked() == 3; });
  EXPECT_EQ(state([](auto& s) { return s.acked; }), (Strings{"a", "b", "c"}));
  EXPECT_EQ(nacked(), 0u);
}

TEST_F(ConsumerTest, D12_WhatTheHandlerThrowsAtIsNacked) {
  gateway.topic->queue(Strings{"bad", "good"});
  auto options = how();
  options.nack_delay = 7s;

  auto consumer = client.subscribe(
      "t", "g",
      [](const Delivery& delivery) {
        if (delivery.body() == "bad") throw std::runtime_error("no stock");
      },
      options);

  until("settled", [&] { return acked() == 1 && nacked() == 1; });
  state([](auto& s) {
    EXPECT_EQ(s.acked, Strings{"good"});
    EXPECT_EQ(s.nacked[0].reason, "std::runtime_error: no stock");
    EXPECT_EQ(s.nacked[0].delayMillis, 7'000);
  });
}

TEST_F(ConsumerTest, D12_HandlerChoosesTheDelay) {
  gateway.topic->queue({"x"});

  auto consumer =
      client.subscribe("t", "g", [](const Delivery&) { throw RetryLater(120s, "closed until then"); }, how());

  until("nacked", [&] { return nacked() == 1; });
  state([](auto& s) {
    EXPECT_EQ(s.nacked[0].delayMillis, 120'000);
    EXPECT_EQ(s.nacked[0].reason, "closed until then");
  });
}

TEST_F(ConsumerTest, ReasonIsCutBetweenCharacters) {
  gateway.topic->queue({"x"});
  std::string reason = "x";
  for (int i = 0; i < 1'000; i++) reason += "ü";

  auto consumer = client.subscribe("t", "g", [&](const Delivery&) { throw RetryLater(1s, reason); }, how());

  until("nacked", [&] { return nacked() == 1; });
  EXPECT_EQ(state([](auto& s) { return s.nacked[0].reason; }), reason.substr(0, 999));
}

TEST_F(ConsumerTest, HandlersRunAtOnceUpToTheConcurrency) {
  queue_many(12);
  std::atomic<int> running{0};
  std::atomic<int> most{0};
  auto options = how();
  options.concurrency = 3;

  auto consumer = client.subscribe(
      "t", "g",
      [&](const Delivery&) {
        int now = ++running;
        int seen = most;
        while (now > seen && !most.compare_exchange_weak(seen, now)) {
        }
        until("three at once", [&] { return most == 3; });
        running--;
      },
      options);

  until("all acked", [&] { return acked() == 12; });
  EXPECT_EQ(most, 3);
  EXPECT_EQ(nacked(), 0u);
}

TEST_F(ConsumerTest, HoldsNoMoreThanItAskedFor) {
  queue_many(50);
  Gate finish;
  auto options = how();
  options.concurrency = 2;
  options.prefetch = 3;
  auto consumer = client.subscribe("t", "g", [&](const Delivery&) { finish.wait(); }, options);

  until("hand is full", [&] { return consumer.in_hand() == 5; });
  EXPECT_EQ(leased(), 5u);
  finish.open();
  until("all acked", [&] { return acked() == 50; });
}

TEST_F(ConsumerTest, AcksGatherIntoBatches) {
  queue_many(300);
  auto options = how();
  options.concurrency = 4;
  options.prefetch = 300;

  auto consumer = client.subscribe("t", "g", [](const Delivery&) {}, options);

  until("all acked", [&] { return acked() == 300; });
  EXPECT_LT(state([](auto& s) { return s.ack_calls; }), 300);
}

TEST_F(ConsumerTest, D14_LeaseIsRenewedWhileTheHandlerRuns) {
  state([](auto& s) { s.lease_millis = 400; });
  gateway.topic->queue(Strings{"slow", "waits"});
  Gate finish;
  auto consumer = client.subscribe("t", "g", [&](const Delivery&) { finish.wait(); }, how());

  until("both renewed thrice", [&] { return state([](auto& s) { return s.extended.size(); }) >= 6; });
  finish.open();
  until("acked", [&] { return acked() == 2; });
}

TEST_F(ConsumerTest, MessageWhoseLeaseIsLostIsNotHandled) {
  state([](auto& s) {
    s.lease_millis = 300;
    s.extend_status = wire::SettleStatus::FENCED;
  });
  gateway.topic->queue(Strings{"running", "waiting"});
  Gate finish;
  std::atomic<int> handled{0};
  auto consumer = client.subscribe(
      "t", "g",
      [&](const Delivery&) {
        handled++;
        finish.wait();
      },
      how());

  until("the waiting one is dropped", [&] { return handled == 1 && consumer.in_hand() == 1; });
  finish.open();
  until("the running one is settled", [&] { return consumer.in_hand() == 0; });
  EXPECT_EQ(handled, 1);
}

TEST_F(ConsumerTest, AckIsRepeatedWhenItsReplyIsLost) {
  gateway.topic->queue({"a"});

  auto consumer = client.subscribe(
      "t", "g", [&](const Delivery&) { gateway.script({Fault::drop_reply, Fault::drop_reply}); }, how());

  until("acked", [&] { return acked() == 1; });
}

TEST_F(ConsumerTest, AckIsRepeatedWhileTheOwnerCannotBeReached) {
  state([](auto& s) { s.settle_status = wire::SettleStatus::UNAVAILABLE; });
  gateway.topic->queue({"a"});
  auto consumer = client.subscribe("t", "g", [](const Delivery&) {}, how());

  until("tried twice", [&] { return state([](auto& s) { return s.ack_calls; }) >= 2; });
  state([](auto& s) { s.settle_status = wire::SettleStatus::DONE; });

  until("settled", [&] { return consumer.in_hand() == 0; });
}

TEST_F(ConsumerTest, ReceivingGoesOnAfterFailures) {
  for (int i = 0; i < 3; i++) refuse(ErrorCode::permission_denied, false);
  auto consumer = client.subscribe("t", "g", [](const Delivery&) {}, how());
  until("failure shown", [&] { return consumer.last_failure() != nullptr; });
  EXPECT_EQ(consumer.last_failure()->code(), ErrorCode::permission_denied);

  gateway.topic->queue({"x"});

  until("acked", [&] { return acked() == 1; });
}

TEST_F(ConsumerTest, CloseSettlesWhatRunsAndGivesBackTheRest) {
  gateway.topic->queue(Strings{"running", "unstarted-1", "unstarted-2"});
  Gate started, finish;
  auto options = how();
  options.prefetch = 2;
  auto consumer = client.subscribe(
      "t", "g",
      [&](const Delivery&) {
        started.open();
        finish.wait();
      },
      options);
  started.wait();
  until("hand is full", [&] { return consumer.in_hand() == 3; });

  std::thread closer([&] { consumer.close(); });
  until("unstarted given back", [&] { return nacked() == 2; });
  EXPECT_EQ(acked(), 0u);
  finish.open();
  closer.join();

  EXPECT_EQ(state([](auto& s) { return s.acked; }), Strings{"running"});
  state([](auto& s) {
    EXPECT_EQ(s.nacked[0].delayMillis, 0);
    EXPECT_TRUE(s.nacked[0].__isset.delayMillis);
  });
  EXPECT_EQ(leased(), 0u);
  EXPECT_EQ(client.connections_in_use(), 0u);
}

TEST_F(ConsumerTest, CloseGivesBackWhatItsLastReceiveBrought) {
  auto options = how();
  options.poll_wait = 5s;
  auto consumer = client.subscribe("t", "g", [](const Delivery&) {}, options);
  until("receive parked", [&] { return state([](auto& s) { return s.parked == 1; }); });

  consumer.stop();
  gateway.topic->queue({"late"});
  consumer.close();

  EXPECT_EQ(leased(), 0u);
  EXPECT_EQ(acked() + nacked(), 1u);
}

TEST_F(ConsumerTest, CloseDoesNotWaitForEver) {
  gateway.topic->queue({"stuck"});
  auto started = std::make_shared<Gate>();
  auto finish = std::make_shared<Gate>();
  auto ended = std::make_shared<Gate>();
  auto options = how();
  options.close_timeout = 400ms;
  auto consumer = client.subscribe(
      "t", "g",
      [=](const Delivery&) {
        started->open();
        finish->wait();
        ended->open();
      },
      options);
  started->wait();
  auto before = std::chrono::steady_clock::now();

  consumer.close();

  EXPECT_LT(std::chrono::steady_clock::now() - before, 5s);
  EXPECT_TRUE(consumer.wait_for(0ms));
  finish->open();
  ended->wait();
}

TEST_F(ConsumerTest, ClosingTheClientClosesItsConsumers) {
  queue_many(20);
  std::atomic<std::size_t> handled{0};
  auto consumer = client.subscribe("t", "g", [&](const Delivery&) { handled++; }, how());
  until("some handled", [&] { return handled > 3; });

  client.close();

  EXPECT_EQ(leased(), 0u);
  EXPECT_EQ(acked(), handled);
  EXPECT_TRUE(consumer.wait_for(0ms));
}

TEST_F(ConsumerTest, ExplicitHandlerSettlesLaterFromAnotherThread) {
  gateway.topic->queue(Strings{"a", "b"});
  std::mutex lock;
  std::vector<Settlement> kept;
  auto options = how();
  options.prefetch = 1;
  auto consumer = client.subscribe_explicit(
      "t", "g",
      [&](const Delivery&, Settlement settlement) {
        std::lock_guard<std::mutex> held(lock);
        kept.push_back(std::move(settlement));
      },
      options);
  until("both kept", [&] {
    std::lock_guard<std::mutex> held(lock);
    return kept.size() == 2;
  });
  EXPECT_EQ(acked(), 0u);
  EXPECT_EQ(consumer.in_hand(), 2u);

  EXPECT_TRUE(kept[0].ack());
  EXPECT_FALSE(kept[0].nack());
  EXPECT_TRUE(kept[1].nack(3s, "not now"));

  until("settled", [&] { return acked() == 1 && nacked() == 1; });
  EXPECT_EQ(state([](auto& s) { return s.nacked[0].reason; }), "not now");
}

TEST_F(ConsumerTest, ExplicitHandlerThatLetsGoGivesBack) {
  gateway.topic->queue(Strings{"dropped", "thrown"});

  auto consumer = client.subscribe_explicit(
      "t", "g",
      [](const Delivery& delivery, const Settlement&) {
        if (delivery.body() == "thrown") throw RetryLater(9s, "later");
      },
      how());

  until("both given back", [&] { return nacked() == 2; });
  state([](auto& s) {
    EXPECT_FALSE(s.nacked[0].__isset.delayMillis);
    EXPECT_EQ(s.nacked[1].delayMillis, 9'000);
  });
}

TEST_F(ConsumerTest, OptionsAreChecked) {
  auto options = how();
  options.concurrency = 0;
  EXPECT_THROW((void)client.subscribe("t", "g", [](const Delivery&) {}, options), std::invalid_argument);
  options = how();
  options.poll_wait = 61s;
  EXPECT_THROW((void)client.subscribe("t", "g", [](const Delivery&) {}, options), std::invalid_argument);
}

}  // namespace headgate::testing
