/// Reminds of a bill after a while, unless it is paid before.
///
///     delayed_reminder [ADDRESS]
///
/// Two reminders are sent with a delay of two seconds; the bill of the second is paid at once, which cancels its reminder.

#include <headgate/headgate.h>

#include <chrono>
#include <future>
#include <iostream>
#include <string>

using namespace std::chrono_literals;

int main(int count, char** words) try {
  headgate::Client client(count > 1 ? words[1] : "localhost:9300");
  headgate::TopicSpec spec;
  spec.topic = "reminders";
  client.admin().create(spec);

  auto producer = client.producer();
  auto first = producer.send("reminders", headgate::Message("pay bill 1").with_delay(2s));
  auto second = producer.send("reminders", headgate::Message("pay bill 2").with_delay(2s));
  if (second.delay_handle) {
    producer.cancel("reminders", *second.delay_handle);
    std::cout << "bill 2 is paid: no reminder" << std::endl;
  }

  headgate::ReceiveOptions how;
  how.wait = 5s;
  auto sent = std::chrono::steady_clock::now();
  while (std::chrono::steady_clock::now() - sent < 10s) {
    for (const auto& delivery : client.receive("reminders", "mailer", how)) {
      std::cout << "reminder: " << delivery.body() << std::endl;
      client.ack(delivery);
      if (delivery.message_id() == first.message_id) return 0;
    }
  }
  throw std::runtime_error("the reminder did not come within 10 s");
} catch (const std::exception& e) {
  std::cerr << "delayed_reminder: " << e.what() << std::endl;
  return 1;
}
