#include "headgate/delivery.h"

#include "compression.h"
#include "delivery_content.h"

namespace headgate {

Delivery::Delivery(std::shared_ptr<internal::DeliveryContent> content) : content_(std::move(content)) {}

const std::string& Delivery::body() const {
  return message().body;
}

const Message& Delivery::message() const {
  const Message& wire = content_->wire_message;
  if (!wire.encoding || wire.encoding->empty()) return wire;
  std::lock_guard<std::mutex> held(content_->lock);
  if (!content_->decoded) {
    std::string body = internal::decode(*wire.encoding, wire.body, content_->max_decoded_bytes);
    Message plain;
    plain.body = std::move(body);
    plain.key = wire.key;
    plain.tag = wire.tag;
    plain.headers = wire.headers;
    plain.deliver_at = wire.deliver_at;
    plain.delay = wire.delay;
    content_->decoded = std::move(plain);
  }
  return *content_->decoded;
}

const Message& Delivery::wire_message() const noexcept {
  return content_->wire_message;
}

const std::string& Delivery::lease() const noexcept {
  return content_->lease;
}

std::chrono::milliseconds Delivery::lease_time() const noexcept {
  return content_->lease_time;
}

int Delivery::attempt() const noexcept {
  return content_->attempt;
}

const std::string& Delivery::message_id() const noexcept {
  return content_->message_id;
}

Time Delivery::born_at() const noexcept {
  return content_->born_at;
}

Time Delivery::stored_at() const noexcept {
  return content_->stored_at;
}

const std::string& Delivery::position() const noexcept {
  return content_->position;
}

}  // namespace headgate
