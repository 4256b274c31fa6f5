#pragma once

#include <functional>
#include <string>

#include "headgate/options.h"

namespace headgate::internal {

/// Where log lines go; never fails. Copies share their target.
class Log {
 public:
  explicit Log(std::function<void(LogLevel, const std::string&)> target) : target_(std::move(target)) {}

  void debug(const std::string& line) const { write(LogLevel::debug, line); }
  void warning(const std::string& line) const { write(LogLevel::warning, line); }

 private:
  void write(LogLevel level, const std::string& line) const {
    if (!target_) return;
    try {
      target_(level, line);
    } catch (...) {
      // A log that cannot be written must not end a consumer.
    }
  }

  std::function<void(LogLevel, const std::string&)> target_;
};

}  // namespace headgate::internal
