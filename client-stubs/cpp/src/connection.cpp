#include "connection.h"

#include <thrift/protocol/TBinaryProtocol.h>
#include <thrift/protocol/TMultiplexedProtocol.h>

namespace headgate::internal {

using apache::thrift::protocol::TBinaryProtocolT;
using apache::thrift::protocol::TMultiplexedProtocol;

std::shared_ptr<Connection> Connection::open(Endpoint& endpoint, const TlsContext* tls, int max_frame_bytes,
                                             Instant deadline) {
  auto stream = Stream::connect(endpoint.host(), endpoint.port(), tls, deadline);
  return std::make_shared<Connection>(endpoint, std::move(stream), max_frame_bytes);
}

Connection::Connection(Endpoint& endpoint, std::unique_ptr<Stream> stream, int max_frame_bytes)
    : endpoint_(endpoint),
      transport_(std::make_shared<FramedTransport>(std::move(stream), max_frame_bytes)),
      protocol_(std::make_shared<TBinaryProtocolT<FramedTransport>>(transport_, max_frame_bytes, max_frame_bytes, true, true)),
      produce_(std::make_shared<TMultiplexedProtocol>(protocol_, "Produce")),
      consume_(std::make_shared<TMultiplexedProtocol>(protocol_, "Consume")),
      admin_(std::make_shared<TMultiplexedProtocol>(protocol_, "Admin")) {}

}  // namespace headgate::internal
