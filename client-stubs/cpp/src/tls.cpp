#include "tls.h"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <thrift/transport/TTransportException.h>

#include <cerrno>
#include <climits>
#include <algorithm>
#include <stdexcept>

namespace headgate::internal {

using apache::thrift::transport::TTransportException;

namespace {

std::string why() {
  char text[256] = "unknown reason";
  if (unsigned long code = ERR_peek_last_error()) ERR_error_string_n(code, text, sizeof text);
  ERR_clear_error();
  return text;
}

// OpenSSL's own socket BIO writes without MSG_NOSIGNAL: a gateway that has gone would kill the process.
int bio_write(BIO* bio, const char* from, int size) {
  BIO_clear_retry_flags(bio);
  ssize_t put = ::send(static_cast<Socket*>(BIO_get_data(bio))->fd(), from, static_cast<std::size_t>(size), MSG_NOSIGNAL);
  if (put < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) BIO_set_retry_write(bio);
  return static_cast<int>(put);
}

int bio_read(BIO* bio, char* into, int size) {
  BIO_clear_retry_flags(bio);
  ssize_t got = ::recv(static_cast<Socket*>(BIO_get_data(bio))->fd(), into, static_cast<std::size_t>(size), 0);
  if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) BIO_set_retry_read(bio);
  return static_cast<int>(got);
}

long bio_control(BIO*, int command, long, void*) {
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

BIO* new_bio(Socket* socket) {
  // Made once and kept for the life of the process, as OpenSSL wants its methods.
  static BIO_METHOD* const method = [] {
    BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "headgate");
    BIO_meth_set_write(made, bio_write);
    BIO_meth_set_read(made, bio_read);
    BIO_meth_set_ctrl(made, bio_control);
    return made;
  }();
  BIO* bio = BIO_new(method);
  if (bio == nullptr) throw std::bad_alloc();
  BIO_set_data(bio, socket);
  BIO_set_init(bio, 1);
  return bio;
}

class TlsStream : public Stream {
 public:
  TlsStream(std::unique_ptr<Socket> socket, SSL_CTX* context, const std::string& name)
      : socket_(std::move(socket)), ssl_(SSL_new(context), SSL_free) {
    if (!ssl_) throw std::bad_alloc();
    BIO* bio = new_bio(socket_.get());
    SSL_set_bio(ssl_.get(), bio, bio);
    unsigned char address[sizeof(in6_addr)];
    bool numeric = ::inet_pton(AF_INET, name.c_str(), address) == 1 || ::inet_pton(AF_INET6, name.c_str(), address) == 1;
    if (numeric) {
      X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_.get()), name.c_str());
    } else {
      SSL_set1_host(ssl_.get(), name.c_str());
      SSL_set_tlsext_host_name(ssl_.get(), name.c_str());
    }
  }

  void handshake(Instant deadline) {
    for (;;) {
      ERR_clear_error();
      int done = SSL_connect(ssl_.get());
      if (done == 1) return;
      long verdict = SSL_get_verify_result(ssl_.get());
      int error = SSL_get_error(ssl_.get(), done);
      if (error == SSL_ERROR_SSL && verdict != X509_V_OK) {
        throw TTransportException(TTransportException::NOT_OPEN, std::string("the gateway's certificate is not accepted: ") +
                                                                     X509_verify_cert_error_string(verdict));
      }
      proceed(error, deadline);
    }
  }

  std::size_t read(std::uint8_t* into, std::size_t size, Instant deadline) override {
    for (;;) {
      ERR_clear_error();
      int got = SSL_read(ssl_.get(), into, static_cast<int>(std::min<std::size_t>(size, INT_MAX)));
      if (got > 0) return static_cast<std::size_t>(got);
      proceed(SSL_get_error(ssl_.get(), got), deadline);
    }
  }

  void write(const std::uint8_t* from, std::size_t size, Instant deadline) override {
    while (size > 0) {
      ERR_clear_error();
      int put = SSL_write(ssl_.get(), from, static_cast<int>(std::min<std::size_t>(size, INT_MAX)));
      if (put > 0) {
        from += put;
        size -= static_cast<std::size_t>(put);
      } else {
        proceed(SSL_get_error(ssl_.get(), put), deadline);
      }
    }
  }

  bool stale() override {
    // Session tickets come unasked and are no answer: reading takes them in.
    char byte = 0;
    ERR_clear_error();
    int got = SSL_peek(ssl_.get(), &byte, 1);
    return got > 0 || SSL_get_error(ssl_.get(), got) != SSL_ERROR_WANT_READ;
  }

  void abort() override { socket_->abort(); }

 private:
  void proceed(int error, Instant deadline) {
    switch (error) {
      case SSL_ERROR_WANT_READ: return socket_->await(false, deadline);
      case SSL_ERROR_WANT_WRITE: return socket_->await(true, deadline);
      case SSL_ERROR_SSL: throw TTransportException(TTransportException::END_OF_FILE, "TLS: " + why());
      default: throw TTransportException(TTransportException::END_OF_FILE, "closed by the gateway");
    }
  }

  std::unique_ptr<Socket> socket_;
  std::unique_ptr<SSL, void (*)(SSL*)> ssl_;
};

}  // namespace

TlsContext::TlsContext(const TlsOptions& options)
    : context_(SSL_CTX_new(TLS_client_method()), SSL_CTX_free), server_name_(options.server_name) {
  SSL_CTX* context = context_.get();
  if (context == nullptr) throw std::runtime_error("TLS cannot be set up: " + why());
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  int trusted = options.ca_file.empty() ? SSL_CTX_set_default_verify_paths(context)
                                        : SSL_CTX_load_verify_locations(context, options.ca_file.c_str(), nullptr);
  if (trusted != 1) throw std::invalid_argument("tls.ca_file: " + options.ca_file + ": " + why());
  if (options.certificate_file.empty() != options.key_file.empty()) {
    throw std::invalid_argument("tls: only one of certificate_file and key_file is set (expected: both or none)");
  }
  if (options.certificate_file.empty()) return;
  if (SSL_CTX_use_certificate_chain_file(context, options.certificate_file.c_str()) != 1) {
    throw std::invalid_argument("tls.certificate_file: " + options.certificate_file + ": " + why());
  }
  if (SSL_CTX_use_PrivateKey_file(context, options.key_file.c_str(), SSL_FILETYPE_PEM) != 1) {
    throw std::invalid_argument("tls.key_file: " + options.key_file + ": " + why());
  }
}

std::unique_ptr<Stream> TlsContext::wrap(std::unique_ptr<Socket> socket, const std::string& host, Instant deadline) const {
  auto stream = std::make_unique<TlsStream>(std::move(socket), context_.get(), server_name_.empty() ? host : server_name_);
  stream->handshake(deadline);
  return stream;
}

std::unique_ptr<Stream> Stream::connect(const std::string& host, int port, const TlsContext* tls, Instant deadline) {
  auto socket = Socket::open(host, port, deadline);
  if (tls == nullptr) return socket;
  return tls->wrap(std::move(socket), host, deadline);
}

}  // namespace headgate::internal
