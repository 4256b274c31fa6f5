#pragma once

#include <memory>
#include <string>

#include "headgate/errors.h"

namespace headgate::internal {

/// A failure that the client itself has noticed.
Failure local_failure(ErrorCode code, Outcome outcome, std::string message);

/// This failure, as the end of a call of which an earlier attempt may have been applied.
Failure after_uncertain_attempt(Failure failure);

/// The error of a category, as its own class.
std::shared_ptr<const HeadgateError> make_error(Failure failure);

/// Throws the error of a category, as its own class.
[[noreturn]] void raise(Failure failure);
[[noreturn]] void raise(ErrorCode code, Outcome outcome, std::string message);

}  // namespace headgate::internal
