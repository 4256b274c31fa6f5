#pragma once

/// @file
/// Where to move a group's position.

#include <string>
#include <utility>
#include <variant>

#include "headgate/message.h"

namespace headgate {

/// A place to move a group's position to; made by one of its functions.
class SeekTarget {
 public:
  /// A fixed place of a topic.
  enum class Edge { start, end };

  /// The oldest message that the engine still has.
  static SeekTarget start() { return SeekTarget(Edge::start); }
  /// Past the newest message.
  static SeekTarget end() { return SeekTarget(Edge::end); }
  /// The first message stored at or after this time.
  static SeekTarget time(Time time) { return SeekTarget(time); }
  /// A position as a delivery or a receipt names it; moves that partition only.
  static SeekTarget position(std::string position) { return SeekTarget(std::move(position)); }

  /// What it is.
  const std::variant<Edge, Time, std::string>& place() const { return place_; }

 private:
  template <typename T>
  explicit SeekTarget(T place) : place_(std::move(place)) {}

  std::variant<Edge, Time, std::string> place_;
};

}  // namespace headgate
