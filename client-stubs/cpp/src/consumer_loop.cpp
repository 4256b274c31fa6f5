#include "consumer_loop.h"

#include <cxxabi.h>

#include <cstdlib>
#include <stdexcept>
#include <typeinfo>

#include "backoff.h"
#include "wire.h"

namespace headgate::internal {

namespace {

constexpr std::size_t kMaxMessages = 1'000;
constexpr Millis kLastSettlements{5'000};
constexpr Millis kLastSettlementsBeside{1'000};

ConsumerOptions checked(ConsumerOptions options) {
  if (options.concurrency < 1) {
    throw std::invalid_argument("concurrency: " + std::to_string(options.concurrency) + " (expected: >= 1)");
  }
  if (options.prefetch.value_or(0) < 0) {
    throw std::invalid_argument("prefetch: " + std::to_string(*options.prefetch) + " (expected: >= 0)");
  }
  if (options.poll_wait < Millis(0) || options.poll_wait > Millis(60'000)) {
    throw std::invalid_argument("poll_wait: " + std::to_string(options.poll_wait.count()) + " ms (expected: 0 to 60,000)");
  }
  return options;
}

std::size_t hand_size(const ConsumerOptions& options) {
  return static_cast<std::size_t>(options.concurrency + options.prefetch.value_or(options.concurrency));
}

std::string describe(const std::exception& e) {
  int failed = 0;
  std::unique_ptr<char, void (*)(void*)> name(abi::__cxa_demangle(typeid(e).name(), nullptr, nullptr, &failed), std::free);
  return std::string(failed == 0 ? name.get() : "exception") + ": " + e.what();
}

}  // namespace

ConsumerLoop::ConsumerLoop(std::shared_ptr<Consumption> consumption, std::string topic, std::string group,
                           ExplicitHandler handler, bool settles_itself, ConsumerOptions options)
    : consumption_(std::move(consumption)),
      topic_(std::move(topic)),
      group_(std::move(group)),
      handler_(std::move(handler)),
      settles_itself_(settles_itself),
      options_(checked(std::move(options))),
      hand_(std::make_shared<Hand>(hand_size(options_))),
      settler_(std::make_shared<Settler>(consumption_, hand_)),
      renewer_(consumption_, hand_, options_.lease) {}

void ConsumerLoop::start() {
  // Each thread keeps the loop alive: a handler may still run when everybody else has let go of it.
  auto self = shared_from_this();
  std::lock_guard<std::mutex> held(lock_);
  receiving_ = true;
  busy_workers_ = options_.concurrency;
  settling_ = std::thread([self] { self->settler_->run(); });
  renewing_ = std::thread([self] { self->renewer_.run(); });
  for (int i = 0; i < options_.concurrency; i++) workers_.emplace_back([self] { self->work_loop(); });
  receiver_ = std::thread([self] { self->receive_loop(); });
}

std::shared_ptr<const HeadgateError> ConsumerLoop::last_failure() const {
  std::lock_guard<std::mutex> held(lock_);
  return last_failure_;
}

void ConsumerLoop::stop() {
  {
    std::lock_guard<std::mutex> held(lock_);
    stopping_ = true;
    changed_.notify_all();
  }
  hand_->close();
  give_back_unstarted();
}

void ConsumerLoop::close() {
  {
    std::unique_lock<std::mutex> held(lock_);
    if (closing_) {
      changed_.wait(held, [this] { return closed_; });
      return;
    }
    closing_ = true;
  }
  stop();
  Instant deadline = Clock::now() + options_.close_timeout;
  bool idle = await_workers(deadline);
  if (!idle) consumption_->log().warning("handlers of " + group_ + " still run after the close timeout");
  // Explicit settlements may come after their handler; they have until the deadline too.
  Instant last = Clock::now() + (idle ? kLastSettlements : kLastSettlementsBeside);
  if (!hand_->await_empty(idle && settles_itself_ ? std::max(last, deadline) : last)) {
    consumption_->log().warning(std::to_string(hand_->size()) + " leases of " + group_ + " are left to expire");
  }
  end_threads(idle);
  std::lock_guard<std::mutex> held(lock_);
  closed_ = true;
  changed_.notify_all();
}

bool ConsumerLoop::wait_until(Instant deadline) const {
  std::unique_lock<std::mutex> held(lock_);
  if (deadline == Instant::max()) {
    changed_.wait(held, [this] { return closed_; });
    return true;
  }
  return changed_.wait_until(held, deadline, [this] { return closed_; });
}

bool ConsumerLoop::await_workers(Instant deadline) {
  std::unique_lock<std::mutex> held(lock_);
  bool received = changed_.wait_until(held, deadline, [this] { return !receiving_; });
  no_more_work_ = true;
  changed_.notify_all();
  return changed_.wait_until(held, deadline, [this] { return busy_workers_ == 0; }) && received;
}

void ConsumerLoop::end_threads(bool idle) {
  renewer_.stop();
  settler_->stop();
  settling_.join();
  renewing_.join();
  if (idle) {
    receiver_.join();
    for (std::thread& worker : workers_) worker.join();
  } else {
    receiver_.detach();
    for (std::thread& worker : workers_) worker.detach();
  }
}

void ConsumerLoop::receive_loop() {
  const Backoff again(Millis(200), Millis(5'000));
  int failures = 0;
  while (!stopping()) {
    std::size_t room = hand_->acquire_room(kMaxMessages);
    if (room == 0) break;
    Millis pause{0};
    std::shared_ptr<const HeadgateError> failure;
    try {
      pause = receive(room);
      failures = 0;
    } catch (const HeadgateError& e) {
      hand_->release_room(room);
      consumption_->log().warning("cannot receive from " + topic_ + " for " + group_ + ": " + e.what());
      failure = std::make_shared<const HeadgateError>(e);
      pause = again.pause(failures++, e.retry_after());
    } catch (const std::exception& e) {
      // Want of memory, say: nothing that is said here may end the process.
      hand_->release_room(room);
      consumption_->log().warning("cannot receive from " + topic_ + " for " + group_ + ": " + describe(e));
      pause = again.pause(failures++);
    }
    std::unique_lock<std::mutex> held(lock_);
    last_failure_ = failure;
    changed_.wait_for(held, pause, [this] { return stopping_; });
  }
  std::lock_guard<std::mutex> held(lock_);
  receiving_ = false;
  changed_.notify_all();
}

Millis ConsumerLoop::receive(std::size_t room) {
  ReceiveOptions how;
  how.max_messages = static_cast<int>(room);
  how.wait = options_.poll_wait;
  how.lease = options_.lease;
  how.filter = options_.filter;
  how.broadcast_instance = options_.broadcast_instance;
  ReceiveResult result = consumption_->receive(topic_, group_, how, {});
  if (result.size() < room) hand_->release_room(room - result.size());
  for (Delivery& delivery : result.deliveries) {
    auto one = std::make_shared<HeldDelivery>(std::move(delivery));
    hand_->add(one);
    std::lock_guard<std::mutex> held(lock_);
    work_.push_back(std::move(one));
    changed_.notify_all();
  }
  if (stopping()) give_back_unstarted();
  if (!result.empty()) renewer_.wake();
  return result.retry_after;
}

void ConsumerLoop::work_loop() {
  for (;;) {
    std::shared_ptr<HeldDelivery> one;
    {
      std::unique_lock<std::mutex> held(lock_);
      changed_.wait(held, [this] { return no_more_work_ || !work_.empty(); });
      if (work_.empty()) {
        busy_workers_--;
        changed_.notify_all();
        return;
      }
      one = std::move(work_.front());
      work_.pop_front();
    }
    if (one->start()) handle(one);
  }
}

void ConsumerLoop::handle(const std::shared_ptr<HeldDelivery>& held) {
  Settlement settlement(settler_, held);
  try {
    run_handler(held->delivery(), settlement);
    if (!settles_itself_) settlement.ack();
  } catch (const RetryLater& later) {
    settlement.nack(later.delay(), later.what());
  } catch (const std::exception& e) {
    std::string reason = describe(e);
    consumption_->log().warning("handler of " + group_ + " failed on " + held->delivery().message_id() + ": " + reason);
    settlement.nack(options_.nack_delay, reason);
  } catch (...) {
    consumption_->log().warning("handler of " + group_ + " failed on " + held->delivery().message_id());
    settlement.nack(options_.nack_delay, "the handler threw something that is no std::exception");
  }
}

void ConsumerLoop::run_handler(const Delivery& delivery, const Settlement& settlement) {
  const auto& around = consumption_->tracing().around_handler;
  if (!around) return handler_(delivery, settlement);
  around(delivery, trace_of(delivery.wire_message()), [&] { handler_(delivery, settlement); });
}

void ConsumerLoop::give_back_unstarted() {
  for (const auto& held : hand_->all()) {
    if (held->take_back()) settler_->nack(held, Millis(0), "given back by a closing consumer");
  }
}

bool ConsumerLoop::stopping() const {
  std::lock_guard<std::mutex> held(lock_);
  return stopping_;
}

}  // namespace headgate::internal
