#include "headgate/errors.h"

#include "failures.h"

namespace headgate {

namespace {

bool known(int number) {
  return std::string(to_string(static_cast<ErrorCode>(number))) != "UNRECOGNIZED";
}

std::string text(const Failure& failure) {
  std::string name = known(failure.code_number) ? to_string(static_cast<ErrorCode>(failure.code_number))
                                                : "code " + std::to_string(failure.code_number);
  return name + ", outcome " + to_string(failure.outcome) + ": " + failure.message;
}

}  // namespace

HeadgateError::HeadgateError(Failure failure)
    : std::runtime_error(text(failure)), failure_(std::make_shared<const Failure>(std::move(failure))) {}

ErrorCode HeadgateError::code() const noexcept {
  auto code = static_cast<ErrorCode>(failure_->code_number);
  return known(failure_->code_number) ? code : ErrorCode::unrecognized;
}

const char* to_string(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::gateway_unreachable: return "GATEWAY_UNREACHABLE";
    case ErrorCode::bad_reply: return "BAD_REPLY";
    case ErrorCode::client_closed: return "CLIENT_CLOSED";
    case ErrorCode::client_overloaded: return "CLIENT_OVERLOADED";
    case ErrorCode::unreadable_body: return "UNREADABLE_BODY";
    case ErrorCode::invalid_argument: return "INVALID_ARGUMENT";
    case ErrorCode::unknown_topic: return "UNKNOWN_TOPIC";
    case ErrorCode::unknown_group: return "UNKNOWN_GROUP";
    case ErrorCode::message_too_large: return "MESSAGE_TOO_LARGE";
    case ErrorCode::permission_denied: return "PERMISSION_DENIED";
    case ErrorCode::unauthenticated: return "UNAUTHENTICATED";
    case ErrorCode::unsupported: return "UNSUPPORTED";
    case ErrorCode::failed_precondition: return "FAILED_PRECONDITION";
    case ErrorCode::already_exists: return "ALREADY_EXISTS";
    case ErrorCode::not_found: return "NOT_FOUND";
    case ErrorCode::quota_exceeded: return "QUOTA_EXCEEDED";
    case ErrorCode::overloaded: return "OVERLOADED";
    case ErrorCode::engine_unavailable: return "ENGINE_UNAVAILABLE";
    case ErrorCode::draining: return "DRAINING";
    case ErrorCode::deadline_exceeded: return "DEADLINE_EXCEEDED";
    case ErrorCode::store_uncertain: return "STORE_UNCERTAIN";
    case ErrorCode::fenced: return "FENCED";
    case ErrorCode::internal: return "INTERNAL";
    case ErrorCode::unrecognized: break;
  }
  return "UNRECOGNIZED";
}

const char* to_string(Outcome outcome) noexcept {
  return outcome == Outcome::not_applied ? "NOT_APPLIED" : "UNKNOWN";
}

const char* to_string(ErrorCategory category) noexcept {
  switch (category) {
    case ErrorCategory::caller: return "CALLER";
    case ErrorCategory::limit: return "LIMIT";
    case ErrorCategory::availability: return "AVAILABILITY";
    case ErrorCategory::internal: break;
  }
  return "INTERNAL";
}

namespace internal {

Failure local_failure(ErrorCode code, Outcome outcome, std::string message) {
  Failure failure;
  failure.code_number = static_cast<int>(code);
  failure.message = std::move(message);
  failure.outcome = outcome;
  switch (code) {
    case ErrorCode::gateway_unreachable:
    case ErrorCode::deadline_exceeded:
      failure.category = ErrorCategory::availability;
      failure.retryable = true;
      break;
    case ErrorCode::client_overloaded:
      failure.category = ErrorCategory::limit;
      failure.retryable = true;
      break;
    case ErrorCode::bad_reply:
      failure.category = ErrorCategory::internal;
      break;
    default:
      failure.category = ErrorCategory::caller;
      break;
  }
  return failure;
}

Failure after_uncertain_attempt(Failure failure) {
  if (failure.outcome == Outcome::not_applied) {
    failure.outcome = Outcome::unknown;
    failure.message += " (an earlier attempt of this call may have been applied)";
  }
  return failure;
}

std::shared_ptr<const HeadgateError> make_error(Failure failure) {
  switch (failure.category) {
    case ErrorCategory::caller: return std::make_shared<CallerError>(std::move(failure));
    case ErrorCategory::limit: return std::make_shared<LimitError>(std::move(failure));
    case ErrorCategory::availability: return std::make_shared<UnavailableError>(std::move(failure));
    case ErrorCategory::internal: break;
  }
  return std::make_shared<InternalError>(std::move(failure));
}

void raise(Failure failure) {
  switch (failure.category) {
    case ErrorCategory::caller: throw CallerError(std::move(failure));
    case ErrorCategory::limit: throw LimitError(std::move(failure));
    case ErrorCategory::availability: throw UnavailableError(std::move(failure));
    case ErrorCategory::internal: break;
  }
  throw InternalError(std::move(failure));
}

void raise(ErrorCode code, Outcome outcome, std::string message) {
  raise(local_failure(code, outcome, std::move(message)));
}

}  // namespace internal
}  // namespace headgate
