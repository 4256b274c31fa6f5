#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "clock.h"

namespace headgate::internal {

class TlsContext;

/// A connected byte stream whose every operation ends at a deadline; the timeouts of Thrift's own sockets are one per system
/// call, so that an answer that trickles in would outlast any deadline. For one thread at a time; only abort() may come
/// from another. Throws TTransportException: TIMED_OUT, or END_OF_FILE when the peer has gone.
class Stream {
 public:
  virtual ~Stream() = default;

  /// Reads at least one byte and at most `size`.
  virtual std::size_t read(std::uint8_t* into, std::size_t size, Instant deadline) = 0;
  /// Writes all of it.
  virtual void write(const std::uint8_t* from, std::size_t size, Instant deadline) = 0;
  /// Whether the peer has closed, or has sent something unasked: then it is of no more use.
  virtual bool stale() = 0;
  /// Makes every operation fail, one that blocks too.
  virtual void abort() = 0;

  /// Connects.
  /// @param tls null: plain
  /// @throws TTransportException when it cannot, with what the system said
  static std::unique_ptr<Stream> connect(const std::string& host, int port, const TlsContext* tls, Instant deadline);
};

}  // namespace headgate::internal
