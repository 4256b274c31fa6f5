#include "framed_transport.h"

#include <thrift/transport/TTransportException.h>

#include <algorithm>
#include <cstring>
#include <string>

namespace headgate::internal {

using apache::thrift::TConfiguration;
using apache::thrift::transport::TTransportException;

namespace {

constexpr std::size_t kHeader = 4;
// A buffer that a large message has grown is not kept for the small ones after it.
constexpr std::size_t kKept = 1 << 20;

}  // namespace

FramedTransport::FramedTransport(std::unique_ptr<Stream> stream, int max_frame_bytes)
    : TVirtualTransport(std::make_shared<TConfiguration>(max_frame_bytes, max_frame_bytes)),
      stream_(std::move(stream)),
      max_frame_bytes_(static_cast<std::size_t>(max_frame_bytes)) {}

void FramedTransport::begin(Instant deadline) {
  deadline_ = deadline;
  written_ = false;
  answered_ = false;
  in_used_ = 0;
  in_.clear();
  out_.assign(kHeader, 0);
  if (in_.capacity() > kKept) in_.shrink_to_fit();
  if (out_.capacity() > kKept) out_.shrink_to_fit();
}

std::uint32_t FramedTransport::read(std::uint8_t* into, std::uint32_t size) {
  if (in_used_ == in_.size() && size > 0) {
    // An exchange has one answer: waiting for more than its frame holds would be in vain.
    if (answered_) throw TTransportException(TTransportException::CORRUPTED_DATA, "the answer ends too early");
    read_frame();
  }
  std::size_t got = std::min<std::size_t>(size, in_.size() - in_used_);
  std::memcpy(into, in_.data() + in_used_, got);
  in_used_ += got;
  return static_cast<std::uint32_t>(got);
}

void FramedTransport::write(const std::uint8_t* from, std::uint32_t size) {
  out_.insert(out_.end(), from, from + size);
}

const std::uint8_t* FramedTransport::borrow(std::uint8_t*, std::uint32_t* size) {
  std::size_t left = in_.size() - in_used_;
  if (left < *size) return nullptr;
  *size = static_cast<std::uint32_t>(left);
  return in_.data() + in_used_;
}

void FramedTransport::consume(std::uint32_t size) {
  in_used_ += size;
}

void FramedTransport::flush() {
  std::size_t size = out_.size() - kHeader;
  if (size > INT32_MAX) throw TTransportException(TTransportException::BAD_ARGS, "request of more than 2 GiB");
  for (std::size_t i = 0; i < kHeader; i++) out_[i] = static_cast<std::uint8_t>(size >> (8 * (kHeader - 1 - i)));
  stream_->write(out_.data(), out_.size(), deadline_);
  written_ = true;
  out_.resize(kHeader);
}

void FramedTransport::read_frame() {
  std::uint8_t header[kHeader];
  read_fully(header, kHeader);
  std::size_t size = 0;
  for (std::uint8_t byte : header) size = size << 8 | byte;
  if (size > max_frame_bytes_) {
    throw TTransportException(TTransportException::CORRUPTED_DATA,
                              "answer of " + std::to_string(size) + " bytes (expected: at most " +
                                  std::to_string(max_frame_bytes_) + ", the client's max_frame_bytes)");
  }
  in_.resize(size);
  in_used_ = 0;
  read_fully(in_.data(), size);
  answered_ = true;
  // No list of the answer can be longer than its frame. Sizes may only shrink, hence the first of the two.
  resetConsumedMessageSize();
  resetConsumedMessageSize(static_cast<long>(size));
}

void FramedTransport::read_fully(std::uint8_t* into, std::size_t size) {
  while (size > 0) {
    std::size_t got = stream_->read(into, size, deadline_);
    into += got;
    size -= got;
  }
}

}  // namespace headgate::internal
