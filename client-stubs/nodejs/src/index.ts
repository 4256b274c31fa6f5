/**
 * A thin client of the Headgate messaging gateway.
 *
 * ```ts
 * import { Client } from "headgate";
 *
 * const client = new Client("localhost:9300");
 * await client.producer().send("orders", { body: "one pizza", key: "customer-7" });
 * await client.close();
 * ```
 *
 * @module
 */
export { Admin } from "./admin.js";
export type {
  DeadLetter,
  DeadLetterCount,
  DeadLetterPage,
  DeadLetterSelection,
  DrainReport,
  GroupInfo,
  PartitionLag,
  TopicInfo,
  TopicSpec,
} from "./admin.js";
export { CheckLoop } from "./checks.js";
export type { CheckAnswer, CheckLoopOptions } from "./checks.js";
export { Client } from "./client.js";
export type { Leases } from "./client.js";
export { ErrorCategory, ErrorCode, Outcome } from "./codes.js";
export type { Codec } from "./compression/codec.js";
export type { CompressionOptions } from "./compression/options.js";
export { Consumer } from "./consumer.js";
export type { HandlerControl, MessageHandler } from "./consumer.js";
export { Delivery, ReceiveResult } from "./delivery.js";
export {
  AbortError,
  CallerError,
  EncodingError,
  HeadgateError,
  InternalError,
  LimitError,
  RetryLater,
  UnavailableError,
} from "./errors.js";
export type { ErrorFacts } from "./errors.js";
export { SettleStatus } from "./messages.js";
export type {
  Bytes,
  GatewayVersion,
  Header,
  Headers,
  Message,
  NodeInfo,
  OutgoingMessage,
  PendingCheck,
  PreparedMessage,
  SendReceipt,
  SettleResult,
} from "./messages.js";
export type { CallOptions, ClientOptions, ConsumerOptions, Logger, NackOptions, ReceiveOptions } from "./options.js";
export { Producer } from "./producer.js";
export type { PendingChecksOptions, SendOutcome } from "./producer.js";
export type { Filter, SeekTarget } from "./seek.js";
export { openTelemetry } from "./tracing/opentelemetry.js";
export type { OpenTelemetryApi } from "./tracing/opentelemetry.js";
export { traceOf } from "./tracing/tracing.js";
export type { TraceCarrier, TracedWork, Tracing } from "./tracing/tracing.js";
