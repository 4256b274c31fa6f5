/// Sends or receives the messages of a file, for the test that lets every language talk to every other.
///
///     headgate_matrix produce ADDRESS TOPIC FILE
///     headgate_matrix consume ADDRESS TOPIC GROUP COUNT FILE
///
/// FILE is JSON Lines, one message a line: `body` (base64), `key` (base64 or null), `tag` (or null), `headers` (pairs of a name
/// and base64 or null); `compress` when producing (true: in any case); `attempt` and `encoding` (as on the wire) when consuming.

#include <headgate/headgate.h>

#include <chrono>
#include <condition_variable>
#include <fstream>
#include <iostream>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base64.h"

namespace {

using headgate::matrix::from_base64;
using headgate::matrix::to_base64;
using nlohmann::json;
using namespace std::chrono_literals;

constexpr auto kPatience = 60s;

headgate::Message message_of(const json& line) {
  headgate::Message message(from_base64(line.at("body").get<std::string>()));
  if (!line.at("key").is_null()) message.key = from_base64(line.at("key").get<std::string>());
  if (!line.at("tag").is_null()) message.tag = line.at("tag").get<std::string>();
  for (const json& pair : line.at("headers")) {
    headgate::Header header{pair.at(0).get<std::string>(), std::nullopt};
    if (!pair.at(1).is_null()) header.value = from_base64(pair.at(1).get<std::string>());
    message.headers.push_back(std::move(header));
  }
  message.compress = line.value("compress", false) ? headgate::Compress::always : headgate::Compress::never;
  return message;
}

json base64_or_null(const std::optional<std::string>& bytes) {
  return bytes ? json(to_base64(*bytes)) : json();
}

json line_of(const headgate::Delivery& delivery) {
  json headers = json::array();
  for (const auto& header : delivery.headers()) headers.push_back({header.name, base64_or_null(header.value)});
  const auto& encoding = delivery.wire_message().encoding;
  return {{"body", to_base64(delivery.body())},
          {"key", base64_or_null(delivery.key())},
          {"tag", delivery.tag() ? json(*delivery.tag()) : json()},
          {"headers", std::move(headers)},
          {"attempt", delivery.attempt()},
          {"encoding", encoding ? json(*encoding) : json()}};
}

void produce(const std::string& address, const std::string& topic, const std::string& file) {
  std::ifstream in(file);
  if (!in) throw std::runtime_error("cannot read " + file);
  headgate::Client client(address);
  auto producer = client.producer();
  for (std::string line; std::getline(in, line);) {
    if (!line.empty()) producer.send(topic, message_of(json::parse(line)));
  }
}

void consume(const std::string& address, const std::string& topic, const std::string& group, std::size_t count,
             const std::string& file) {
  std::mutex lock;
  std::condition_variable arrived;
  std::vector<json> lines;
  headgate::Client client(address);
  headgate::ConsumerOptions how;
  how.prefetch = 0;
  how.poll_wait = 1s;
  auto consumer = client.subscribe(
      topic, group,
      [&](const headgate::Delivery& delivery) {
        json line = line_of(delivery);
        std::lock_guard<std::mutex> held(lock);
        if (lines.size() == count) throw headgate::RetryLater(0ms, "one more than asked for");
        lines.push_back(std::move(line));
        arrived.notify_all();
      },
      how);
  {
    std::unique_lock<std::mutex> held(lock);
    for (std::size_t had = 0; lines.size() < count; had = lines.size()) {
      if (!arrived.wait_for(held, kPatience, [&] { return lines.size() > had; })) {
        auto failure = consumer.last_failure();
        throw std::runtime_error("no message within 60 s; " + std::to_string(had) + " of " + std::to_string(count) + " came" +
                                 (failure ? std::string("; ") + failure->what() : ""));
      }
    }
  }
  consumer.close();
  std::ofstream out(file);
  for (const json& line : lines) out << line.dump() << '\n';
  out.close();
  if (!out) throw std::runtime_error("cannot write " + file);
}

}  // namespace

int main(int count, char** words) {
  std::vector<std::string> args(words + 1, words + count);
  try {
    if (args.size() == 4 && args[0] == "produce") {
      produce(args[1], args[2], args[3]);
    } else if (args.size() == 6 && args[0] == "consume") {
      consume(args[1], args[2], args[3], std::stoul(args[4]), args[5]);
    } else {
      throw std::runtime_error("usage: headgate_matrix produce ADDRESS TOPIC FILE | consume ADDRESS TOPIC GROUP COUNT FILE");
    }
    return 0;
  } catch (const std::exception& e) {
    std::cerr << "headgate_matrix: " << e.what() << std::endl;
    return 1;
  }
}
