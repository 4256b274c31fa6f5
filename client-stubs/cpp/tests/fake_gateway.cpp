#include "fake_gateway.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <thrift/protocol/TBinaryProtocol.h>
#include <thrift/transport/TBufferTransports.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstring>
#include <stdexcept>

#include "fake_admin.h"

namespace headgate::testing {

using apache::thrift::protocol::TBinaryProtocol;
using apache::thrift::transport::TMemoryBuffer;

/// One accepted connection, plain or TLS.
class FakeGateway::Peer {
 public:
  Peer(int fd, SSL_CTX* tls) : fd_(fd), ssl_(nullptr, SSL_free) {
    if (tls == nullptr) return;
    ssl_.reset(SSL_new(tls));
    SSL_set_fd(ssl_.get(), fd_);
    if (SSL_accept(ssl_.get()) != 1) throw std::runtime_error("no handshake");
  }

  void read(void* into, std::size_t size) {
    auto* to = static_cast<char*>(into);
    while (size > 0) {
      ssize_t got = ssl_ ? SSL_read(ssl_.get(), to, static_cast<int>(size)) : ::recv(fd_, to, size, 0);
      if (got <= 0) throw std::runtime_error("the client has gone");
      to += got;
      size -= static_cast<std::size_t>(got);
    }
  }

  void write(const std::string& bytes) {
    std::size_t done = 0;
    while (done < bytes.size()) {
      ssize_t put = ssl_ ? SSL_write(ssl_.get(), bytes.data() + done, static_cast<int>(bytes.size() - done))
                         : ::send(fd_, bytes.data() + done, bytes.size() - done, MSG_NOSIGNAL);
      if (put <= 0) throw std::runtime_error("the client has gone");
      done += static_cast<std::size_t>(put);
    }
  }

 private:
  int fd_;
  std::unique_ptr<SSL, void (*)(SSL*)> ssl_;
};

FakeGateway::FakeGateway(int port, std::shared_ptr<ssl_ctx_st> tls) : tls_(std::move(tls)) {
  // OpenSSL's own writes to a client that has gone raise it.
  if (tls_) ::signal(SIGPIPE, SIG_IGN);
  processor_.registerProcessor("Produce", std::make_shared<wire::ProduceProcessor>(topic));
  processor_.registerProcessor("Consume", std::make_shared<wire::ConsumeProcessor>(topic));
  processor_.registerProcessor("Admin", std::make_shared<idl::admin::AdminProcessor>(std::make_shared<FakeAdmin>()));
  server_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int on = 1;
  ::setsockopt(server_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  name.sin_port = htons(static_cast<std::uint16_t>(port));
  if (::bind(server_, reinterpret_cast<sockaddr*>(&name), sizeof name) != 0 || ::listen(server_, 128) != 0) {
    throw std::runtime_error(std::string("cannot listen: ") + std::strerror(errno));
  }
  socklen_t size = sizeof name;
  ::getsockname(server_, reinterpret_cast<sockaddr*>(&name), &size);
  port_ = ntohs(name.sin_port);
  acceptor_ = std::thread([this] { accept(); });
}

FakeGateway::~FakeGateway() {
  close();
}

std::size_t FakeGateway::open() const {
  std::lock_guard<std::mutex> held(lock_);
  return open_.size();
}

void FakeGateway::script(const std::vector<Fault>& faults) {
  std::lock_guard<std::mutex> held(lock_);
  script_.insert(script_.end(), faults.begin(), faults.end());
}

void FakeGateway::drop_connections() {
  std::lock_guard<std::mutex> held(lock_);
  for (int fd : open_) ::shutdown(fd, SHUT_RDWR);
}

void FakeGateway::close() {
  if (closed_.exchange(true)) return;
  topic->close();
  ::shutdown(server_, SHUT_RDWR);
  acceptor_.join();
  ::close(server_);
  drop_connections();
  for (std::thread& thread : threads_) thread.join();
}

void FakeGateway::accept() {
  for (;;) {
    int fd = ::accept4(server_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) return;
    if (closed_) {
      ::close(fd);
      return;
    }
    accepted_++;
    std::lock_guard<std::mutex> held(lock_);
    open_.insert(fd);
    threads_.emplace_back([this, fd] { serve(fd); });
  }
}

void FakeGateway::serve(int fd) {
  try {
    Peer peer(fd, tls_.get());
    while (exchange(peer)) {
    }
  } catch (const std::exception&) {
    // The client has gone.
  }
  std::lock_guard<std::mutex> held(lock_);
  open_.erase(fd);
  ::shutdown(fd, SHUT_RDWR);
  ::close(fd);
}

Fault FakeGateway::next_fault() {
  std::lock_guard<std::mutex> held(lock_);
  if (script_.empty()) return Fault::none;
  Fault fault = script_.front();
  script_.pop_front();
  return fault;
}

bool FakeGateway::exchange(Peer& peer) {
  std::uint32_t size = 0;
  peer.read(&size, sizeof size);
  std::string frame(ntohl(size), '\0');
  peer.read(frame.data(), frame.size());
  Fault fault = next_fault();
  if (fault == Fault::drop_request) return false;
  auto in = std::make_shared<TMemoryBuffer>(reinterpret_cast<std::uint8_t*>(frame.data()), static_cast<std::uint32_t>(frame.size()));
  auto out = std::make_shared<TMemoryBuffer>();
  processor_.process(std::make_shared<TBinaryProtocol>(in), std::make_shared<TBinaryProtocol>(out), nullptr);
  if (fault == Fault::drop_reply) return false;
  std::string body = fault == Fault::garbage ? "HTTP/1.1" : out->getBufferAsString();
  size = htonl(fault == Fault::oversize ? 0x7fffffff : static_cast<std::uint32_t>(body.size()));
  std::string framed = std::string(reinterpret_cast<char*>(&size), sizeof size) + body;
  if (fault == Fault::silence) {
    char never = 0;
    peer.read(&never, 1);
    return false;
  }
  if (fault != Fault::trickle) {
    peer.write(framed);
    return true;
  }
  for (char byte : framed) {
    peer.write(std::string(1, byte));
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return true;
}

void until(const std::string& what, const std::function<bool()>& condition) {
  auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) throw std::runtime_error("not within 20 s: " + what);
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

}  // namespace headgate::testing
