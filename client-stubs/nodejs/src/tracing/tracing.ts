import type { Header } from "../messages.js";
import { headerOf } from "../messages.js";

/** A trace context as W3C writes it. */
export interface TraceCarrier {
  traceparent?: string;
  tracestate?: string;
  baggage?: string;
}

/** A piece of work that a tracer may make a span of. */
export interface TracedWork {
  /** `send`: of a producer's call; `process`: of a consumer's handler. */
  readonly kind: "send" | "process";
  readonly topic: string;
  /** Of a `process`. */
  readonly group?: string;
  /** Of a `process`. */
  readonly messageId?: string;
  /** Of a `process`: the context that the message brought. */
  readonly carrier?: TraceCarrier;
}

/** The hooks by which a client carries traces on. {@link openTelemetry} makes them from `@opentelemetry/api`. */
export interface Tracing {
  /** Writes the active context into a carrier; called for each call of a client. */
  inject(carrier: TraceCarrier): void;
  /** Runs a piece of work inside its context. Default: just runs it. */
  around?<T>(work: TracedWork, run: () => Promise<T>): Promise<T>;
}

const NAMES = ["traceparent", "tracestate", "baggage"] as const;

/** The trace context that a message brought; empty when it brought none. */
export function traceOf(message: { readonly headers: readonly Header[] }): TraceCarrier {
  const carrier: TraceCarrier = {};
  for (const name of NAMES) {
    const value = headerOf(message.headers, name);
    if (value !== null) {
      carrier[name] = value.toString("utf8");
    }
  }
  return carrier;
}

/** @internal Headers with the context added, unless they have one. */
export function withTrace(headers: readonly Header[], carrier: TraceCarrier): readonly Header[] {
  if (carrier.traceparent === undefined && carrier.baggage === undefined) {
    return headers;
  }
  const present = new Set(headers.map((header) => header.name));
  if (present.has("traceparent")) {
    return headers;
  }
  const added = NAMES.filter((name) => carrier[name] !== undefined && !present.has(name));
  return [...headers, ...added.map((name) => ({ name, value: Buffer.from(carrier[name] as string, "utf8") }))];
}
