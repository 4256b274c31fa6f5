import type { SettleResult } from "../messages.js";
import type { Logger } from "../options.js";
import type { Consumption } from "./consumption.js";
import type { Hand, HeldDelivery } from "./hand.js";
import { now } from "./time.js";

// What comes due so soon after the first goes along with it.
const TOGETHER_MS = 50;
const LONGEST_WAIT_MS = 60_000;

/** Renews each lease of a consumer when half of it has passed, all that are due in one call. */
export class LeaseRenewer {
  readonly #stopped = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #renewing = false;

  constructor(
    private readonly consumption: Consumption,
    private readonly hand: Hand,
    private readonly leaseMs: number | undefined,
    private readonly logger: Logger,
  ) {}

  /** New leases are in the hand, or some have gone. */
  wake(): void {
    if (this.#renewing || this.#stopped.signal.aborted) {
      return;
    }
    clearTimeout(this.#timer);
    const first = Math.min(...this.hand.all().map((held) => held.renewAt));
    if (first < Infinity) {
      const wait = Math.min(LONGEST_WAIT_MS, Math.max(0, first - now()));
      this.#timer = setTimeout(() => void this.#renew(), wait);
    }
  }

  /** Renews no more. */
  stop(): void {
    this.#stopped.abort();
    clearTimeout(this.#timer);
  }

  async #renew(): Promise<void> {
    const due = this.hand.all().filter((held) => held.renewAt <= now() + TOGETHER_MS);
    if (due.length > 0) {
      this.#renewing = true;
      try {
        const leases = due.map((held) => held.delivery.lease);
        const results = await this.consumption.extend(leases, this.leaseMs, { signal: this.#stopped.signal });
        due.forEach((held, i) => this.#renewed(held, results[i] as SettleResult));
      } catch (error) {
        if (!this.#stopped.signal.aborted) {
          this.logger.warn?.(`cannot renew ${due.length} leases`, error);
        }
        due.forEach((held) => held.postponed());
      } finally {
        this.#renewing = false;
      }
    }
    this.wake();
  }

  #renewed(held: HeldDelivery, result: SettleResult): void {
    if (result.done) {
      held.prolonged(result.leaseMs ?? this.leaseMs ?? held.delivery.leaseMs);
    } else if (result.status === "UNAVAILABLE") {
      held.postponed();
    } else {
      this.logger.debug?.(`lease of ${held.delivery.messageId} is lost: ${result.status}`);
      const unstarted = held.takeBack();
      held.lost();
      if (unstarted) {
        this.hand.remove(held);
      }
    }
  }
}
