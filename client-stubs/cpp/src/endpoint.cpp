#include "endpoint.h"

#include <algorithm>
#include <cctype>
#include <stdexcept>

#include "backoff.h"
#include "connection.h"

namespace headgate::internal {

namespace {

const Backoff& avoidance() {
  static const Backoff backoff(Millis(500), Millis(15'000));
  return backoff;
}

int port_of(const std::string& text) {
  bool digits = !text.empty() && text.size() <= 5 &&
                std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
  int port = digits ? std::stoi(text) : 0;
  return port < 65536 ? port : 0;
}

std::string trimmed(const std::string& text) {
  auto first = text.find_first_not_of(" \t");
  return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace

Endpoint::Endpoint(const std::string& address) : address_(trimmed(address)) {
  auto colon = address_.rfind(':');
  if (colon != std::string::npos) {
    host_ = address_.substr(0, colon);
    port_ = port_of(address_.substr(colon + 1));
  }
  if (host_.size() > 2 && host_.front() == '[' && host_.back() == ']') host_ = host_.substr(1, host_.size() - 2);
  if (host_.empty() || port_ == 0) throw std::invalid_argument("address: `" + address_ + "` (expected: host:port)");
}

bool Endpoint::avoided() const {
  std::lock_guard<std::mutex> held(lock_);
  return failures_ > 0 && Clock::now() < avoid_until_;
}

void Endpoint::failed() {
  std::lock_guard<std::mutex> held(lock_);
  avoid_until_ = Clock::now() + avoidance().pause(failures_);
  failures_++;
}

void Endpoint::succeeded() {
  std::lock_guard<std::mutex> held(lock_);
  failures_ = 0;
}

}  // namespace headgate::internal
