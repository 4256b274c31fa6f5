#pragma once

#include <thrift/transport/TVirtualTransport.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "stream.h"

namespace headgate::internal {

/// Frames over a stream, all within one deadline; knows whether the last request has left.
class FramedTransport : public apache::thrift::transport::TVirtualTransport<FramedTransport> {
 public:
  FramedTransport(std::unique_ptr<Stream> stream, int max_frame_bytes);

  /// Begins an exchange that must end at a time.
  void begin(Instant deadline);
  /// Whether the request has left whole; false: no node can have understood it.
  bool written() const { return written_; }
  Stream& stream() { return *stream_; }

  // What Thrift's protocols call.
  bool isOpen() const override { return true; }
  void close() override { stream_->abort(); }
  std::uint32_t read(std::uint8_t* into, std::uint32_t size);
  void write(const std::uint8_t* from, std::uint32_t size);
  const std::uint8_t* borrow(std::uint8_t* into, std::uint32_t* size);
  void consume(std::uint32_t size);
  void flush() override;

 private:
  void read_frame();
  void read_fully(std::uint8_t* into, std::size_t size);

  std::unique_ptr<Stream> stream_;
  std::size_t max_frame_bytes_;
  Instant deadline_;
  bool written_ = false;
  bool answered_ = false;
  std::vector<std::uint8_t> in_;
  std::size_t in_used_ = 0;
  std::vector<std::uint8_t> out_;
};

}  // namespace headgate::internal
