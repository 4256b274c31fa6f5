import type { CallOptions } from "../options.js";
import { installedOpenTelemetry } from "./opentelemetry.js";
import type { TraceCarrier, TracedWork, Tracing } from "./tracing.js";

/** @internal The tracing of one client, found on first use. */
export class Tracer {
  #tracing: Tracing | null | Promise<Tracing | null>;

  constructor(tracing: "auto" | false | Tracing) {
    this.#tracing = tracing === false ? null : tracing === "auto" ? installedOpenTelemetry() : tracing;
  }

  /** Runs work inside its span, and gives it the context to carry on. */
  async around<T>(work: TracedWork, options: CallOptions, run: (carrier: TraceCarrier) => Promise<T>): Promise<T> {
    const tracing = await this.#found();
    const inner = (): Promise<T> => run(carrierOf(options, tracing));
    return tracing?.around === undefined ? inner() : tracing.around(work, inner);
  }

  /** The context to carry on. */
  async carrier(options: CallOptions): Promise<TraceCarrier> {
    return carrierOf(options, await this.#found());
  }

  async #found(): Promise<Tracing | null> {
    if (this.#tracing instanceof Promise) {
      this.#tracing = await this.#tracing;
    }
    return this.#tracing;
  }
}

function carrierOf(options: CallOptions, tracing: Tracing | null): TraceCarrier {
  const carrier: TraceCarrier = {};
  if (options.traceparent !== undefined) {
    carrier.traceparent = options.traceparent;
    if (options.tracestate !== undefined) {
      carrier.tracestate = options.tracestate;
    }
  } else {
    tracing?.inject(carrier);
  }
  if (options.baggage !== undefined) {
    carrier.baggage = options.baggage;
  }
  return carrier;
}
