#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <map>
#include <mutex>
#include <random>

#include "fixture.h"

/// Against a real gateway, where HEADGATE_ADDRESS says one; skipped elsewhere. Each test makes a topic of its own.
namespace headgate::testing {

class LiveTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* address = std::getenv("HEADGATE_ADDRESS");
    if (address == nullptr) GTEST_SKIP() << "HEADGATE_ADDRESS is not set";
    client = std::make_unique<Client>(address);
    topic = "cpp-" + std::to_string(::getpid()) + "-" + std::to_string(std::random_device{}());
    TopicSpec spec;
    spec.topic = topic;
    client->admin().create(spec);
  }

  ReceiveOptions waiting() const {
    ReceiveOptions how;
    how.wait = 10s;
    return how;
  }

  /// Receives one message; fails when none comes.
  Delivery one() {
    auto result = client->receive(topic, "g", waiting());
    if (result.empty()) throw std::runtime_error("no message within 10 s");
    return result.deliveries[0];
  }

  std::unique_ptr<Client> client;
  std::string topic;
};

TEST_F(LiveTest, D5_MessageComesAsItWasSent) {
  std::string body(10'000, '\0');
  body[7] = '\xff';
  auto receipt = client->producer().send(
      topic, Message(body).with_key("k").with_tag("blue").with_header("a", "").with_header("b", std::nullopt)
                 .with_compress(Compress::always));

  auto delivery = one();

  EXPECT_EQ(delivery.message_id(), receipt.message_id);
  EXPECT_EQ(delivery.body(), body);
  EXPECT_EQ(delivery.key(), "k");
  EXPECT_EQ(delivery.tag(), "blue");
  EXPECT_EQ(delivery.attempt(), 1);
  EXPECT_EQ(delivery.wire_message().encoding, "zstd");
  ASSERT_EQ(delivery.headers().size(), 2u);
  EXPECT_EQ(delivery.headers()[0].value, "");
  EXPECT_FALSE(delivery.headers()[1].value);
  EXPECT_TRUE(client->ack(delivery).done());
}

TEST_F(LiveTest, D12_NackedMessageComesAgainWithAHigherAttempt) {
  client->producer().send(topic, "x");
  auto first = one();
  EXPECT_TRUE(client->extend(first, 20s).done());
  EXPECT_TRUE(client->nack(first, 0ms, "not yet").done());

  auto second = one();

  EXPECT_EQ(second.attempt(), 2);
  EXPECT_TRUE(client->ack(second).done());
  EXPECT_FALSE(client->ack(first).done());
}

TEST_F(LiveTest, ConsumerHandlesEveryMessageOfABatch) {
  std::mutex lock;
  std::map<std::string, int> seen;
  ConsumerOptions how;
  how.concurrency = 4;
  how.poll_wait = 1s;
  auto consumer = client->subscribe(
      topic, "g",
      [&](const Delivery& delivery) {
        if (delivery.body() == "m7" && delivery.attempt() == 1) throw RetryLater(0ms, "once more");
        std::lock_guard<std::mutex> held(lock);
        seen[delivery.body()]++;
      },
      how);
  std::vector<Message> messages;
  for (int i = 0; i < 500; i++) messages.emplace_back("m" + std::to_string(i));
  for (const auto& outcome : client->producer().send_batch(topic, messages)) EXPECT_TRUE(outcome.stored());

  until("all handled", [&] {
    std::lock_guard<std::mutex> held(lock);
    return seen.size() == 500;
  });
  consumer.close();
  EXPECT_EQ(consumer.in_hand(), 0u);
  EXPECT_EQ(client->connections_in_use(), 0u);
}

TEST_F(LiveTest, D30_DelayedMessageComesLaterOrIsCancelled) {
  auto begin = std::chrono::steady_clock::now();
  client->producer().send(topic, Message("late").with_delay(1500ms));
  auto other = client->producer().send(topic, Message("never").with_delay(3s));
  ASSERT_TRUE(other.delay_handle);
  client->producer().cancel(topic, *other.delay_handle);

  auto delivery = one();

  EXPECT_EQ(delivery.body(), "late");
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 1400ms);
  client->ack(delivery);
  EXPECT_THROW(client->producer().cancel(topic, *other.delay_handle), HeadgateError);
}

TEST_F(LiveTest, D31_TransactionIsCommittedOrRolledBack) {
  PreparedMessage kept;
  try {
    kept = client->producer().prepare(topic, "shop", "kept");
  } catch (const HeadgateError& e) {
    if (e.code() == ErrorCode::unsupported) GTEST_SKIP() << e.what();
    throw;
  }
  auto dropped = client->producer().prepare(topic, "shop", "dropped");
  client->producer().rollback(dropped.transaction_id);
  client->producer().commit(kept.transaction_id);

  auto delivery = one();

  EXPECT_EQ(delivery.body(), "kept");
  client->ack(delivery);
  EXPECT_TRUE(client->receive(topic, "g").empty());
}

TEST_F(LiveTest, D24_SeekToTheStartBringsEverythingAgain) {
  client->producer().send(topic, "x");
  client->ack(one());

  client->seek(topic, "g", SeekTarget::start());

  EXPECT_EQ(one().body(), "x");
  EXPECT_FALSE(client->locate(topic, "g").empty());
}

TEST_F(LiveTest, D25_FilterLetsItsTagsThrough) {
  auto how = waiting();
  how.filter = Filter::by_tags({"red"});
  client->producer().send(topic, Message("no").with_tag("blue"));
  client->producer().send(topic, Message("yes").with_tag("red"));

  auto result = client->receive(topic, "filtered", how);

  ASSERT_FALSE(result.empty());
  EXPECT_EQ(result.deliveries[0].body(), "yes");
}

TEST_F(LiveTest, D41_UnknownTopicIsTheCallersFault) {
  try {
    client->producer().send("no such topic", "x");
    FAIL() << "the send did not fail";
  } catch (const CallerError& e) {
    EXPECT_EQ(e.outcome(), Outcome::not_applied);
  }
}

}  // namespace headgate::testing
