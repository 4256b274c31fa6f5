import type { Delivery } from "./delivery.js";
import { EncodingError, HeadgateError, RetryLater } from "./errors.js";
import { Backoff } from "./internal/backoff.js";
import type { Consumption } from "./internal/consumption.js";
import { Hand, HeldDelivery } from "./internal/hand.js";
import { LeaseRenewer } from "./internal/renewer.js";
import { Settler } from "./internal/settler.js";
import { now, pause } from "./internal/time.js";
import { checkPositive, type ConsumerOptions, type Logger } from "./options.js";
import type { Tracer } from "./tracing/tracer.js";
import { traceOf } from "./tracing/tracing.js";

const MAX_MESSAGES = 1_000;
const AGAIN = new Backoff(200, 5_000);
const LAST_SETTLEMENTS_MS = 5_000;

/** What a handler may do besides resolving and rejecting. */
export interface HandlerControl {
  /** Acks now, whatever the handler does afterwards. Repeating it is harmless; so is what loses against an earlier one. */
  ack(): void;
  /** Gives the message back now, to come again after `delayMs` (default: the group's back-off). */
  nack(options?: { readonly delayMs?: number; readonly reason?: string }): void;
  /** Aborts when the lease is lost, or when the consumer's `closeTimeoutMs` has passed: then the work is for nothing. */
  readonly signal: AbortSignal;
}

/**
 * Called with each delivery. The same message can come more than once. Resolving acks; rejecting gives the message
 * back: with a {@link RetryLater} after the delay that it names.
 */
export type MessageHandler = (delivery: Delivery, control: HandlerControl) => unknown;

/**
 * A running consumer of one topic for one group, made by {@link Client.consumer}.
 *
 * It holds at most `concurrency + prefetch` messages and keeps receiving through failures of the gateway. Messages of
 * one key reach one handler after the other on an ordered topic, because the gateway leases them so.
 */
export class Consumer implements AsyncDisposable {
  /** Resolves when it has been closed. */
  readonly closed: Promise<void>;
  readonly #hand: Hand;
  readonly #settler: Settler;
  readonly #renewer: LeaseRenewer;
  readonly #stopping = new AbortController();
  readonly #work: HeldDelivery[] = [];
  readonly #concurrency: number;
  readonly #closeTimeoutMs: number;
  readonly #receiving: Promise<void>;
  #running = 0;
  #lastFailure: HeadgateError | null = null;
  #closing: Promise<void> | null = null;
  #markClosed: () => void = () => undefined;

