import { codeName, ErrorCode, type ErrorCategory, type Outcome } from "./codes.js";

/** The facts of a {@link HeadgateError}. */
export interface ErrorFacts {
  /** The stable number of the code. */
  readonly codeNumber: number;
  /** Who has to act. */
  readonly category: ErrorCategory;
  /** What happened, where, and what to do; for people. */
  readonly message: string;
  /** Whether the same call may succeed later; to be read together with `outcome`. */
  readonly retryable: boolean;
  /** Whether the work of the call may have been done. */
  readonly outcome: Outcome;
  /** Milliseconds to wait before a retry; 0: the caller's own back-off decides. */
  readonly retryAfterMs?: number;
  /** Machine-readable facts, such as `topic`, `sizeBytes`, `limitBytes`. */
  readonly details?: Readonly<Record<string, string>>;
  /** What led to it. */
  readonly cause?: unknown;
}

/**
 * A call that failed: answered so by the gateway, or broken on the way. Look at {@link outcome} before sending again.
 * The subclass tells who has to act.
 */
export class HeadgateError extends Error implements ErrorFacts {
  override readonly name: string = "HeadgateError";
  /** What happened; `UNRECOGNIZED` when this client is older than the code. */
  readonly code: ErrorCode;
  readonly codeNumber: number;
  readonly category: ErrorCategory;
  readonly retryable: boolean;
  readonly outcome: Outcome;
  readonly retryAfterMs: number;
  readonly details: Readonly<Record<string, string>>;
  /** The text without code and outcome. */
  readonly text: string;

  /** Made by the client; public for tests of yours. */
  constructor(facts: ErrorFacts) {
    const code = codeName(facts.codeNumber);
    const shown = code === "UNRECOGNIZED" ? `code ${facts.codeNumber}` : code;
    const options = facts.cause === undefined ? undefined : { cause: facts.cause };
    super(`${shown}, outcome ${facts.outcome}: ${facts.message}`, options);
    this.code = code;
    this.codeNumber = facts.codeNumber;
    this.category = facts.category;
    this.text = facts.message;
    this.retryable = facts.retryable;
    this.outcome = facts.outcome;
    this.retryAfterMs = facts.retryAfterMs ?? 0;
    this.details = { ...facts.details };
  }
}

/** The call is wrong; change it. */
export class CallerError extends HeadgateError {
  override readonly name: string = "CallerError";
}

/** The caller is over a limit; slow down. */
export class LimitError extends HeadgateError {
  override readonly name = "LimitError";
}

/** The gateway or a broker cannot serve right now. */
export class UnavailableError extends HeadgateError {
  override readonly name = "UnavailableError";
}

/** A defect, or broken configuration. */
export class InternalError extends HeadgateError {
  override readonly name = "InternalError";
}

/** The caller's `AbortSignal` ended the call; `cause` is its reason. The outcome says whether it may have worked. */
export class AbortError extends CallerError {
  override readonly name = "AbortError";
}

/** A body cannot be decoded; the message says which encoding and what to do. */
export class EncodingError extends CallerError {
  override readonly name = "EncodingError";
}

/** Thrown by a handler to have the message delivered again after a delay of its choice. */
export class RetryLater extends Error {
  override readonly name = "RetryLater";

  /**
   * @param delayMs milliseconds, 0 to 40 days
   * @param reason kept with the dead letter; cut at 1 KiB
   */
  constructor(
    readonly delayMs: number,
    readonly reason?: string,
  ) {
    super(reason ?? `deliver again in ${delayMs} ms`);
    if (!(delayMs >= 0)) {
      throw new RangeError(`delayMs: ${delayMs} (expected: >= 0)`);
    }
  }
}

const CLASSES: Record<ErrorCategory, new (facts: ErrorFacts) => HeadgateError> = {
  CALLER: CallerError,
  LIMIT: LimitError,
  AVAILABILITY: UnavailableError,
  INTERNAL: InternalError,
};

/** @internal The error of a category, as its own class. */
export function errorOf(facts: ErrorFacts): HeadgateError {
  return new CLASSES[facts.category](facts);
}

type LocalCode =
  | "GATEWAY_UNREACHABLE"
  | "BAD_REPLY"
  | "CLIENT_CLOSED"
  | "CLIENT_OVERLOADED"
  | "DEADLINE_EXCEEDED"
  | "INVALID_ARGUMENT"
  | "UNSUPPORTED";

const LOCAL: Record<LocalCode, [ErrorCategory, boolean]> = {
  GATEWAY_UNREACHABLE: ["AVAILABILITY", true],
  DEADLINE_EXCEEDED: ["AVAILABILITY", true],
  CLIENT_OVERLOADED: ["LIMIT", true],
  BAD_REPLY: ["INTERNAL", false],
  CLIENT_CLOSED: ["CALLER", false],
  INVALID_ARGUMENT: ["CALLER", false],
  UNSUPPORTED: ["CALLER", false],
};

/** @internal A failure that the client itself has noticed. */
export function localError(code: LocalCode, outcome: Outcome, message: string, cause?: unknown): HeadgateError {
  const [category, retryable] = LOCAL[code];
  return errorOf({ codeNumber: ErrorCode[code], category, message, retryable, outcome, cause });
}

/** @internal The end of a call that its caller gave up. */
export function abortError(outcome: Outcome, reason: unknown): AbortError {
  const message = "the caller's signal ended the call";
  const facts = { codeNumber: ErrorCode.INTERRUPTED, category: "CALLER", message, retryable: false } as const;
  return new AbortError({ ...facts, outcome, cause: reason });
}

/** @internal This error, as the end of a call of which an earlier attempt may have been applied. */
export function afterUncertainAttempt(error: HeadgateError): HeadgateError {
  if (error.outcome === "UNKNOWN") {
    return error;
  }
  const facts: ErrorFacts = {
    codeNumber: error.codeNumber,
    category: error.category,
    message: `${error.text} (an earlier attempt of this call may have been applied)`,
    retryable: error.retryable,
    outcome: "UNKNOWN",
    retryAfterMs: error.retryAfterMs,
    details: error.details,
    cause: error.cause ?? error,
  };
  return error instanceof AbortError ? new AbortError(facts) : errorOf(facts);
}
