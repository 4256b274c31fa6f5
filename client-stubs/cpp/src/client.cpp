#include "headgate/client.h"

#include <algorithm>
#include <mutex>

#include "caller.h"
#include "consumer_loop.h"
#include "consumption.h"

namespace headgate {

namespace internal {

/// What a client is made of. Consumers are known by weak references: they belong to their callers.
class ClientCore {
 public:
  ClientCore(const std::string& addresses, const ClientOptions& options)
      : caller(std::make_shared<Caller>(addresses, options)), consumption(std::make_shared<Consumption>(caller)) {}

  Consumer subscribe(const std::string& topic, const std::string& group, ExplicitHandler handler, bool settles_itself,
                     const ConsumerOptions& options) {
    auto loop = std::make_shared<ConsumerLoop>(consumption, topic, group, std::move(handler), settles_itself, options);
    {
      std::lock_guard<std::mutex> held(lock_);
      auto ended = [](const std::weak_ptr<ConsumerLoop>& one) { return one.expired(); };
      loops_.erase(std::remove_if(loops_.begin(), loops_.end(), ended), loops_.end());
      loops_.push_back(loop);
    }
    loop->start();
    return Consumer(std::move(loop));
  }

  void close() {
    std::vector<std::shared_ptr<ConsumerLoop>> loops;
    {
      std::lock_guard<std::mutex> held(lock_);
      for (const auto& one : loops_) {
        if (auto loop = one.lock()) loops.push_back(std::move(loop));
      }
    }
    for (const auto& loop : loops) loop->stop();
    for (const auto& loop : loops) loop->close();
    caller->pool().close();
  }

  const std::shared_ptr<Caller> caller;
  const std::shared_ptr<Consumption> consumption;

 private:
  std::mutex lock_;
  std::vector<std::weak_ptr<ConsumerLoop>> loops_;
};

}  // namespace internal

namespace {

constexpr internal::Operation kVersion{"version", true};

}  // namespace

Client::Client(const std::string& addresses, ClientOptions options)
    : core_(std::make_shared<internal::ClientCore>(addresses, options)) {}

Client::~Client() {
  if (core_) core_->close();
}

Client::Client(Client&&) noexcept = default;

Client& Client::operator=(Client&& other) noexcept {
  if (core_) core_->close();
  core_ = std::move(other.core_);
  return *this;
}

Producer Client::producer() const {
  return Producer(core_->caller);
}

Admin Client::admin() const {
  return Admin(core_->caller);
}

Consumer Client::subscribe(const std::string& topic, const std::string& group, Handler handler,
                           const ConsumerOptions& options) {
  auto settled_by_loop = [handler = std::move(handler)](const Delivery& delivery, const Settlement&) { handler(delivery); };
  return core_->subscribe(topic, group, std::move(settled_by_loop), false, options);
}

Consumer Client::subscribe_explicit(const std::string& topic, const std::string& group, ExplicitHandler handler,
                                    const ConsumerOptions& options) {
  return core_->subscribe(topic, group, std::move(handler), true, options);
}

ReceiveResult Client::receive(const std::string& topic, const std::string& group, const ReceiveOptions& how,
                              const CallOptions& options) {
  return core_->consumption->receive(topic, group, how, options);
}

SettleResult Client::ack(const Delivery& delivery, const CallOptions& options) {
  return core_->consumption->ack({delivery.lease()}, options).front();
}

std::vector<SettleResult> Client::ack(const std::vector<std::string>& leases, const CallOptions& options) {
  return core_->consumption->ack(leases, options);
}

SettleResult Client::nack(const Delivery& delivery, std::optional<std::chrono::milliseconds> delay, const std::string& reason,
                          const CallOptions& options) {
  return core_->consumption->nack({{delivery.lease(), delay, reason}}, options).front();
}

std::vector<SettleResult> Client::nack(const std::vector<Nack>& nacks, const CallOptions& options) {
  return core_->consumption->nack(nacks, options);
}

SettleResult Client::extend(const Delivery& delivery, std::optional<std::chrono::milliseconds> lease,
                            const CallOptions& options) {
  return core_->consumption->extend({delivery.lease()}, lease, options).front();
}

std::vector<SettleResult> Client::extend(const std::vector<std::string>& leases,
                                         std::optional<std::chrono::milliseconds> lease, const CallOptions& options) {
  return core_->consumption->extend(leases, lease, options);
}

void Client::seek(const std::string& topic, const std::string& group, const SeekTarget& target, const CallOptions& options) {
  core_->consumption->seek(topic, group, target, options);
}

std::vector<NodeInfo> Client::locate(const std::string& topic, const std::string& group, const CallOptions& options) {
  return core_->consumption->locate(topic, group, options);
}

GatewayVersion Client::version(const CallOptions& options) {
  GatewayVersion version;
  core_->caller->call(kVersion, core_->caller->traced(options), internal::kNotParked,
                      [&](internal::Connection& connection, const idl::gateway::CallContext& context) {
                        idl::gateway::VersionRequest request;
                        request.__set_context(context);
                        idl::gateway::VersionInfo info;
                        connection.produce().version(info, request);
                        version = {info.contract, info.gateway, info.node};
                      });
  return version;
}

std::size_t Client::connections_in_use() const {
  return core_->caller->pool().in_use();
}

std::size_t Client::connections_idle() const {
  return core_->caller->pool().idle();
}

void Client::close() {
  core_->close();
}

}  // namespace headgate
