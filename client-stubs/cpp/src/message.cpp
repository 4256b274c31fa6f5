#include "headgate/message.h"

#include "headgate/delivery.h"
#include "headgate/options.h"
#include "headgate/tracing.h"

namespace headgate {

Message Message::with_key(std::string bytes) && {
  key = std::move(bytes);
  return std::move(*this);
}

Message Message::with_tag(std::string word) && {
  tag = std::move(word);
  return std::move(*this);
}

Message Message::with_header(std::string name, std::optional<std::string> value) && {
  headers.push_back({std::move(name), std::move(value)});
  return std::move(*this);
}

Message Message::with_delay(std::chrono::milliseconds time) && {
  delay = time;
  return std::move(*this);
}

Message Message::with_deliver_at(Time time) && {
  deliver_at = time;
  return std::move(*this);
}

Message Message::with_compress(Compress how) && {
  compress = how;
  return std::move(*this);
}

const std::string* Message::header(const std::string& name) const {
  for (const Header& header : headers) {
    if (header.name == name && header.value) return &*header.value;
  }
  return nullptr;
}

const char* to_string(SettleStatus status) noexcept {
  switch (status) {
    case SettleStatus::done: return "DONE";
    case SettleStatus::expired: return "EXPIRED";
    case SettleStatus::fenced: return "FENCED";
    case SettleStatus::unavailable: return "UNAVAILABLE";
    case SettleStatus::unknown: break;
  }
  return "UNKNOWN";
}

TraceContext trace_of(const Message& message) {
  auto value = [&message](const char* name) {
    const std::string* found = message.header(name);
    return found == nullptr ? std::string() : *found;
  };
  return {value("traceparent"), value("tracestate"), value("baggage")};
}

Filter Filter::by_tags(std::vector<std::string> tags) {
  return {std::move(tags), {}};
}

Filter Filter::by_expression(std::string expression) {
  return {{}, std::move(expression)};
}

}  // namespace headgate
