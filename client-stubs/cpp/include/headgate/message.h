#pragma once

/// @file
/// What a service sends.

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace headgate {

/// A point in time, as the contract means it (UTC).
using Time = std::chrono::system_clock::time_point;

/// One header. Names may repeat and keep their order.
struct Header {
  /// UTF-8, 1 to 255 bytes; names that begin with `headgate-` belong to the gateway.
  std::string name;
  /// Any bytes; absent is different from empty.
  std::optional<std::string> value;
};

/// Whether the client compresses a body before it is sent.
enum class Compress {
  /// As the client's options say.
  by_options,
  /// In any case, whatever its size.
  always,
  never,
};

/// A message. Strings hold bytes; they arrive as they were sent.
struct Message {
  /// The payload, opaque to the gateway; may be empty; at most the topic's limit (default 4 MiB).
  std::string body;
  /// Messages of one key keep their order; required on ordered topics; at most 255 bytes.
  std::optional<std::string> key;
  /// A single word to filter by, at most 127 bytes.
  std::optional<std::string> tag;
  /// In order, all together at most 16 KiB.
  std::vector<Header> headers;
  /// How the body is encoded, such as `zstd`, when the caller has done so himself. Absent: a plain body, which the client
  /// may compress.
  std::optional<std::string> encoding;
  /// When it becomes visible. Absent: at once. Not together with `delay`.
  std::optional<Time> deliver_at;
  /// As `deliver_at`, counted from when the gateway reads the request.
  std::optional<std::chrono::milliseconds> delay;
  /// Whether the client compresses the body.
  Compress compress = Compress::by_options;

  Message() = default;
  /// A plain body.
  Message(std::string bytes) : body(std::move(bytes)) {}  // NOLINT: a body is a message
  /// A plain body of text.
  Message(const char* text) : body(text) {}  // NOLINT: a body is a message

  /// With a key.
  Message with_key(std::string bytes) &&;
  /// With a tag.
  Message with_tag(std::string word) &&;
  /// With one more header.
  Message with_header(std::string name, std::optional<std::string> value) &&;
  /// With a delay.
  Message with_delay(std::chrono::milliseconds time) &&;
  /// Visible from a time on.
  Message with_deliver_at(Time time) &&;
  /// Compressed, or not, whatever the client's options say.
  Message with_compress(Compress how) &&;

  /// The value of the first header of this name that has one; null: none.
  const std::string* header(const std::string& name) const;
};

}  // namespace headgate
