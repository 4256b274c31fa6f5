#pragma once

#include <cstddef>
#include <mutex>
#include <optional>
#include <string>

#include "clock.h"
#include "headgate/message.h"

namespace headgate::internal {

/// What copies of a Delivery share. All but `decoded` is set before it is shared.
struct DeliveryContent {
  std::string lease;
  Millis lease_time{0};
  int attempt = 0;
  std::string message_id;
  Message wire_message;
  Time born_at;
  Time stored_at;
  std::string position;
  std::size_t max_decoded_bytes = 0;

  std::mutex lock;
  /// Decoded when first asked for, so that no more bodies are decoded at once than handlers run.
  std::optional<Message> decoded;
};

}  // namespace headgate::internal
