#pragma once

#include <memory>

#include "Admin.h"
#include "Consume.h"
#include "Produce.h"
#include "endpoint.h"
#include "framed_transport.h"

namespace headgate::internal {

/// One stream to one node with the stubs of all services over it. The stubs do one call at a time, so a connection belongs
/// to one borrower of the pool at a time; only abort() may come from another thread.
class Connection {
 public:
  /// Connects.
  /// @throws TTransportException
  static std::shared_ptr<Connection> open(Endpoint& endpoint, const TlsContext* tls, int max_frame_bytes, Instant deadline);

  Connection(Endpoint& endpoint, std::unique_ptr<Stream> stream, int max_frame_bytes);

  Endpoint& endpoint() { return endpoint_; }
  idl::gateway::ProduceClient& produce() { return produce_; }
  idl::gateway::ConsumeClient& consume() { return consume_; }
  idl::admin::AdminClient& admin() { return admin_; }

  /// Begins an exchange whose answer must be here by a time.
  void begin(Instant deadline) { transport_->begin(deadline); }
  /// Whether the request has left whole; false: no node can have understood it.
  bool written() const { return transport_->written(); }
  bool stale() { return transport_->stream().stale(); }
  void abort() { transport_->stream().abort(); }

  /// Set and read by the pool.
  Instant idle_since;

 private:
  Endpoint& endpoint_;
  std::shared_ptr<FramedTransport> transport_;
  std::shared_ptr<apache::thrift::protocol::TProtocol> protocol_;
  idl::gateway::ProduceClient produce_;
  idl::gateway::ConsumeClient consume_;
  idl::admin::AdminClient admin_;
};

}  // namespace headgate::internal
