#include "check_loop.h"

#include "backoff.h"

namespace headgate {

namespace internal {

namespace {

constexpr int kChecks = 16;

}  // namespace

CheckLoop::CheckLoop(Producer producer, std::shared_ptr<Caller> caller, std::string group,
                     std::function<Decision(const PendingCheck&)> decide, Millis wait)
    : producer_(std::move(producer)),
      caller_(std::move(caller)),
      group_(std::move(group)),
      decide_(std::move(decide)),
      wait_(wait) {}

void CheckLoop::start() {
  thread_ = std::thread([this] { run(); });
}

void CheckLoop::close() {
  {
    std::lock_guard<std::mutex> held(lock_);
    stopping_ = true;
    stopped_.notify_all();
  }
  std::lock_guard<std::mutex> held(joining_);
  if (thread_.joinable()) thread_.join();
}

void CheckLoop::run() {
  const Backoff again(Millis(200), Millis(5'000));
  int failures = 0;
  while (!stopping()) {
    Millis pause{0};
    try {
      auto checks = producer_.pending_checks(group_, kChecks, wait_);
      for (const PendingCheck& check : checks) answer(check);
      failures = 0;
      // A gateway that answers at once with nothing must not be asked in a tight loop.
      if (checks.empty() && wait_.count() == 0) pause = again.pause(0);
    } catch (const HeadgateError& e) {
      if (e.code() == ErrorCode::client_closed) return;
      caller_->log().warning("cannot ask for checks of " + group_ + ": " + e.what());
      pause = again.pause(failures++, e.retry_after());
    }
    std::unique_lock<std::mutex> held(lock_);
    stopped_.wait_for(held, pause, [this] { return stopping_; });
  }
}

void CheckLoop::answer(const PendingCheck& check) {
  try {
    switch (decide_(check)) {
      case Decision::commit: return producer_.commit(check.transaction_id);
      case Decision::rollback: return producer_.rollback(check.transaction_id);
      case Decision::undecided: return;
    }
  } catch (const std::exception& e) {
    caller_->log().warning("check of " + check.message_id + " stays open: " + e.what());
  } catch (...) {
    caller_->log().warning("check of " + check.message_id + " stays open: the callback failed");
  }
}

bool CheckLoop::stopping() {
  std::lock_guard<std::mutex> held(lock_);
  return stopping_;
}

}  // namespace internal

TransactionChecker::TransactionChecker(std::shared_ptr<internal::CheckLoop> loop) : loop_(std::move(loop)) {}

TransactionChecker::TransactionChecker(TransactionChecker&&) noexcept = default;

TransactionChecker& TransactionChecker::operator=(TransactionChecker&& other) noexcept {
  close();
  loop_ = std::move(other.loop_);
  return *this;
}

TransactionChecker::~TransactionChecker() {
  close();
}

void TransactionChecker::close() {
  if (loop_) loop_->close();
}

}  // namespace headgate
