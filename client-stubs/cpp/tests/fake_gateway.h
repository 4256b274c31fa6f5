#pragma once

#include <thrift/processor/TMultiplexedProcessor.h>

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "fake_topic.h"

struct ssl_ctx_st;

namespace headgate::testing {

/// What happens to one request.
enum class Fault {
  none,
  /// The connection closes before anything is done.
  drop_request,
  /// The work is done and the connection closes instead of an answer.
  drop_reply,
  /// The work is done and the answer never comes.
  silence,
  /// The answer is a frame of nonsense.
  garbage,
  /// The answer comes a byte at a time.
  trickle,
  /// The answer announces a frame of 2 GiB.
  oversize,
};

/// A gateway of one process and no broker, whose failures follow a script: the generated processors, each connection on a
/// thread of its own, until closed.
class FakeGateway {
 public:
  /// @param port 0: a free one
  /// @param tls null: plain
  explicit FakeGateway(int port = 0, std::shared_ptr<ssl_ctx_st> tls = nullptr);
  ~FakeGateway();

  const std::shared_ptr<FakeTopic> topic = std::make_shared<FakeTopic>();
  int port() const { return port_; }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  int accepted() const { return accepted_; }
  std::size_t open() const;

  void script(const std::vector<Fault>& faults);
  void drop_connections();
  void close();

 private:
  class Peer;

  void accept();
  void serve(int fd);
  bool exchange(Peer& peer);
  Fault next_fault();

  std::shared_ptr<ssl_ctx_st> tls_;
  apache::thrift::TMultiplexedProcessor processor_;
  int server_ = -1;
  int port_ = 0;
  std::atomic<int> accepted_{0};
  std::atomic<bool> closed_{false};
  mutable std::mutex lock_;
  std::deque<Fault> script_;
  std::set<int> open_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

/// Waits for a condition, with a deadline.
void until(const std::string& what, const std::function<bool()>& condition);

}  // namespace headgate::testing
