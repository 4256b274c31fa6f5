/// Orders on their way through a shop: taken, charged, packed.
///
///     order_pipeline [ADDRESS] [ORDERS]
///
/// Each order goes to the topic `pipeline-orders` with its customer as key, so that the orders of one customer keep their order.
/// `cashier` charges each and sends what is paid on to `pipeline-paid`; `packer` packs that. A payment that fails at first is
/// charged again a second later. Ends when every order is packed. Topics are made when they are missing.

#include <headgate/headgate.h>

#include <chrono>
#include <condition_variable>
#include <iostream>
#include <mutex>
#include <set>
#include <string>

using namespace std::chrono_literals;

namespace {

/// What has been packed; a message may come twice, an order is packed once.
class Parcels {
 public:
  void pack(const std::string& order) {
    std::lock_guard<std::mutex> held(lock_);
    if (packed_.insert(order).second) std::cout << "packed " << order << std::endl;
    changed_.notify_all();
  }

  bool await(std::size_t count, std::chrono::seconds time) {
    std::unique_lock<std::mutex> held(lock_);
    return changed_.wait_for(held, time, [&] { return packed_.size() >= count; });
  }

 private:
  std::mutex lock_;
  std::condition_variable changed_;
  std::set<std::string> packed_;
};

void make_topic(headgate::Client& client, const std::string& topic) {
  headgate::TopicSpec spec;
  spec.topic = topic;
  client.admin().create(spec);
}

}  // namespace

int main(int count, char** words) try {
  headgate::Client client(count > 1 ? words[1] : "localhost:9300");
  std::size_t orders = count > 2 ? std::stoul(words[2]) : 20;
  make_topic(client, "pipeline-orders");
  make_topic(client, "pipeline-paid");
  auto producer = client.producer();
  Parcels parcels;

  headgate::ConsumerOptions how;
  how.concurrency = 4;
  how.poll_wait = 1s;
  auto cashier = client.subscribe(
      "pipeline-orders", "cashier",
      [&](const headgate::Delivery& delivery) {
        bool declined = delivery.body().back() == '7' && delivery.attempt() == 1;
        if (declined) throw headgate::RetryLater(1s, "the bank does not answer");
        producer.send("pipeline-paid", headgate::Message(delivery.body()).with_key(delivery.key().value_or("")));
      },
      how);
  auto packer = client.subscribe(
      "pipeline-paid", "packer", [&](const headgate::Delivery& delivery) { parcels.pack(delivery.body()); }, how);

  std::string shop = "order-" + std::to_string(std::chrono::system_clock::now().time_since_epoch().count()) + "-";
  for (std::size_t i = 0; i < orders; i++) {
    std::string customer = "customer-" + std::to_string(i % 3);
    producer.send("pipeline-orders", headgate::Message(shop + std::to_string(i)).with_key(customer));
  }
  if (!parcels.await(orders, 30s)) throw std::runtime_error("not every order was packed within 30 s");
  std::cout << "all " << orders << " orders are packed" << std::endl;
  return 0;
} catch (const std::exception& e) {
  std::cerr << "order_pipeline: " << e.what() << std::endl;
  return 1;
}
