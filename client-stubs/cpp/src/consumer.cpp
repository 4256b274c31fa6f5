#include "headgate/consumer.h"

#include "consumer_loop.h"
#include "hand.h"
#include "settler.h"

namespace headgate {

/// Gives a message back that nobody can settle any more.
struct Settlement::Token {
  std::shared_ptr<internal::Settler> settler;
  std::shared_ptr<internal::HeldDelivery> held;

  Token(std::shared_ptr<internal::Settler> by, std::shared_ptr<internal::HeldDelivery> what)
      : settler(std::move(by)), held(std::move(what)) {}
  Token(const Token&) = delete;
  Token& operator=(const Token&) = delete;
  ~Token() {
    if (held->settle()) settler->nack(held, std::nullopt, "the handler let go of it without settling it");
  }
};

Settlement::Settlement(std::shared_ptr<internal::Settler> settler, std::shared_ptr<internal::HeldDelivery> held)
    : token_(std::make_shared<Token>(std::move(settler), std::move(held))) {}

bool Settlement::ack() {
  if (!token_->held->settle()) return false;
  token_->settler->ack(token_->held);
  return true;
}

bool Settlement::nack(std::optional<std::chrono::milliseconds> delay, const std::string& reason) {
  if (!token_->held->settle()) return false;
  token_->settler->nack(token_->held, delay, reason);
  return true;
}

bool Settlement::alive() const {
  return token_->held->alive();
}

Consumer::Consumer(std::shared_ptr<internal::ConsumerLoop> loop) : loop_(std::move(loop)) {}

Consumer::Consumer(Consumer&&) noexcept = default;

Consumer& Consumer::operator=(Consumer&& other) noexcept {
  if (loop_) loop_->close();
  loop_ = std::move(other.loop_);
  return *this;
}

Consumer::~Consumer() {
  if (loop_) loop_->close();
}

std::size_t Consumer::in_hand() const {
  return loop_->in_hand();
}

std::shared_ptr<const HeadgateError> Consumer::last_failure() const {
  return loop_->last_failure();
}

void Consumer::stop() {
  loop_->stop();
}

void Consumer::close() {
  loop_->close();
}

void Consumer::wait() const {
  loop_->wait_until(internal::Instant::max());
}

bool Consumer::wait_for(std::chrono::milliseconds time) const {
  return loop_->wait_until(internal::Clock::now() + time);
}

}  // namespace headgate
