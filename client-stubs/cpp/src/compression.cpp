#include "compression.h"

#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "failures.h"
#include "headgate/errors.h"
#include "headgate/message.h"

namespace headgate::internal {

namespace {

constexpr std::size_t kStep = 128 * 1024;
// What zstd itself accepts unasked.
constexpr int kMostWindowLog = 27;
// What every decoder is to read (RFC 8878), 8 MiB.
constexpr int kLeastWindowLog = 23;

[[noreturn]] void unreadable(const std::string& encoding, const std::string& why, std::size_t limit = 0) {
  Failure failure = local_failure(ErrorCode::unreadable_body, Outcome::not_applied, why);
  failure.details["encoding"] = encoding;
  if (limit > 0) failure.details["limitBytes"] = std::to_string(limit);
  throw UnreadableBodyError(std::move(failure));
}

[[noreturn]] void damaged(const std::string& encoding, const std::string& why) {
  unreadable(encoding, "the body is not readable as " + encoding + ": " + why);
}

[[noreturn]] void too_large(const std::string& encoding, std::size_t limit) {
  unreadable(encoding,
             "the body decodes to more than " + std::to_string(limit) +
                 " bytes: raise CompressionOptions::max_decoded_bytes if it is to be trusted",
             limit);
}

/// A decoded body that grows as bytes come, never past its limit.
class BoundedBody {
 public:
  BoundedBody(const std::string& encoding, std::size_t limit) : encoding_(encoding), limit_(limit) {}

  /// Room for at least one more byte, of which `produced` takes over what was written.
  unsigned char* room(std::size_t& size) {
    if (used_ == body_.size()) {
      // One byte past the limit: it shows that there is more without a guess.
      std::size_t most = limit_ + 1;
      body_.resize(std::min(most, std::max(kStep, body_.size() * 2)));
    }
    size = body_.size() - used_;
    return reinterpret_cast<unsigned char*>(body_.data()) + used_;
  }

  void produced(std::size_t bytes) {
    used_ += bytes;
    if (used_ > limit_) too_large(encoding_, limit_);
  }

  std::string take() {
    body_.resize(used_);
    return std::move(body_);
  }

 private:
  const std::string& encoding_;
  std::size_t limit_;
  std::size_t used_ = 0;
  std::string body_;
};

/// The window of a frame is memory too: no larger than the limit, rounded up to a power of two.
int window_log(std::size_t limit) {
  int log = kMostWindowLog;
  while (log > kLeastWindowLog && (std::size_t(1) << (log - 1)) >= limit) log--;
  return log;
}

std::string decode_zstd(const std::string& encoding, const std::string& body, std::size_t limit) {
  unsigned long long announced = ZSTD_getFrameContentSize(body.data(), body.size());
  if (announced == ZSTD_CONTENTSIZE_ERROR) damaged(encoding, "no zstd frame");
  if (announced != ZSTD_CONTENTSIZE_UNKNOWN && announced > limit) too_large(encoding, limit);
  std::unique_ptr<ZSTD_DCtx, std::size_t (*)(ZSTD_DCtx*)> context(ZSTD_createDCtx(), ZSTD_freeDCtx);
  if (!context) throw std::bad_alloc();
  ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax, window_log(limit));
  ZSTD_inBuffer in{body.data(), body.size(), 0};
  BoundedBody decoded(encoding, limit);
  std::size_t left = 1;
  bool full = false;
  while (in.pos < in.size || full) {
    ZSTD_outBuffer out{nullptr, 0, 0};
    out.dst = decoded.room(out.size);
    left = ZSTD_decompressStream(context.get(), &out, &in);
    if (ZSTD_getErrorCode(left) == ZSTD_error_frameParameter_windowTooLarge) too_large(encoding, limit);
    if (ZSTD_isError(left)) damaged(encoding, ZSTD_getErrorName(left));
    decoded.produced(out.pos);
    full = left != 0 && out.pos == out.size;
  }
  if (left != 0) damaged(encoding, "it ends too early");
  return decoded.take();
}

std::string decode_gzip(const std::string& encoding, const std::string& body, std::size_t limit) {
  z_stream stream{};
  if (inflateInit2(&stream, 15 + 16) != Z_OK) throw std::bad_alloc();
  std::unique_ptr<z_stream, int (*)(z_stream*)> guard(&stream, inflateEnd);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(body.data()));
  stream.avail_in = static_cast<uInt>(body.size());
  BoundedBody decoded(encoding, limit);
  int state = Z_OK;
  do {
    // A gzip body may have several members, one after the other.
    if (state == Z_STREAM_END) inflateReset(&stream);
    std::size_t size = 0;
    stream.next_out = decoded.room(size);
    stream.avail_out = static_cast<uInt>(size);
    state = inflate(&stream, Z_NO_FLUSH);
    if (state != Z_OK && state != Z_STREAM_END) {
      damaged(encoding, state == Z_BUF_ERROR ? "it ends too early" : stream.msg != nullptr ? stream.msg : "damaged");
    }
    decoded.produced(size - stream.avail_out);
  } while (state != Z_STREAM_END || stream.avail_in > 0);
  return decoded.take();
}

}  // namespace

void compress(Message& message, const CompressionOptions& options) {
  bool forced = message.compress == Compress::always;
  bool wanted = options.enabled && message.compress == Compress::by_options && message.body.size() >= options.threshold_bytes;
  if (message.encoding || !(forced || wanted)) return;
  std::string smaller(ZSTD_compressBound(message.body.size()), '\0');
  std::size_t size = ZSTD_compress(smaller.data(), smaller.size(), message.body.data(), message.body.size(), options.level);
  if (ZSTD_isError(size)) throw std::bad_alloc();
  if (!forced && size >= message.body.size()) return;
  smaller.resize(size);
  // The bound is larger than the result by far; the message may wait long for its answer.
  smaller.shrink_to_fit();
  message.body = std::move(smaller);
  message.encoding = "zstd";
}

std::string decode(const std::string& encoding, const std::string& body, std::size_t limit) {
  if (encoding == "zstd") return decode_zstd(encoding, body, limit);
  if (encoding == "gzip") return decode_gzip(encoding, body, limit);
  unreadable(encoding, "the body is encoded as `" + encoding +
                           "`, which this client does not decode (it knows zstd and gzip): read Delivery::wire_message()");
}

}  // namespace headgate::internal
