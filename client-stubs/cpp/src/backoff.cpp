#include "backoff.h"

#include <algorithm>
#include <random>
#include <stdexcept>
#include <string>

namespace headgate::internal {

Backoff::Backoff(Millis initial, Millis maximum) : initial_(initial), maximum_(maximum) {
  if (initial.count() <= 0 || initial > maximum) {
    throw std::invalid_argument("backoff: " + std::to_string(initial.count()) + " ms to " + std::to_string(maximum.count()) +
                                " ms (expected: 0 < initial <= maximum)");
  }
}

Millis Backoff::pause(int retry, Millis retry_after) const {
  thread_local std::mt19937_64 random{std::random_device{}()};
  std::int64_t doubled = initial_.count();
  for (int i = 0; i < retry && doubled < maximum_.count(); i++) doubled *= 2;
  std::int64_t cap = std::min(doubled, maximum_.count());
  std::uniform_int_distribution<std::int64_t> upper_half(cap / 2, cap);
  return std::max(Millis(upper_half(random)), retry_after);
}

}  // namespace headgate::internal
