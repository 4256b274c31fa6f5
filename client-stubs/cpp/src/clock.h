#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "headgate/message.h"

namespace headgate::internal {

using Clock = std::chrono::steady_clock;
using Instant = Clock::time_point;
using Millis = std::chrono::milliseconds;

/// Time left until a deadline, rounded up to whole milliseconds for poll(2); 0: it has passed.
inline int left_millis(Instant deadline) {
  auto left = std::chrono::ceil<Millis>(deadline - Clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 24 * 3600 * 1000));
}

inline std::int64_t to_unix_millis(Time time) {
  return std::chrono::duration_cast<Millis>(time.time_since_epoch()).count();
}

inline Time from_unix_millis(std::int64_t millis) {
  return Time(std::chrono::duration_cast<Time::duration>(Millis(millis)));
}

}  // namespace headgate::internal
