import type { ConnectionOptions } from "node:tls";
import type { CompressionOptions } from "./compression/options.js";
import type { Filter } from "./seek.js";
import type { Tracing } from "./tracing/tracing.js";

/** Where a client tells what it has lived through. Both are optional. */
export interface Logger {
  /** What somebody should look at when it lasts: failing receives, handlers that threw. */
  readonly warn?: (message: string, error?: unknown) => void;
  /** Every retry and lost lease. */
  readonly debug?: (message: string, error?: unknown) => void;
}

/** What all calls of a client have in common. Times are milliseconds, sizes are bytes. */
export interface ClientOptions {
  /** Deadline of a call, retries included; a long poll adds its wait. Default: 10,000. */
  readonly timeoutMs?: number | undefined;
  /** How long one connect may take. Default: 2,000. */
  readonly connectTimeoutMs?: number | undefined;
  /** When an idle connection is closed. Default: 30,000. */
  readonly idleTimeoutMs?: number | undefined;
  /** How many calls may run at once; further ones wait. Default: 128. */
  readonly maxCalls?: number | undefined;
  /** How many long polls may be parked at once, on a connection of their own. Default: 64. */
  readonly maxPolls?: number | undefined;
  /** The largest answer that is accepted. Default: 64 MiB. */
  readonly maxFrameBytes?: number | undefined;
  /** Pause between retries; doubles up to `backoffMaxMs`, with jitter. Default: 50. */
  readonly backoffInitialMs?: number | undefined;
  /** Default: 2,000. */
  readonly backoffMaxMs?: number | undefined;
  /** A stable name of this process, shown to operators. Default: the peer's address. */
  readonly clientId?: string | undefined;
  /** Credential, where the connection itself has none. */
  readonly token?: string | undefined;
  /** TLS, with Node's own options (`ca`, `cert`, `key`, `servername`, …); `true`: its defaults. Default: none. */
  readonly tls?: boolean | ConnectionOptions | undefined;
  /** How bodies are compressed and decoded; `false`: sent and received as they are. */
  readonly compression?: false | CompressionOptions | undefined;
  /** Carries traces on. Default: `"auto"`, OpenTelemetry where `@opentelemetry/api` is installed. */
  readonly tracing?: "auto" | false | Tracing | undefined;
  /** Default: warnings to `console.warn`. */
  readonly logger?: Logger | undefined;
}

/** What one call may differ in. */
export interface CallOptions {
  /** Milliseconds to wait for the answer, retries included, on top of a long poll's wait. Default: the client's. */
  readonly timeoutMs?: number | undefined;
  /** Ends the call at once with an `AbortError`. */
  readonly signal?: AbortSignal | undefined;
  /** Retry also when the work may have been done, at the price of possible duplicates. Default: false. */
  readonly retryUncertain?: boolean | undefined;
  /** W3C trace context of the caller. Default: what the client's tracing injects. */
  readonly traceparent?: string | undefined;
  /** W3C `tracestate`, with `traceparent`. */
  readonly tracestate?: string | undefined;
  /** W3C `baggage`, with `traceparent`; goes into messages only. */
  readonly baggage?: string | undefined;
}

/** What one receive may differ in. */
export interface ReceiveOptions extends CallOptions {
  /** 1 to 1,000. Default: 32. */
  readonly maxMessages?: number | undefined;
  /** Bodies, keys and headers together; a first message that is larger comes alone. Default: 4 MiB. */
  readonly maxBytes?: number | undefined;
  /** How long to park when there is nothing to deliver, at most 60,000. Default: 0. */
  readonly waitMs?: number | undefined;
  /** Time to settle each message. Default: the group's. */
  readonly leaseMs?: number | undefined;
  /** Default: every message. */
  readonly filter?: Filter | undefined;
  /** Names this instance of a broadcast group, whose instances get every message each. Default: none. */
  readonly broadcastInstance?: string | undefined;
}

/** How messages are given back. */
export interface NackOptions extends CallOptions {
  /** When to deliver again. Default: the group's back-off for this attempt. */
  readonly delayMs?: number | undefined;
  /** Why, for the dead letter; cut at 1 KiB. */
  readonly reason?: string | undefined;
}

/** How a consumer works. */
export interface ConsumerOptions {
  /** How many handlers may run at once. Default: 1. */
  readonly concurrency?: number | undefined;
  /** How many more messages may wait leased here. Default: as many as `concurrency`. */
  readonly prefetch?: number | undefined;
  /** Time to settle that is asked for, renewed at half of it. Default: the group's. */
  readonly leaseMs?: number | undefined;
  /** When a message whose handler threw comes again. Default: the group's back-off. */
  readonly nackDelayMs?: number | undefined;
  /** Whether a handler that resolves has thereby acked. False: it calls `control.ack()`, then or later. Default: true. */
  readonly autoAck?: boolean | undefined;
  /** How long one receive parks, at most 60,000; also the longest that closing waits for it. Default: 5,000. */
  readonly pollWaitMs?: number | undefined;
  /** How long closing waits for running handlers. Default: 30,000. */
  readonly closeTimeoutMs?: number | undefined;
  /** Default: every message. */
  readonly filter?: Filter | undefined;
  /** Names this instance of a broadcast group, whose instances get every message each. Default: none. */
  readonly broadcastInstance?: string | undefined;
}

/** @internal Refuses what is not a positive number. */
export function checkPositive(options: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(options)) {
    if (!(value > 0)) {
      throw new RangeError(`${name}: ${value} (expected: > 0)`);
    }
  }
}
