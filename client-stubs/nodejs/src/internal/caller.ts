import { ErrorCode } from "../codes.js";
import { abortError, afterUncertainAttempt, HeadgateError, localError } from "../errors.js";
import type { CallOptions, Logger } from "../options.js";
import type { TraceCarrier } from "../tracing/tracing.js";
import gateway from "../../idl/gateway_types.js";
import type { Backoff } from "./backoff.js";
import type { Connection } from "./connection.js";
import { Permits } from "./permits.js";
import { closedError, type ConnectionPool, type Lane } from "./pool.js";
import type { ServiceName, Stubs } from "./stubs.js";
import { now, pause } from "./time.js";
import { applicationError, errorFromWire, i64 } from "./wire.js";

const MAX_TIMEOUT_MS = 600_000;

/** One call of the contract. */
export interface Operation<S extends ServiceName, R> {
  readonly name: string;
  readonly service: S;
  readonly invoke: (stub: Stubs[S], context: gateway.CallContext) => Promise<R>;
  /** Whether doing it twice is as good as once. */
  readonly repeatable: boolean;
  /** How long it may park at the gateway, on top of the timeout. Default: 0. */
  readonly parkedMs?: number;
  /** Sees each answer with the node that gave it. */
  readonly answered?: (answer: R, connection: Connection) => void;
  /** Gets an answer that comes after the caller has given up. */
  readonly late?: (answer: R) => void;
}

/** What all calls of a client have in common. */
export interface CallerSettings {
  readonly timeoutMs: number;
  readonly backoff: Backoff;
  readonly clientId: string | null;
  readonly token: string | null;
  readonly userAgent: string;
  readonly maxCalls: number;
  readonly maxPolls: number;
  readonly logger: Logger;
}

/**
 * Repeats a failed exchange when that is of use and cannot do harm.
 *
 * It is of use when the failure is retryable; it does no harm when nothing was applied, or the operation is repeatable,
 * or the caller has accepted duplicates. Once an exchange may have been applied, no later refusal makes the call "not
 * applied" again.
 */
export class Caller {
  readonly #permits: Record<Lane, Permits>;

  constructor(
    readonly pool: ConnectionPool,
    private readonly settings: CallerSettings,
  ) {
    this.#permits = {
      call: new Permits(settings.maxCalls, "maxCalls"),
      poll: new Permits(settings.maxPolls, "maxPolls"),
    };
  }

  /** Runs an operation to its end. */
  async call<S extends ServiceName, R>(
    operation: Operation<S, R>,
    options: CallOptions = {},
    trace: TraceCarrier = {},
  ): Promise<R> {
    const timeoutMs = options.timeoutMs ?? this.settings.timeoutMs;
    if (!(timeoutMs > 0)) {
      throw new RangeError(`timeoutMs: ${timeoutMs} (expected: > 0)`);
    }
    const parkedMs = operation.parkedMs ?? 0;
    const deadline = now() + timeoutMs + parkedMs;
    const lane: Lane = parkedMs > 0 ? "poll" : "call";
    let uncertain = false;
    for (let retry = 0; ; retry++) {
      try {
        return await this.#attempt(lane, operation, options, trace, deadline);
      } catch (thrown) {
        const error = toError(thrown);
        uncertain ||= error.outcome === "UNKNOWN";
        const pauseMs = this.settings.backoff.pause(retry, error.retryAfterMs);
        const harmless = !uncertain || operation.repeatable || options.retryUncertain === true;
        if (!error.retryable || !harmless || now() + pauseMs >= deadline) {
          throw uncertain ? afterUncertainAttempt(error) : error;
        }
        this.settings.logger.debug?.(`${operation.name} failed, trying again: ${error.message}`);
        await pause(pauseMs, options.signal);
      }
      if (options.signal?.aborted) {
        throw abortError(uncertain ? "UNKNOWN" : "NOT_APPLIED", options.signal.reason);
      }
    }
  }

  async #attempt<S extends ServiceName, R>(
    lane: Lane,
    operation: Operation<S, R>,
    options: CallOptions,
    trace: TraceCarrier,
    deadline: number,
  ): Promise<R> {
    if (this.pool.closed) {
      throw closedError();
    }
    const { signal } = options;
    await this.#permits[lane].acquire(deadline, signal);
    try {
      const connection = await this.pool.get(lane, deadline, signal);
      const leftMs = Math.floor(deadline - now());
      if (leftMs < 1) {
        const text = "no connection to the gateway within the call's timeout";
        throw localError("DEADLINE_EXCEEDED", "NOT_APPLIED", text);
      }
      const answer = await connection.call<S, R>({
        service: operation.service,
        invoke: (stub) => operation.invoke(stub, this.#context(trace, leftMs)),
        deadline,
        signal,
        late: operation.late,
      }).catch((thrown: unknown) => {
        throw this.#failure(thrown, connection);
      });
      connection.endpoint.succeeded();
      operation.answered?.(answer, connection);
      return answer;
    } finally {
      this.#permits[lane].release();
    }
  }

  #failure(thrown: unknown, connection: Connection): HeadgateError {
    const error = toError(thrown);
    const left = error.codeNumber === ErrorCode.DRAINING;
    const silent = error.codeNumber === ErrorCode.DEADLINE_EXCEEDED && !(thrown instanceof gateway.GatewayError);
    if (left || silent) {
      connection.endpoint.failed();
    }
    return error;
  }

  #context(trace: TraceCarrier, leftMs: number): gateway.CallContext {
    const { clientId, token, userAgent } = this.settings;
    return new gateway.CallContext({
      timeoutMillis: i64(Math.min(leftMs, MAX_TIMEOUT_MS)),
      userAgent,
      ...(trace.traceparent === undefined ? {} : { traceparent: trace.traceparent }),
      ...(trace.tracestate === undefined ? {} : { tracestate: trace.tracestate }),
      ...(clientId === null ? {} : { clientId }),
      ...(token === null ? {} : { token }),
    });
  }
}

function toError(thrown: unknown): HeadgateError {
  if (thrown instanceof HeadgateError) {
    return thrown;
  }
  if (thrown instanceof gateway.GatewayError) {
    return errorFromWire(thrown.failure);
  }
  return applicationError(thrown);
}
