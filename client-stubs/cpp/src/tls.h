#pragma once

#include <memory>
#include <string>

#include "headgate/options.h"
#include "socket.h"
#include "stream.h"

struct ssl_ctx_st;

namespace headgate::internal {

/// What all TLS connections of a client share. Thread-safe.
class TlsContext {
 public:
  /// @throws std::invalid_argument a file cannot be read, or key and certificate do not fit
  explicit TlsContext(const TlsOptions& options);

  /// Shakes hands over a connected socket and checks the gateway's certificate.
  /// @param host of the address
  std::unique_ptr<Stream> wrap(std::unique_ptr<Socket> socket, const std::string& host, Instant deadline) const;

 private:
  std::shared_ptr<ssl_ctx_st> context_;
  std::string server_name_;
};

}  // namespace headgate::internal
