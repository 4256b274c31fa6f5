#include "socket.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <thrift/transport/TTransportException.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <system_error>

namespace headgate::internal {

using apache::thrift::transport::TTransportException;

namespace {

[[noreturn]] void lost(int error) {
  throw TTransportException(TTransportException::END_OF_FILE, std::generic_category().message(error));
}

bool try_again(int error) {
  return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

void set_options(int fd) {
  int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
}

}  // namespace

std::unique_ptr<Socket> Socket::open(const std::string& host, int port, Instant deadline) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  int failed = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (failed != 0) throw TTransportException(TTransportException::NOT_OPEN, ::gai_strerror(failed));
  std::unique_ptr<addrinfo, void (*)(addrinfo*)> addresses(found, ::freeaddrinfo);
  int error = 0;
  for (addrinfo* address = found; address != nullptr; address = address->ai_next) {
    int fd = ::socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
      error = errno;
      continue;
    }
    auto socket = std::make_unique<Socket>(fd);
    set_options(fd);
    if (::connect(fd, address->ai_addr, address->ai_addrlen) == 0) return socket;
    error = errno;
    if (error != EINPROGRESS) continue;
    socket->await(true, deadline);
    socklen_t size = sizeof error;
    ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error == 0) return socket;
  }
  throw TTransportException(TTransportException::NOT_OPEN, std::generic_category().message(error));
}

Socket::~Socket() {
  ::close(fd_);
}

std::size_t Socket::read(std::uint8_t* into, std::size_t size, Instant deadline) {
  for (;;) {
    ssize_t got = ::recv(fd_, into, size, 0);
    if (got > 0) return static_cast<std::size_t>(got);
    if (got == 0) throw TTransportException(TTransportException::END_OF_FILE, "closed by the gateway");
    if (!try_again(errno)) lost(errno);
    await(false, deadline);
  }
}

void Socket::write(const std::uint8_t* from, std::size_t size, Instant deadline) {
  while (size > 0) {
    ssize_t put = ::send(fd_, from, size, MSG_NOSIGNAL);
    if (put >= 0) {
      from += put;
      size -= static_cast<std::size_t>(put);
    } else if (try_again(errno)) {
      await(true, deadline);
    } else {
      lost(errno);
    }
  }
}

bool Socket::stale() {
  char byte = 0;
  ssize_t got = ::recv(fd_, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got >= 0 || !try_again(errno);
}

void Socket::abort() {
  // Wakes a thread that waits on it, as close would not.
  ::shutdown(fd_, SHUT_RDWR);
}

void Socket::await(bool write, Instant deadline) const {
  for (;;) {
    pollfd one{fd_, static_cast<short>(write ? POLLOUT : POLLIN), 0};
    int left = left_millis(deadline);
    int ready = left == 0 ? 0 : ::poll(&one, 1, left);
    if (ready > 0) return;
    if (ready < 0 && errno != EINTR) lost(errno);
    if (left_millis(deadline) == 0) {
      throw TTransportException(TTransportException::TIMED_OUT, write ? "cannot write in time" : "no answer in time");
    }
  }
}

}  // namespace headgate::internal
