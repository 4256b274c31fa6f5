#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <cstdio>

#include "fixture.h"

namespace headgate::testing {

/// A self-signed certificate for `localhost`, with its key, in files that live as long as it.
class Certificate {
 public:
  Certificate() : key_(EVP_EC_gen("P-256"), EVP_PKEY_free), certificate_(X509_new(), X509_free) {
    X509* x = certificate_.get();
    X509_set_version(x, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
    X509_gmtime_adj(X509_getm_notBefore(x), -60);
    X509_gmtime_adj(X509_getm_notAfter(x), 3600);
    X509_set_pubkey(x, key_.get());
    X509_NAME* name = X509_get_subject_name(x);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
    X509_set_issuer_name(x, name);
    X509_EXTENSION* names = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "DNS:localhost");
    X509_add_ext(x, names, -1);
    X509_EXTENSION_free(names);
    X509_sign(x, key_.get(), EVP_sha256());
    char file[] = "/tmp/headgate-test-XXXXXX";
    FILE* out = ::fdopen(::mkstemp(file), "w");
    PEM_write_X509(out, x);
    PEM_write_PrivateKey(out, key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
    std::fclose(out);
    file_ = file;
  }
  ~Certificate() { ::unlink(file_.c_str()); }

  const std::string& file() const { return file_; }

  /// @param ask_client whether a client needs this certificate too
  std::shared_ptr<SSL_CTX> server(bool ask_client) const {
    std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
    SSL_CTX_use_certificate(context.get(), certificate_.get());
    SSL_CTX_use_PrivateKey(context.get(), key_.get());
    if (ask_client) {
      SSL_CTX_load_verify_locations(context.get(), file_.c_str(), nullptr);
      SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    }
    return context;
  }

 private:
  std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key_;
  std::unique_ptr<X509, void (*)(X509*)> certificate_;
  std::string file_;
};

class TlsTest : public ::testing::Test {
 protected:
  static Client connect(const FakeGateway& gateway, const TlsOptions& tls, const std::string& host = "localhost") {
    ClientOptions options;
    options.timeout = 10s;
    options.tls = tls;
    return Client(host + ":" + std::to_string(gateway.port()), options);
  }

  static HeadgateError refusal_of(Client client) {
    try {
      client.version(300ms);
    } catch (const HeadgateError& e) {
      return e;
    }
    throw std::runtime_error("the call did not fail");
  }

  Certificate certificate;
  TlsOptions trusting{certificate.file(), {}, {}, {}};
};

TEST_F(TlsTest, MessagesGoOverTls) {
  FakeGateway gateway(0, certificate.server(false));
  auto client = connect(gateway, trusting);
  std::string large(3 << 20, 'x');

  for (int i = 0; i < 5; i++) client.producer().send("t", large);

  EXPECT_EQ(gateway.topic->with([](auto& state) { return state.stored.size(); }), 5u);
  EXPECT_EQ(gateway.accepted(), 1) << "a session ticket must not make a connection look stale";
}

TEST_F(TlsTest, GatewayThatIsNotTrustedIsRefused) {
  Certificate other;
  FakeGateway gateway(0, other.server(false));

  auto failure = refusal_of(connect(gateway, trusting));

  EXPECT_EQ(failure.code(), ErrorCode::gateway_unreachable);
  EXPECT_EQ(failure.outcome(), Outcome::not_applied);
  EXPECT_NE(failure.message().find("certificate is not accepted"), std::string::npos) << failure.message();
}

TEST_F(TlsTest, NameOfTheGatewayIsChecked) {
  FakeGateway gateway(0, certificate.server(false));

  EXPECT_NE(refusal_of(connect(gateway, trusting, "127.0.0.1")).message().find("certificate is not accepted"),
            std::string::npos);
  auto named = trusting;
  named.server_name = "localhost";
  EXPECT_EQ(connect(gateway, named, "127.0.0.1").version().node, "fake-1");
}

TEST_F(TlsTest, ClientShowsItsCertificate) {
  FakeGateway gateway(0, certificate.server(true));
  auto known = trusting;
  known.certificate_file = certificate.file();
  known.key_file = certificate.file();

  EXPECT_EQ(connect(gateway, known).version().node, "fake-1");
  EXPECT_EQ(refusal_of(connect(gateway, trusting)).category(), ErrorCategory::availability);
}

TEST_F(TlsTest, PlainGatewayFailsInTime) {
  FakeGateway plain;

  EXPECT_EQ(refusal_of(connect(plain, trusting)).outcome(), Outcome::not_applied);
}

TEST_F(TlsTest, FilesAreChecked) {
  ClientOptions options;
  options.tls = TlsOptions{"/nowhere/ca.pem", {}, {}, {}};
  EXPECT_THROW(Client("localhost:1", options), std::invalid_argument);
  options.tls = TlsOptions{{}, certificate.file(), {}, {}};
  EXPECT_THROW(Client("localhost:1", options), std::invalid_argument);
}

}  // namespace headgate::testing