  /** @internal */
  constructor(
    private readonly consumption: Consumption,
    private readonly tracer: Tracer,
    private readonly topic: string,
    private readonly group: string,
    private readonly handler: MessageHandler,
    private readonly options: ConsumerOptions,
    private readonly logger: Logger,
    private readonly onClosed: () => void,
  ) {
    this.#concurrency = options.concurrency ?? 1;
    this.#closeTimeoutMs = options.closeTimeoutMs ?? 30_000;
    checkPositive({ concurrency: this.#concurrency, closeTimeoutMs: this.#closeTimeoutMs });
    const prefetch = options.prefetch ?? this.#concurrency;
    if (!(prefetch >= 0)) {
      throw new RangeError(`prefetch: ${prefetch} (expected: >= 0)`);
    }
    const pollWaitMs = options.pollWaitMs ?? 5_000;
    if (!(pollWaitMs >= 0 && pollWaitMs <= 60_000)) {
      throw new RangeError(`pollWaitMs: ${pollWaitMs} (expected: 0 to 60000)`);
    }
    this.#hand = new Hand(this.#concurrency + prefetch);
    this.#settler = new Settler(consumption, this.#hand, logger);
    this.#renewer = new LeaseRenewer(consumption, this.#hand, options.leaseMs, logger);
    this.closed = new Promise((resolve) => {
      this.#markClosed = resolve;
    });
    this.#receiving = this.#receiveLoop(pollWaitMs);
  }

  /** How many messages are leased to this consumer now. */
  get inHand(): number {
    return this.#hand.count;
  }

  /** Why the last receive failed; null when it did not. */
  get lastFailure(): HeadgateError | null {
    return this.#lastFailure;
  }

  /**
   * Receives no more and gives back what no handler has begun; what runs goes on. May be called by a handler.
   * {@link close} does the rest.
   */
  stop(): void {
    this.#stopping.abort();
    this.#hand.wake();
    this.#giveBackUnstarted();
  }

  /**
   * Stops, waits for running handlers up to `closeTimeoutMs`, and settles what is in hand. A receive that is parked is
   * waited for too, up to `pollWaitMs`, so that no lease gets lost in it. What still runs afterwards is left to itself,
   * and its lease to expire. Not to be awaited by a handler. Repeating it is harmless.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(): Promise<void> {
    try {
      this.stop();
      const deadline = now() + this.#closeTimeoutMs;
      await before(deadline, this.#receiving);
      await this.#until(deadline, () => this.#running === 0);
      const idle = this.#running === 0;
      if (!idle) {
        const text = `${this.#running} handlers of ${this.group} still run after ${this.#closeTimeoutMs} ms`;
        this.logger.warn?.(text);
        for (const held of this.#hand.all()) {
          held.giveUp.abort(new Error("the consumer has been closed"));
        }
      }
      const more = idle ? LAST_SETTLEMENTS_MS : 1_000;
      const last = this.options.autoAck === false ? Math.max(deadline, now() + more) : now() + more;
      await this.#until(last, () => this.#hand.count === 0);
      if (this.#hand.count > 0) {
        this.logger.warn?.(`${this.#hand.count} leases of ${this.group} are left to expire`);
      }
    } finally {
      this.#renewer.stop();
      this.#settler.stop();
      this.onClosed();
      this.#markClosed();
    }
  }

  async #until(deadline: number, condition: () => boolean): Promise<void> {
    while (!condition() && now() < deadline) {
      await before(deadline, this.#hand.change());
    }
  }

  async #receiveLoop(pollWaitMs: number): Promise<void> {
    const { signal } = this.#stopping;
    let failures = 0;
    while (!signal.aborted) {
      const room = this.#hand.reserve(MAX_MESSAGES);
      if (room === 0) {
        await this.#hand.change();
        continue;
      }
      let pauseMs: number;
      try {
        pauseMs = await this.#receive(room, pollWaitMs);
        failures = 0;
        this.#lastFailure = null;
      } catch (error) {
        this.#hand.fill(room, []);
        if (signal.aborted) {
          return;
        }
        this.logger.warn?.(`cannot receive from ${this.topic} for ${this.group}`, error);
        this.#lastFailure = error instanceof HeadgateError ? error : null;
        pauseMs = AGAIN.pause(failures++, this.#lastFailure?.retryAfterMs);
      }
      if (pauseMs > 0) {
        await pause(pauseMs, signal);
      }
    }
  }

  /** Receives into so much room; answers how long the gateway wants to be left alone. */
  async #receive(room: number, pollWaitMs: number): Promise<number> {
    const { leaseMs, filter, broadcastInstance } = this.options;
    const wanted = { maxMessages: room, waitMs: pollWaitMs, leaseMs, filter, broadcastInstance };
    const result = await this.consumption.receive(this.topic, this.group, wanted);
    const held = result.map((delivery) => new HeldDelivery(delivery));
    this.#hand.fill(room, held);
    this.#work.push(...held);
    if (this.#stopping.signal.aborted) {
      this.#giveBackUnstarted();
    }
    if (held.length > 0) {
      this.#renewer.wake();
    }
    this.#startHandlers();
    return result.retryAfterMs;
  }

  #giveBackUnstarted(): void {
    for (const held of this.#hand.all()) {
      if (held.takeBack()) {
        this.#settler.nack(held, 0, "given back by a closing consumer");
      }
    }
  }

  #startHandlers(): void {
    while (this.#running < this.#concurrency) {
      const held = this.#work.shift();
      if (held === undefined) {
        return;
      }
      if (held.start()) {
        this.#running++;
        void this.#handle(held).finally(() => {
          this.#running--;
          this.#startHandlers();
          this.#hand.wake();
        });
      }
    }
  }

  async #handle(held: HeldDelivery): Promise<void> {
    const { delivery } = held;
    const control: HandlerControl = {
      ack: () => this.#settler.ack(held),
      nack: (options = {}) => this.#settler.nack(held, options.delayMs, options.reason),
      signal: held.giveUp.signal,
    };
    const { topic, group } = this;
    const work = { kind: "process", topic, group, messageId: delivery.messageId, carrier: traceOf(delivery) } as const;
    try {
      if (delivery.encodingError !== null) {
        throw delivery.encodingError;
      }
      await this.tracer.around(work, {}, async () => this.handler(delivery, control));
      if (this.options.autoAck ?? true) {
        this.#settler.ack(held);
      }
    } catch (error) {
      if (error instanceof RetryLater) {
        this.#settler.nack(held, error.delayMs, error.reason);
        return;
      }
      const what = error instanceof EncodingError ? "cannot decode" : "handler failed on";
      this.logger.warn?.(`${what} ${delivery.messageId} of ${topic} for ${group}`, error);
      const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      this.#settler.nack(held, this.options.nackDelayMs, reason);
    }
  }
}

/** Waits for a promise, at the longest to a deadline. */
async function before(deadline: number, promise: Promise<unknown>): Promise<void> {
  const over = new AbortController();
  await Promise.race([promise, pause(Math.max(1, deadline - now()), over.signal)]);
  over.abort();
}
