/** Bytes, or text that is sent as UTF-8. */
export type Bytes = Uint8Array | string;

/** One header. Names may repeat and keep their order. */
export interface Header {
  /** 1 to 255 bytes; names that begin with `headgate-` belong to the gateway. */
  readonly name: string;
  /** Any bytes; null (absent) is different from empty. */
  readonly value: Buffer | null;
}

/** Headers as a caller may write them: an object, or pairs where names repeat or their order matters. */
export type Headers =
  | Readonly<Record<string, Bytes | null>>
  | Iterable<readonly [name: string, value: Bytes | null]>
  | readonly { readonly name: string; readonly value: Bytes | null }[];

/** What a producer sends. Only the body is required. */
export interface OutgoingMessage {
  /** The payload, opaque to the gateway; may be empty; at most the topic's limit (default 4 MiB). */
  readonly body: Bytes;
  /** Messages of one key keep their order; required on ordered topics; at most 255 bytes. */
  readonly key?: Bytes | null | undefined;
  /** A single word to filter by, at most 127 bytes. */
  readonly tag?: string | null | undefined;
  /** In order, all together at most 16 KiB. */
  readonly headers?: Headers | undefined;
  /** How *you* have encoded the body. Set, this client leaves the body alone. Default: none. */
  readonly encoding?: string | null | undefined;
  /** True: compress the body whatever its size. False: never. Default: as the client's options say. */
  readonly compress?: boolean | undefined;
  /** When it becomes visible. Default: at once. Not together with `delayMs`. */
  readonly deliverAt?: Date | undefined;
  /** As `deliverAt`, in milliseconds from when the gateway reads the request. */
  readonly delayMs?: number | undefined;
}

/** A message as it was received, decoded. */
export interface Message {
  /** The payload. */
  readonly body: Buffer;
  /** Null: none. */
  readonly key: Buffer | null;
  /** Null: none. */
  readonly tag: string | null;
  /** In their order. */
  readonly headers: readonly Header[];
  /** The encoding that `body` still has; null: a plain body, which it is unless decoding is switched off. */
  readonly encoding: string | null;
}

/** Proof that a message is stored at the durability of its topic. */
export interface SendReceipt {
  /** Unique, kept by every engine and through every copy. */
  readonly messageId: string;
  /** Where the engine stored it; opaque; null for a delayed message. */
  readonly position: string | null;
  /** For `cancel`; only for a delayed message on an engine that can cancel. */
  readonly delayHandle: string | null;
}

/** Proof that a message is stored, and that nobody sees it before it is committed. */
export interface PreparedMessage {
  readonly messageId: string;
  /** For `commit` and `rollback`, by any client through any node; opaque. */
  readonly transactionId: string;
}

/** A prepared message whose producer has been silent: answer with `commit` or `rollback`. */
export interface PendingCheck {
  /** To answer by; another one than that of {@link PreparedMessage}, perhaps. */
  readonly transactionId: string;
  readonly topic: string;
  readonly messageId: string;
  readonly message: Message;
  /** From 1; after the last one the message is rolled back. */
  readonly attempt: number;
}

/** What became of one lease. */
export const SettleStatus = {
  /** It was valid and is now settled, or prolonged. */
  DONE: "DONE",
  /** Its time had passed: the message is, or will be, delivered again. */
  EXPIRED: "EXPIRED",
  /** The message has been given to another, or its partition has moved. */
  FENCED: "FENCED",
  /** Not a lease that the gateway knows; also an answer that this client does not know. */
  UNKNOWN: "UNKNOWN",
  /** The owner could not be reached in time; the lease stays. Try again before it expires. */
  UNAVAILABLE: "UNAVAILABLE",
} as const;
/** A name of {@link SettleStatus:var}. */
export type SettleStatus = keyof typeof SettleStatus;

/** The answer to one lease. */
export interface SettleResult {
  readonly status: SettleStatus;
  /** Whether the lease was settled or prolonged. */
  readonly done: boolean;
  /** Why it is not done, for people; null when it is. */
  readonly message: string | null;
  /** After `extend`: milliseconds until the lease now expires; less than asked at the group's maximum. */
  readonly leaseMs: number | null;
}

/** Who answers. */
export interface GatewayVersion {
  /** The contract's version, `major.minor`. */
  readonly contract: string;
  /** The gateway's own version. */
  readonly gateway: string;
  /** The node's configured name. */
  readonly node: string;
}

/** A node of the fleet, as {@link Client.locate} names it. */
export interface NodeInfo {
  readonly node: string;
  /** `host:port` for a client. */
  readonly address: string;
  /** How many of the subscription's partitions it owns. */
  readonly partitions: number;
}

/** @internal Bytes as they are, text as UTF-8; without a copy where it can be. */
export function toBuffer(bytes: Bytes): Buffer {
  if (typeof bytes === "string") {
    return Buffer.from(bytes, "utf8");
  }
  if (Buffer.isBuffer(bytes)) {
    return bytes;
  }
  if (bytes instanceof Uint8Array) {
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  throw new TypeError(`bytes: ${typeof bytes} (expected: a Uint8Array, a Buffer or a string)`);
}

/** @internal Headers in one shape. */
export function toHeaders(headers: Headers | undefined): Header[] {
  if (headers === undefined) {
    return [];
  }
  const entries: Iterable<unknown> = isIterable(headers) ? headers : Object.entries(headers);
  return [...entries].map((entry) => {
    const [name, value] = Array.isArray(entry)
      ? (entry as [string, Bytes | null])
      : [(entry as Header).name, (entry as Header).value];
    return { name, value: value === null || value === undefined ? null : toBuffer(value) };
  });
}

/** @internal The value of the first header of this name that has one. */
export function headerOf(headers: readonly Header[], name: string): Buffer | null {
  return headers.find((header) => header.name === name && header.value !== null)?.value ?? null;
}

function isIterable(value: object): value is Iterable<unknown> {
  return Symbol.iterator in value;
}
