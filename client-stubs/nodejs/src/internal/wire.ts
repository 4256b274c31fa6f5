import thrift from "thrift";
import Int64 from "node-int64";
import gateway from "../../idl/gateway_types.js";
import type { ErrorCategory, Outcome } from "../codes.js";
import { errorOf, localError, type HeadgateError } from "../errors.js";
import {
  SettleStatus,
  toBuffer,
  type Header,
  type Message,
  type OutgoingMessage,
  type PendingCheck,
  type SendReceipt,
  type SettleResult,
} from "../messages.js";
import type { Filter, SeekTarget } from "../seek.js";

const CATEGORIES: readonly ErrorCategory[] = ["CALLER", "LIMIT", "AVAILABILITY", "INTERNAL"];
const STATUSES = Object.keys(SettleStatus) as SettleStatus[];

/** A whole number of milliseconds, or another count, for the wire. */
export function i64(value: number): Int64 {
  const whole = Math.round(value);
  if (!Number.isSafeInteger(whole)) {
    throw new RangeError(`${value} (expected: a number of at most ${Number.MAX_SAFE_INTEGER})`);
  }
  return new Int64(whole);
}

/** A count or a time of the wire. Rejects what a number cannot hold exactly. */
export function toNumber(value: Int64): number {
  const number = value.toNumber(false);
  if (!Number.isSafeInteger(number)) {
    throw localError("BAD_REPLY", "UNKNOWN", `number out of range: 0x${value.toOctetString("")}`);
  }
  return number;
}

/** A position of the wire, whatever its size. */
export function toBigInt(value: Int64): bigint {
  return value.buffer.readBigInt64BE(value.offset);
}

/** A message of a caller with its body encoded, for the wire. */
export function messageToWire(
  message: OutgoingMessage,
  body: Buffer,
  encoding: string | null,
  headers: readonly Header[],
): gateway.Message {
  if (message.deliverAt !== undefined && message.delayMs !== undefined) {
    throw new TypeError("deliverAt and delayMs are both set (expected: one)");
  }
  return new gateway.Message({
    body,
    ...(message.key == null ? {} : { key: toBuffer(message.key) }),
    ...(message.tag == null ? {} : { tag: message.tag }),
    ...(headers.length === 0 ? {} : { headers: headers.map(headerToWire) }),
    ...(encoding === null ? {} : { encoding }),
    ...(message.deliverAt === undefined ? {} : { deliverAtMillis: i64(message.deliverAt.getTime()) }),
    ...(message.delayMs === undefined ? {} : { delayMillis: i64(message.delayMs) }),
  });
}

function headerToWire(header: Header): gateway.Header {
  return new gateway.Header({ name: header.name, ...(header.value === null ? {} : { value: header.value }) });
}

/** A message of the wire, with its body as it has been decoded. */
export function messageFromWire(wire: gateway.Message, body: Buffer, encoding: string | null): Message {
  return {
    body,
    key: wire.key ?? null,
    tag: wire.tag ?? null,
    headers: headersFromWire(wire),
    encoding,
  };
}

/** The headers of a message of the wire. */
export function headersFromWire(wire: gateway.Message): Header[] {
  return (wire.headers ?? []).map((header) => ({ name: header.name, value: header.value ?? null }));
}

/** A receipt of the wire. */
export function receiptFromWire(wire: gateway.SendResult): SendReceipt {
  return { messageId: wire.messageId, position: wire.position ?? null, delayHandle: wire.delayHandle ?? null };
}

/** A check of the wire, with its message decoded. */
export function checkFromWire(wire: gateway.PendingCheck, message: Message): PendingCheck {
  const { transactionId, topic, messageId, attempt } = wire;
  return { transactionId, topic, messageId, message, attempt };
}

/** The answer to one lease; a status of a newer contract counts as UNKNOWN. */
export function settleResultFromWire(wire: gateway.SettleResult): SettleResult {
  const status = STATUSES.find((name) => gateway.SettleStatus[name] === wire.status) ?? "UNKNOWN";
  return {
    status,
    done: status === "DONE",
    message: wire.message ?? null,
    leaseMs: wire.leaseMillis == null ? null : toNumber(wire.leaseMillis),
  };
}

/** A filter for the wire. */
export function filterToWire(filter: Filter): gateway.Filter {
  return new gateway.Filter("tags" in filter ? { tags: [...filter.tags] } : { expression: filter.expression });
}

/** A seek's target for the wire. */
export function targetToWire(target: SeekTarget): gateway.SeekTarget {
  if (target === "start" || target === "end") {
    return new gateway.SeekTarget({ edge: target === "start" ? gateway.Edge.START : gateway.Edge.END });
  }
  return new gateway.SeekTarget(
    "time" in target ? { timestampMillis: i64(target.time.getTime()) } : { position: target.position },
  );
}

/** A failure of the wire; what is missing or unknown counts as the most careful value. */
export function errorFromWire(failure: gateway.Failure): HeadgateError {
  const category = CATEGORIES.find((name) => gateway.Category[name] === failure.category) ?? "INTERNAL";
  const outcome: Outcome = failure.outcome === gateway.Outcome.NOT_APPLIED ? "NOT_APPLIED" : "UNKNOWN";
  return errorOf({
    codeNumber: failure.code,
    category,
    message: failure.message,
    retryable: failure.retryable,
    outcome,
    retryAfterMs: failure.retryAfterMillis == null ? 0 : Math.max(0, toNumber(failure.retryAfterMillis)),
    details: { ...(failure.details as unknown as Record<string, string> | undefined) },
  });
}

/** A failure of the Thrift machinery: a gateway that is older than the method, or broken. */
export function applicationError(cause: unknown): HeadgateError {
  const what = cause instanceof Error ? cause.message : String(cause);
  if (
    cause instanceof thrift.Thrift.TApplicationException &&
    (cause as { type?: number }).type === thrift.Thrift.TApplicationExceptionType.UNKNOWN_METHOD
  ) {
    return localError("UNSUPPORTED", "NOT_APPLIED", `the gateway does not know this call: ${what}`, cause);
  }
  return localError("BAD_REPLY", "UNKNOWN", `no answer of this contract: ${what}`, cause);
}

