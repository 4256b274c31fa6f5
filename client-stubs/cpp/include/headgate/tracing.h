#pragma once

/// @file
/// Carries a trace from producer to consumer, whatever tracing library the service uses.

#include <functional>
#include <string>

namespace headgate {

class Delivery;
struct Message;

/// W3C trace context and baggage; an empty string means none.
struct TraceContext {
  /// `traceparent`, such as `00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01`.
  std::string traceparent;
  /// `tracestate`, at most 512 bytes.
  std::string tracestate;
  /// `baggage`; travels in the message's headers only.
  std::string baggage;

  bool empty() const { return traceparent.empty() && tracestate.empty() && baggage.empty(); }
};

/// The two places where a tracing library meets this client. Both may be empty. They are called by several threads.
struct TracingHooks {
  /// The context that is active on the calling thread, asked for once by each call that gives none of its own. Goes into
  /// the call's context and, with a send, into the message's headers `traceparent`, `tracestate` and `baggage` where the
  /// message has none of that name.
  std::function<TraceContext()> current;
  /// Runs a consumer's handler inside a span whose parent came with the message (empty: none did). Calls `handle` exactly
  /// once and lets its exceptions pass.
  std::function<void(const Delivery& delivery, const TraceContext& parent, const std::function<void()>& handle)> around_handler;
};

/// The context that came in a message's headers; for who receives by hand.
TraceContext trace_of(const Message& message);

}  // namespace headgate
