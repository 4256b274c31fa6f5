import type { EncodingError } from "./errors.js";
import { headerOf, type Header, type Message } from "./messages.js";

/** @internal The facts of a delivery. */
export interface DeliveryFacts {
  readonly lease: Buffer;
  readonly leaseMs: number;
  readonly attempt: number;
  readonly messageId: string;
  readonly message: Message;
  readonly encoding: string | null;
  readonly rawBody: Buffer;
  readonly encodingError: EncodingError | null;
  readonly bornAt: Date;
  readonly storedAt: Date;
  readonly position: string;
}

/** One message, leased to this client: no other member of the group gets it meanwhile. */
export class Delivery {
  /** Opaque; settle it with `ack` or `nack`, on any node, before it expires. */
  readonly lease: Buffer;
  /** Milliseconds until the lease expires, counted from when the gateway wrote the answer. */
  readonly leaseMs: number;
  /** From 1; rises by one with each delivery to the group. */
  readonly attempt: number;
  readonly messageId: string;
  /** How the body was encoded on its way, such as `zstd`; null: it was not. */
  readonly encoding: string | null;
  /** The body as it came, before decoding. */
  readonly rawBody: Buffer;
  /** Why the body could not be decoded; null when it could. */
  readonly encodingError: EncodingError | null;
  /** When the producer's call reached the gateway, or a native producer made the message. */
  readonly bornAt: Date;
  /** When the engine stored it. */
  readonly storedAt: Date;
  /** Where it lies; opaque, for people and for `seek`. */
  readonly position: string;
  readonly #message: Message;

  /** @internal */
  constructor(facts: DeliveryFacts) {
    this.lease = facts.lease;
    this.leaseMs = facts.leaseMs;
    this.attempt = facts.attempt;
    this.messageId = facts.messageId;
    this.encoding = facts.encoding;
    this.rawBody = facts.rawBody;
    this.encodingError = facts.encodingError;
    this.bornAt = facts.bornAt;
    this.storedAt = facts.storedAt;
    this.position = facts.position;
    this.#message = facts.message;
  }

  /** The message, decoded; fit to be sent on. Throws {@link encodingError} where there is one. */
  get message(): Message {
    if (this.encodingError !== null) {
      throw this.encodingError;
    }
    return this.#message;
  }

  /** The decoded body. Throws {@link encodingError} where there is one. */
  get body(): Buffer {
    return this.message.body;
  }

  /** The decoded body as UTF-8. */
  get text(): string {
    return this.body.toString("utf8");
  }

  /** The message's key; null: none. */
  get key(): Buffer | null {
    return this.#message.key;
  }

  /** The message's tag; null: none. */
  get tag(): string | null {
    return this.#message.tag;
  }

  /** The message's headers, in their order. */
  get headers(): readonly Header[] {
    return this.#message.headers;
  }

  /** The value of the first header of this name that has one. */
  header(name: string): Buffer | null {
    return headerOf(this.#message.headers, name);
  }
}

/** What one `receive` answered: an array of its deliveries, empty when the wait has passed with nothing to deliver. */
export class ReceiveResult extends Array<Delivery> {
  /** Wait so many milliseconds before the next receive (over quota, draining). */
  retryAfterMs = 0;
  /** The node hands out nothing more; the client's next call goes to another one. */
  draining = false;

  /** `map` and its like answer plain arrays. */
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }
}
