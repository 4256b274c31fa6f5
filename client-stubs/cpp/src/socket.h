#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "stream.h"

namespace headgate::internal {

/// A plain TCP connection; owns its file descriptor.
class Socket : public Stream {
 public:
  static std::unique_ptr<Socket> open(const std::string& host, int port, Instant deadline);

  explicit Socket(int fd) : fd_(fd) {}
  ~Socket() override;
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  std::size_t read(std::uint8_t* into, std::size_t size, Instant deadline) override;
  void write(const std::uint8_t* from, std::size_t size, Instant deadline) override;
  bool stale() override;
  void abort() override;

  /// Waits until it can be read (or written); throws TIMED_OUT at the deadline.
  void await(bool write, Instant deadline) const;
  int fd() const { return fd_; }

 private:
  int fd_;
};

}  // namespace headgate::internal
