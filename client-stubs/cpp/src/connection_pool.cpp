#include "connection_pool.h"

#include <algorithm>
#include <random>
#include <stdexcept>

#include "failures.h"

namespace headgate::internal {

namespace {

[[noreturn]] void raise_closed() {
  raise(ErrorCode::client_closed, Outcome::not_applied, "the client is closed");
}

}  // namespace

ConnectionPool::ConnectionPool(const std::string& addresses, const ClientOptions& options, Log log)
    : options_(options), log_(std::move(log)), calls_left_(options.max_connections), polls_left_(options.max_polls) {
  std::size_t from = 0;
  while (from <= addresses.size()) {
    std::size_t comma = std::min(addresses.find(',', from), addresses.size());
    endpoints_.push_back(std::make_unique<Endpoint>(addresses.substr(from, comma - from)));
    from = comma + 1;
  }
  if (options.tls) tls_ = std::make_unique<TlsContext>(*options.tls);
  preferred_ = std::random_device{}() % endpoints_.size();
}

std::shared_ptr<Connection> ConnectionPool::borrow(Lane lane, Instant deadline) {
  acquire(lane, deadline);
  try {
    auto connection = find(deadline);
    std::lock_guard<std::mutex> held(lock_);
    if (closed_) raise_closed();
    in_use_[connection.get()] = connection;
    return connection;
  } catch (...) {
    release(lane);
    throw;
  }
}

void ConnectionPool::give_back(const std::shared_ptr<Connection>& connection, Lane lane, bool usable) {
  std::vector<std::shared_ptr<Connection>> stale;  // Closed after the lock is free.
  {
    std::lock_guard<std::mutex> held(lock_);
    in_use_.erase(connection.get());
    auto& idle = connection->endpoint().idle;
    if (usable && !closed_ && idle.size() < static_cast<std::size_t>(options_.max_connections)) {
      connection->idle_since = Clock::now();
      idle.push_back(connection);
    }
    Instant oldest = Clock::now() - options_.idle_timeout;
    for (auto& endpoint : endpoints_) {
      while (!endpoint->idle.empty() && endpoint->idle.front()->idle_since < oldest) {
        stale.push_back(std::move(endpoint->idle.front()));
        endpoint->idle.pop_front();
      }
    }
  }
  release(lane);
}

void ConnectionPool::pause(Instant until) {
  std::unique_lock<std::mutex> held(lock_);
  changed_.wait_until(held, until, [this] { return closed_; });
}

std::size_t ConnectionPool::in_use() const {
  std::lock_guard<std::mutex> held(lock_);
  return in_use_.size();
}

std::size_t ConnectionPool::idle() const {
  std::lock_guard<std::mutex> held(lock_);
  std::size_t sum = 0;
  for (const auto& endpoint : endpoints_) sum += endpoint->idle.size();
  return sum;
}

void ConnectionPool::close() {
  std::vector<std::shared_ptr<Connection>> idle;
  std::lock_guard<std::mutex> held(lock_);
  closed_ = true;
  for (auto& one : in_use_) one.second->abort();
  for (auto& endpoint : endpoints_) {
    idle.insert(idle.end(), endpoint->idle.begin(), endpoint->idle.end());
    endpoint->idle.clear();
  }
  changed_.notify_all();
}

void ConnectionPool::acquire(Lane lane, Instant deadline) {
  std::unique_lock<std::mutex> held(lock_);
  int& left = lane == Lane::call ? calls_left_ : polls_left_;
  bool free = changed_.wait_until(held, deadline, [&] { return closed_ || left > 0; });
  if (closed_) raise_closed();
  if (!free) {
    raise(ErrorCode::client_overloaded, Outcome::not_applied,
          "all connections of this client are busy (max_connections " + std::to_string(options_.max_connections) +
              ", max_polls " + std::to_string(options_.max_polls) + ")");
  }
  left--;
}

void ConnectionPool::release(Lane lane) {
  std::lock_guard<std::mutex> held(lock_);
  (lane == Lane::call ? calls_left_ : polls_left_)++;
  changed_.notify_all();
}

std::shared_ptr<Connection> ConnectionPool::find(Instant deadline) {
  std::size_t count = endpoints_.size();
  std::vector<std::size_t> order(count);
  {
    std::lock_guard<std::mutex> held(lock_);
    for (std::size_t i = 0; i < count; i++) order[i] = (preferred_ + i) % count;
  }
  std::stable_partition(order.begin(), order.end(), [this](std::size_t index) { return !endpoints_[index]->avoided(); });
  std::string addresses;
  std::string last;
  for (std::size_t index : order) {
    Endpoint& endpoint = *endpoints_[index];
    try {
      auto connection = connect(endpoint, deadline);
      std::lock_guard<std::mutex> held(lock_);
      preferred_ = index;
      return connection;
    } catch (const apache::thrift::TException& e) {
      endpoint.failed();
      last = e.what();
      addresses += (addresses.empty() ? "" : ", ") + endpoint.address();
      log_.debug("cannot connect to " + endpoint.address() + ": " + last);
    }
  }
  raise(ErrorCode::gateway_unreachable, Outcome::not_applied, "cannot connect to " + addresses + ": " + last);
}

std::shared_ptr<Connection> ConnectionPool::connect(Endpoint& endpoint, Instant deadline) {
  while (auto idle = take_idle(endpoint)) {
    if (!idle->stale()) return idle;
  }
  Instant soon = Clock::now() + options_.connect_timeout;
  return Connection::open(endpoint, tls_.get(), options_.max_frame_bytes, std::min(soon, deadline));
}

std::shared_ptr<Connection> ConnectionPool::take_idle(Endpoint& endpoint) {
  std::lock_guard<std::mutex> held(lock_);
  if (endpoint.idle.empty()) return nullptr;
  auto newest = std::move(endpoint.idle.back());
  endpoint.idle.pop_back();
  return newest;
}

}  // namespace headgate::internal
