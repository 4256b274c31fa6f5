import { HeadgateError } from "../errors.js";
import type { SettleResult } from "../messages.js";
import type { Logger } from "../options.js";
import { Backoff } from "./backoff.js";
import type { Consumption } from "./consumption.js";
import type { Hand, HeldDelivery } from "./hand.js";
import { pause } from "./time.js";

const MAX_BATCH = 1_000;
const AGAIN = new Backoff(100, 2_000);

interface Settlement {
  readonly held: HeldDelivery;
  readonly nack: { readonly delayMs: number | undefined; readonly reason: string | undefined } | null;
}

/**
 * Acks and nacks for a consumer: sends what has gathered while the call before was under way. What cannot be settled
 * yet is tried again for as long as its lease lives.
 */
export class Settler {
  readonly #stopped = new AbortController();
  #queue: Settlement[] = [];
  #running = false;

  constructor(
    private readonly consumption: Consumption,
    private readonly hand: Hand,
    private readonly logger: Logger,
  ) {}

  /** Acks soon. */
  ack(held: HeldDelivery): void {
    this.#add({ held, nack: null });
  }

  /** Nacks soon. */
  nack(held: HeldDelivery, delayMs: number | undefined, reason: string | undefined): void {
    this.#add({ held, nack: { delayMs, reason } });
  }

  /** Ends it; what is left is left to expire. */
  stop(): void {
    this.#stopped.abort();
  }

  #add(settlement: Settlement): void {
    if (!settlement.held.settle()) {
      return;
    }
    this.#queue.push(settlement);
    if (!this.#running) {
      this.#running = true;
      void this.#run();
    }
  }

  async #run(): Promise<void> {
    let failures = 0;
    await new Promise(setImmediate); // What the same turn of the event loop settles goes along.
    while (this.#queue.length > 0 && !this.#stopped.signal.aborted) {
      const batch = this.#queue.splice(0, MAX_BATCH);
      const acks = batch.filter((one) => one.nack === null);
      const nacks = batch.filter((one) => one.nack !== null);
      const leases = acks.map((one) => one.held.delivery.lease);
      const entries = nacks.map((one) => ({
        lease: one.held.delivery.lease,
        delayMs: one.nack?.delayMs,
        reason: one.nack?.reason,
      }));
      const { signal } = this.#stopped;
      const again = await Promise.all([
        this.#settle(acks, () => this.consumption.ack(leases, { signal })),
        this.#settle(nacks, () => this.consumption.nack(entries, { signal })),
      ]);
      const later = again.flat();
      failures = later.length > 0 ? failures + 1 : 0;
      if (later.length > 0) {
        this.#queue.push(...later);
        await pause(AGAIN.pause(failures), signal);
      }
    }
    this.#running = false;
  }

  /** Answers what is to be tried again. */
  async #settle(settlements: readonly Settlement[], call: () => Promise<SettleResult[]>): Promise<Settlement[]> {
    if (settlements.length === 0) {
      return [];
    }
    let results: SettleResult[];
    try {
      results = await call();
    } catch (error) {
      if (!this.#stopped.signal.aborted) {
        this.logger.warn?.(`cannot settle ${settlements.length} leases`, error);
      }
      const retryable = error instanceof HeadgateError && error.retryable;
      return settlements.filter((one) => !this.#end(one, retryable));
    }
    return settlements.filter((one, i) => {
      const result = results[i];
      if (result?.status === "UNAVAILABLE") {
        return !this.#end(one, true);
      }
      if (!result?.done) {
        this.logger.debug?.(`${one.held.delivery.messageId} comes again: ${result?.status} ${result?.message ?? ""}`);
      }
      this.hand.remove(one.held);
      return false;
    });
  }

  #end(one: Settlement, retryable: boolean): boolean {
    if (retryable && !this.#stopped.signal.aborted && one.held.alive) {
      return false;
    }
    this.hand.remove(one.held);
    return true;
  }
}
