#include <zlib.h>
#include <zstd.h>

#include "compression.h"
#include "fixture.h"

namespace headgate::testing {

class CompressionTest : public WithGateway {
 protected:
  static ClientOptions compressing() {
    auto options = quick();
    options.compression.enabled = true;
    options.compression.max_decoded_bytes = 1 << 20;
    return options;
  }

  /// What the gateway stored of a sent message.
  wire::Message sent(const Message& message) {
    packer.producer().send("t", message);
    return gateway.topic->with([](auto& state) { return state.messages.back(); });
  }

  Delivery received(const std::string& body, const std::string& encoding) {
    wire::Message message;
    message.body = body;
    message.__set_encoding(encoding);
    gateway.topic->queue(message);
    return packer.receive("t", "g").deliveries.at(0);
  }

  static UnreadableBodyError unreadable(const Delivery& delivery) {
    try {
      delivery.body();
    } catch (const UnreadableBodyError& e) {
      return e;
    }
    throw std::runtime_error("the body was readable");
  }

  static std::string zstd(const std::string& plain) {
    std::string packed(ZSTD_compressBound(plain.size()), '\0');
    packed.resize(ZSTD_compress(packed.data(), packed.size(), plain.data(), plain.size(), 3));
    return packed;
  }

  static std::string gzip(const std::string& plain) {
    z_stream stream{};
    deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    std::string packed(deflateBound(&stream, plain.size()) + 32, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
    stream.avail_in = static_cast<uInt>(plain.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    deflate(&stream, Z_FINISH);
    packed.resize(stream.total_out);
    deflateEnd(&stream);
    return packed;
  }

  Client packer{gateway.address(), compressing()};
  const std::string text = std::string(100'000, 'a') + std::string(50'000, 'b');
};

TEST_F(CompressionTest, BodyIsCompressedAndComesBack) {
  auto wire = sent(Message(text));

  EXPECT_EQ(wire.encoding, "zstd");
  EXPECT_LT(wire.body.size(), 1'000u);
  gateway.topic->queue(wire);
  auto delivery = client.receive("t", "g").deliveries.at(0);
  EXPECT_EQ(delivery.body(), text);
  EXPECT_FALSE(delivery.message().encoding);
  EXPECT_EQ(delivery.wire_message().encoding, "zstd");
}

TEST_F(CompressionTest, SmallAndIncompressibleBodiesGoAsTheyAre) {
  std::string noise(10'000, '\0');
  unsigned value = 1;
  for (char& byte : noise) byte = static_cast<char>((value = value * 1664525 + 1013904223) >> 24);

  EXPECT_FALSE(sent(Message(std::string(4'095, 'a'))).__isset.encoding);
  EXPECT_TRUE(sent(Message(std::string(4'096, 'a'))).__isset.encoding);
  EXPECT_FALSE(sent(Message(noise)).__isset.encoding);
}

TEST_F(CompressionTest, MessageDecidesForItself) {
  EXPECT_EQ(sent(Message("tiny").with_compress(Compress::always)).encoding, "zstd");
  EXPECT_FALSE(sent(Message(text).with_compress(Compress::never)).__isset.encoding);
  Message own(text);
  own.encoding = "own";
  EXPECT_EQ(sent(own).body, text);
  client.producer().send("t", text);
  EXPECT_FALSE(gateway.topic->with([](auto& state) { return state.messages.back().__isset.encoding; }));
}

TEST_F(CompressionTest, GzipIsRead) {
  EXPECT_EQ(received(gzip(text), "gzip").body(), text);
  EXPECT_EQ(received(gzip("one ") + gzip("two"), "gzip").body(), "one two");
  EXPECT_EQ(received(gzip(""), "gzip").body(), "");
}

TEST_F(CompressionTest, ZstdFramesWithoutASizeAreRead) {
  EXPECT_EQ(received(zstd("one ") + zstd("two"), "zstd").body(), "one two");
  EXPECT_EQ(received(zstd(""), "zstd").body(), "");
}

TEST_F(CompressionTest, UnknownEncodingIsAClearError) {
  auto delivery = received("?", "brotli");

  auto error = unreadable(delivery);

  EXPECT_EQ(error.code(), ErrorCode::unreadable_body);
  EXPECT_EQ(error.details().at("encoding"), "brotli");
  EXPECT_NE(error.message().find("`brotli`"), std::string::npos);
  EXPECT_EQ(delivery.wire_message().body, "?");
}

TEST_F(CompressionTest, BombsAreBounded) {
  std::string large(20 << 20, '\0');
  for (auto& [body, encoding] : {std::pair(zstd(large), "zstd"), std::pair(gzip(large), "gzip")}) {
    EXPECT_EQ(unreadable(received(body, encoding)).details().at("limitBytes"), std::to_string(1 << 20));
  }
  // A frame that does not say how large it is.
  std::string first = zstd("x");
  EXPECT_EQ(unreadable(received(first + zstd(large), "zstd")).details().count("limitBytes"), 1u);
  EXPECT_EQ(received(zstd(std::string(1 << 20, 'x')), "zstd").body().size(), std::size_t(1 << 20));
}

TEST_F(CompressionTest, DamagedBodiesAreRefused) {
  for (auto& [body, encoding] : {std::pair(zstd(text), "zstd"), std::pair(gzip(text), "gzip")}) {
    EXPECT_NO_THROW(received(body, encoding).body());
    EXPECT_THROW(received(body.substr(0, body.size() / 2), encoding).body(), UnreadableBodyError);
    EXPECT_THROW(received("nonsense that is no frame", encoding).body(), UnreadableBodyError);
    EXPECT_THROW(received("", encoding).body(), UnreadableBodyError);
  }
}

TEST_F(CompressionTest, ConsumerGivesBackWhatItCannotRead) {
  wire::Message message;
  message.body = "?";
  message.__set_encoding("brotli");
  gateway.topic->queue(message);
  auto consumer = client.subscribe("t", "g", [](const Delivery& delivery) { delivery.body(); });

  until("nacked", [&] { return gateway.topic->with([](auto& state) { return !state.nacked.empty(); }); });
  std::string reason = gateway.topic->with([](auto& state) { return state.nacked[0].reason; });
  EXPECT_NE(reason.find("brotli"), std::string::npos);
}

TEST_F(CompressionTest, PreparedMessageIsCheckedDecoded) {
  packer.producer().prepare("t", "g", text);

  EXPECT_EQ(client.producer().pending_checks("g").at(0).message.body, text);
}

}  // namespace headgate::testing
