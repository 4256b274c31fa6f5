#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "consumption.h"
#include "hand.h"
#include "headgate/consumer.h"
#include "lease_renewer.h"
#include "settler.h"

namespace headgate::internal {

/// The threads of a Consumer: one receives, one settles, one renews leases, the others run the handler. Thread-safe. The
/// threads share what they work on with this object, so that a handler that outlives closing does no harm.
class ConsumerLoop : public std::enable_shared_from_this<ConsumerLoop> {
 public:
  /// @param settles_itself whether the handler settles; else returning from it acks
  /// @throws std::invalid_argument
  ConsumerLoop(std::shared_ptr<Consumption> consumption, std::string topic, std::string group, ExplicitHandler handler,
               bool settles_itself, ConsumerOptions options);

  void start();
  std::size_t in_hand() const { return hand_->size(); }
  std::shared_ptr<const HeadgateError> last_failure() const;
  void stop();
  void close();
  /// False: the time has passed.
  bool wait_until(Instant deadline) const;

 private:
  void receive_loop();
  Millis receive(std::size_t room);
  void work_loop();
  void handle(const std::shared_ptr<HeldDelivery>& held);
  void run_handler(const Delivery& delivery, const Settlement& settlement);
  void give_back_unstarted();
  bool stopping() const;
  bool await_workers(Instant deadline);
  void end_threads(bool idle);

  std::shared_ptr<Consumption> consumption_;
  const std::string topic_;
  const std::string group_;
  const ExplicitHandler handler_;
  const bool settles_itself_;
  const ConsumerOptions options_;
  std::shared_ptr<Hand> hand_;
  std::shared_ptr<Settler> settler_;
  LeaseRenewer renewer_;

  mutable std::mutex lock_;
  mutable std::condition_variable changed_;
  std::deque<std::shared_ptr<HeldDelivery>> work_;
  std::shared_ptr<const HeadgateError> last_failure_;
  bool stopping_ = false;
  bool no_more_work_ = false;
  bool closing_ = false;
  bool closed_ = false;
  bool receiving_ = false;
  int busy_workers_ = 0;

  std::thread receiver_;
  std::thread settling_;
  std::thread renewing_;
  std::vector<std::thread> workers_;
};

}  // namespace headgate::internal
