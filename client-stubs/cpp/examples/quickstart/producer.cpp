#include <headgate/headgate.h>

#include <iostream>

int main() {
  headgate::Client client("localhost:9300");
  try {
    auto receipt = client.producer().send("orders", headgate::Message("one pizza").with_key("customer-7"));
    std::cout << "stored as " << receipt.message_id << std::endl;
  } catch (const headgate::HeadgateError& e) {
    std::cout << e.what() << std::endl;  // NOT_APPLIED: stored nowhere; UNKNOWN: perhaps stored
  }
}
