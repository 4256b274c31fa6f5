/** What became of the work that a failed call asked for. */
export const Outcome = {
  /** Nothing was stored or changed. Sending again cannot make a duplicate. */
  NOT_APPLIED: "NOT_APPLIED",
  /** Nobody can know. Sending again may make a duplicate; not sending again may lose the message. */
  UNKNOWN: "UNKNOWN",
} as const;
/** A name of {@link Outcome:var}. */
export type Outcome = keyof typeof Outcome;

/** Who has to act on a failure. */
export const ErrorCategory = {
  /** The call is wrong; the same call fails again. */
  CALLER: "CALLER",
  /** The caller is over a limit: slow down. */
  LIMIT: "LIMIT",
  /** The gateway or a broker cannot serve right now: retry, perhaps on another node. */
  AVAILABILITY: "AVAILABILITY",
  /** A defect or broken configuration; also a category that this client does not know. */
  INTERNAL: "INTERNAL",
} as const;
/** A name of {@link ErrorCategory:var}. */
export type ErrorCategory = keyof typeof ErrorCategory;

/**
 * The stable error codes with their numbers, the same for every engine. Numbers below 100 are the client's own and
 * never come over the wire.
 */
export const ErrorCode = {
  /** A code of a newer contract; {@link HeadgateError.codeNumber} has its number. */
  UNRECOGNIZED: 0,
  /** No gateway node could be reached, or the connection broke before the answer came. */
  GATEWAY_UNREACHABLE: 1,
  /** What came back is not an answer of this contract. */
  BAD_REPLY: 2,
  /** The caller's `AbortSignal` ended the call. */
  INTERRUPTED: 3,
  /** The client is closed. */
  CLIENT_CLOSED: 4,
  /** The client's own bound of calls is spent. */
  CLIENT_OVERLOADED: 5,
  /** A body cannot be decoded: unknown encoding, damaged, or larger than this client allows. */
  UNDECODABLE: 6,
  /** A field is missing, malformed or outside its limits. */
  INVALID_ARGUMENT: 100,
  /** No route, or no topic on the engine, has this name. */
  UNKNOWN_TOPIC: 101,
  /** The group may not be created on demand and does not exist. */
  UNKNOWN_GROUP: 102,
  /** Body, key and headers together are larger than the topic allows. */
  MESSAGE_TOO_LARGE: 103,
  /** The caller's identity may not do this on this topic or group. */
  PERMISSION_DENIED: 104,
  /** No identity, or one that could not be proven. */
  UNAUTHENTICATED: 105,
  /** The engine behind the topic cannot do this. */
  UNSUPPORTED: 106,
  /** The call contradicts the state of its object. */
  FAILED_PRECONDITION: 107,
  /** The object to be created exists already. */
  ALREADY_EXISTS: 108,
  /** The object named by the call does not exist or is settled. */
  NOT_FOUND: 109,
  /** Over a quota of tenant or topic. */
  QUOTA_EXCEEDED: 200,
  /** The gateway's own bound is spent. */
  OVERLOADED: 201,
  /** The engine cannot be reached or has no writable partition. */
  ENGINE_UNAVAILABLE: 300,
  /** The node is draining or stopping; another one serves. */
  DRAINING: 301,
  /** The call's deadline has passed; the outcome says whether the work may have been done. */
  DEADLINE_EXCEEDED: 302,
  /** Stored, perhaps, at less than the asked durability, or the engine's answer was lost. */
  STORE_UNCERTAIN: 303,
  /** An epoch, lease or ownership has moved on. */
  FENCED: 304,
  /** A defect of the gateway or its engine adapter. */
  INTERNAL: 400,
} as const;
/** A name of {@link ErrorCode:var}. */
export type ErrorCode = keyof typeof ErrorCode;

const NAMES = new Map<number, ErrorCode>(
  Object.entries(ErrorCode).map(([name, number]) => [number, name as ErrorCode]),
);

/** @internal The name of a number; UNRECOGNIZED when this client is older than it. */
export function codeName(number: number): ErrorCode {
  return NAMES.get(number) ?? "UNRECOGNIZED";
}
