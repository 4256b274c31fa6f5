#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "caller.h"
#include "headgate/producer.h"

namespace headgate::internal {

/// The thread of a TransactionChecker. Ends when stopped, and when its client is closed.
class CheckLoop {
 public:
  CheckLoop(Producer producer, std::shared_ptr<Caller> caller, std::string group,
            std::function<Decision(const PendingCheck&)> decide, Millis wait);

  void start();
  /// Ends the loop and waits for its thread; repeating it is harmless.
  void close();

 private:
  void run();
  void answer(const PendingCheck& check);
  bool stopping();

  Producer producer_;
  std::shared_ptr<Caller> caller_;
  std::string group_;
  std::function<Decision(const PendingCheck&)> decide_;
  Millis wait_;

  std::mutex lock_;
  std::condition_variable stopped_;
  bool stopping_ = false;
  std::mutex joining_;
  std::thread thread_;
};

}  // namespace headgate::internal
