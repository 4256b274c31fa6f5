import type { Delivery } from "../delivery.js";
import { now } from "./time.js";

const MIN_RENEWAL_MS = 100;

/** One delivery that a consumer holds, from when it was received until its lease is settled or lost. */
export class HeldDelivery {
  /** Aborts when the lease is lost, and when a closing consumer waits no longer. */
  readonly giveUp = new AbortController();
  #state: "waiting" | "running" | "returned" | "gone" = "waiting";
  #settling = false;
  #lost = false;
  #expires = 0;
  #renewAt = 0;

  constructor(readonly delivery: Delivery) {
    this.prolonged(delivery.leaseMs);
  }

  /** True once, for the one that may run the handler. */
  start(): boolean {
    return this.#leave("running");
  }

  /** True once, when no handler has begun and none will. */
  takeBack(): boolean {
    return this.#leave("returned");
  }

  /** True once, for the one that acks or nacks it. */
  settle(): boolean {
    const first = !this.#settling;
    this.#settling = true;
    return first;
  }

  /** True once, for the one that removes it from the hand. */
  remove(): boolean {
    const first = this.#state !== "gone";
    this.#state = "gone";
    return first;
  }

  /** The lease now lasts so long; it is renewed when half of that has passed. */
  prolonged(leaseMs: number): void {
    this.#expires = now() + leaseMs;
    this.#renewAt = now() + Math.max(MIN_RENEWAL_MS, leaseMs / 2);
  }

  /** A renewal failed: try again when half of what is left has passed. */
  postponed(): void {
    this.#renewAt = now() + Math.max(MIN_RENEWAL_MS, (this.#expires - now()) / 2);
  }

  /** The gateway no longer honours the lease; it is not renewed again. */
  lost(): void {
    this.#lost = true;
    this.giveUp.abort(new Error(`the lease of ${this.delivery.messageId} is lost`));
  }

  /** Whether the lease can still be settled, as far as this side knows. */
  get alive(): boolean {
    return !this.#lost && now() < this.#expires;
  }

  /** When it is due for renewal; infinity: never. */
  get renewAt(): number {
    return this.#lost || this.#state === "gone" ? Infinity : this.#renewAt;
  }

  #leave(next: "running" | "returned"): boolean {
    if (this.#state !== "waiting") {
      return false;
    }
    this.#state = next;
    return true;
  }
}

/** What a consumer holds leased, bounded. */
export class Hand {
  readonly #held = new Set<HeldDelivery>();
  #reserved = 0;
  #watchers: (() => void)[] = [];

  constructor(private readonly size: number) {}

  /** Takes the room that there is, at most `most`; 0: none. */
  reserve(most: number): number {
    const room = Math.min(most, this.size - this.#held.size - this.#reserved);
    this.#reserved += room;
    return room;
  }

  /** Gives room back that was not needed, and fills the rest. */
  fill(reserved: number, deliveries: readonly HeldDelivery[]): void {
    this.#reserved -= reserved;
    for (const held of deliveries) {
      this.#held.add(held);
    }
    this.#changed();
  }

  /** Frees its place; repeating it is harmless. */
  remove(held: HeldDelivery): void {
    if (held.remove()) {
      this.#held.delete(held);
      this.#changed();
    }
  }

  /** A copy of what is held. */
  all(): HeldDelivery[] {
    return [...this.#held];
  }

  /** How many are held. */
  get count(): number {
    return this.#held.size;
  }

  /** Resolves at the next change. */
  change(): Promise<void> {
    return new Promise((resolve) => this.#watchers.push(resolve));
  }

  /** Wakes those who wait for a change. */
  wake(): void {
    this.#changed();
  }

  #changed(): void {
    const watchers = this.#watchers;
    this.#watchers = [];
    for (const watcher of watchers) {
      watcher();
    }
  }
}
