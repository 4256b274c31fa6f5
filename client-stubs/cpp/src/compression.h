#pragma once

#include <cstddef>
#include <string>

#include "headgate/options.h"

namespace headgate::internal {

/// Compresses the body of a message that is about to be sent, where its `compress` and the options want that and it helps,
/// and sets its `encoding`.
void compress(Message& message, const CompressionOptions& options);

/// The body that was encoded so.
/// @param limit the largest result, bytes; costs no more memory than about that
/// @throws UnreadableBodyError
std::string decode(const std::string& encoding, const std::string& body, std::size_t limit);

}  // namespace headgate::internal
