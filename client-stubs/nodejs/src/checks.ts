import { Backoff } from "./internal/backoff.js";
import { pause } from "./internal/time.js";
import type { PendingCheck } from "./messages.js";
import type { Logger } from "./options.js";
import type { Producer } from "./producer.js";

const AGAIN = new Backoff(200, 5_000);

/** What became of a prepared message; `unknown`: ask again later. */
export type CheckAnswer = "commit" | "rollback" | "unknown";

/** How a check loop asks. */
export interface CheckLoopOptions {
  /** How many checks one call may bring, 1 to 1,000. Default: 16. */
  readonly maxChecks?: number | undefined;
  /** How long one call parks, at most 60,000. Default: 5,000. */
  readonly pollWaitMs?: number | undefined;
}

/** A running loop that answers the checks of a producer group, made by {@link Producer.answerChecks}. */
export class CheckLoop implements AsyncDisposable {
  readonly #stopping = new AbortController();
  readonly #ended: Promise<void>;

  /** @internal */
  constructor(
    private readonly producer: Producer,
    private readonly group: string,
    private readonly answer: (check: PendingCheck) => CheckAnswer | Promise<CheckAnswer>,
    private readonly options: CheckLoopOptions,
    private readonly logger: Logger,
    onClosed: () => void,
  ) {
    this.#ended = this.#run().finally(onClosed);
  }

  /** Asks no more and resolves when the checks in hand are answered. Repeating it is harmless. */
  async close(): Promise<void> {
    this.#stopping.abort();
    await this.#ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    let failures = 0;
    while (!signal.aborted) {
      try {
        const { maxChecks, pollWaitMs } = this.options;
        const checks = await this.producer.pendingChecks(this.group, { maxChecks, waitMs: pollWaitMs ?? 5_000, signal });
        await Promise.all(checks.map((check) => this.#answer(check)));
        failures = 0;
      } catch (error) {
        if (!signal.aborted) {
          this.logger.warn?.(`cannot ask for checks of ${this.group}`, error);
          await pause(AGAIN.pause(failures++), signal);
        }
      }
    }
  }

  async #answer(check: PendingCheck): Promise<void> {
    try {
      const answer = await this.answer(check);
      if (answer === "commit") {
        await this.producer.commit(check.transactionId);
      } else if (answer === "rollback") {
        await this.producer.rollback(check.transactionId);
      }
    } catch (error) {
      this.logger.warn?.(`check of ${check.messageId} is not answered and comes again`, error);
    }
  }
}
