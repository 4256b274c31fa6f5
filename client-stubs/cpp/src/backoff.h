#pragma once

#include "clock.h"

namespace headgate::internal {

/// Exponential back-off with jitter: the n-th pause is drawn from the upper half of `initial * 2^n`, capped.
class Backoff {
 public:
  /// @throws std::invalid_argument unless 0 < initial <= maximum
  Backoff(Millis initial, Millis maximum);

  /// The pause before attempt `retry + 1`, from 0; never shorter than the gateway asked.
  Millis pause(int retry, Millis retry_after = Millis(0)) const;

 private:
  Millis initial_;
  Millis maximum_;
};

}  // namespace headgate::internal
