#pragma once

/// @file
/// How a client and its calls work.

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "headgate/tracing.h"

namespace headgate {

/// End-to-end compression. The gateway never opens a body: the producing client compresses, the consuming one
/// decompresses by Message::encoding.
struct CompressionOptions {
  /// Whether sent bodies are compressed (zstd); off by default, since a consumer that reads the broker natively, or by
  /// plain stubs, gets the compressed bytes. Reading needs no option: zstd and gzip are always decoded.
  bool enabled = false;
  /// Bodies smaller than this go as they are; so do those that compression does not make smaller.
  std::size_t threshold_bytes = 4 * 1024;
  /// zstd's level, 1 to 19.
  int level = 3;
  /// The largest body that decoding may produce, against decompression bombs.
  std::size_t max_decoded_bytes = 64u << 20;
};

/// TLS to the gateway, version 1.2 or later; the gateway's certificate and name are always checked.
struct TlsOptions {
  /// File of trusted CA certificates (PEM); empty: the system's.
  std::string ca_file;
  /// File of this client's certificate chain (PEM), where the gateway wants one; empty: none.
  std::string certificate_file;
  /// File of the private key of that certificate (PEM).
  std::string key_file;
  /// The name that the gateway's certificate must have; empty: the host of the address.
  std::string server_name;
};

/// How loud a line is.
enum class LogLevel { debug, warning };

/// How a client works.
struct ClientOptions {
  /// Deadline of a call, retries included; a long poll adds its wait.
  std::chrono::milliseconds timeout{10'000};
  /// How long one connect may take (a TLS handshake included; name resolution not).
  std::chrono::milliseconds connect_timeout{2'000};
  /// When an idle connection is closed.
  std::chrono::milliseconds idle_timeout{30'000};
  /// How many calls may run at once; further ones wait.
  int max_connections = 32;
  /// How many long polls may be parked at once, on connections of their own.
  int max_polls = 64;
  /// The largest answer that is accepted.
  int max_frame_bytes = 64 << 20;
  /// Pause between retries; doubles up to `backoff_max`, with jitter.
  std::chrono::milliseconds backoff_initial{50};
  std::chrono::milliseconds backoff_max{2'000};
  /// A stable name of this process, shown to operators; empty: the connection's address.
  std::string client_id;
  /// Credential, where the connection itself has none; empty: none.
  std::string token;
  /// TLS; absent: plain TCP.
  std::optional<TlsOptions> tls;
  CompressionOptions compression;
  TracingHooks tracing;
  /// Takes the client's log lines, from any of its threads; empty: they are dropped.
  std::function<void(LogLevel level, const std::string& line)> log;
};

/// What one call may differ in.
struct CallOptions {
  /// How long to wait for the answer, retries included; absent: the client's. 1 ms to 600 s.
  std::optional<std::chrono::milliseconds> timeout;
  /// Whether to retry a send whose outcome is unknown, at the price of possible duplicates.
  bool retry_uncertain = false;
  /// The trace to go with the call and into sent messages; absent: TracingHooks::current is asked.
  std::optional<TraceContext> trace;

  CallOptions() = default;
  /// With a timeout and the other defaults.
  template <typename Rep, typename Period>
  CallOptions(std::chrono::duration<Rep, Period> limit)  // NOLINT: a timeout is the usual option
      : timeout(std::chrono::ceil<std::chrono::milliseconds>(limit)) {}
};

/// Which messages a group wants. All members of a group must ask for the same.
struct Filter {
  /// Messages with one of these tags.
  std::vector<std::string> tags;
  /// Or an SQL-92 expression over headers and `tag`: `region = 'eu' AND size > 3`; empty: by tags.
  std::string expression;

  /// By tags.
  static Filter by_tags(std::vector<std::string> tags);
  /// By expression.
  static Filter by_expression(std::string expression);
};

/// How one receive works.
struct ReceiveOptions {
  /// 1 to 1,000; absent: 32.
  std::optional<int> max_messages;
  /// Bodies, keys and headers together; a first message that is larger comes alone; absent: 4 MiB.
  std::optional<int> max_bytes;
  /// How long to park when there is nothing to deliver, at most 60 s.
  std::chrono::milliseconds wait{0};
  /// Time to settle each message; absent: the group's.
  std::optional<std::chrono::milliseconds> lease;
  /// Absent: every message.
  std::optional<Filter> filter;
  /// Names this instance of a broadcast group, whose instances get every message each; empty: messages are shared out.
  std::string broadcast_instance;
};

/// How a consumer works.
struct ConsumerOptions {
  /// How many handlers run at once.
  int concurrency = 1;
  /// How many more messages may wait leased in this process; absent: as many as `concurrency`.
  std::optional<int> prefetch;
  /// Time to settle that is asked for, renewed at half of it; absent: the group's.
  std::optional<std::chrono::milliseconds> lease;
  /// When a message whose handler threw comes again; absent: the group's back-off.
  std::optional<std::chrono::milliseconds> nack_delay;
  /// How long one receive parks, at most 60 s; also the longest that closing waits for it.
  std::chrono::milliseconds poll_wait{5'000};
  /// How long closing waits for running handlers.
  std::chrono::milliseconds close_timeout{30'000};
  /// Absent: every message.
  std::optional<Filter> filter;
  /// Names this instance of a broadcast group, whose instances get every message each; empty: messages are shared out.
  std::string broadcast_instance;
};

}  // namespace headgate
