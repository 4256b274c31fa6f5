#include <headgate/headgate.h>

#include <iostream>

int main() {
  headgate::Client client("localhost:9300");
  auto consumer = client.subscribe("orders", "billing", [](const headgate::Delivery& delivery) {
    std::cout << delivery.attempt() << " " << delivery.body() << std::endl;  // returns: acked; throws: comes again later
  });
  consumer.wait();
}
