import { abortError, localError } from "../errors.js";
import { now } from "./time.js";

interface Waiter {
  readonly grant: () => void;
}

/** A bound on how many calls run at once; further ones wait in line, up to their deadline. */
export class Permits {
  #free: number;
  readonly #line = new Set<Waiter>();

  constructor(
    size: number,
    private readonly option: string,
  ) {
    this.#free = size;
  }

  /** Takes a permit; rejects with CLIENT_OVERLOADED at the deadline. */
  acquire(deadline: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) {
      return Promise.reject(abortError("NOT_APPLIED", signal.reason));
    }
    if (this.#free > 0) {
      this.#free--;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#line.delete(waiter);
        clearTimeout(timer);
        signal?.removeEventListener("abort", abort);
      };
      const abort = (): void => {
        leave();
        reject(abortError("NOT_APPLIED", signal?.reason));
      };
      const waiter = {
        grant: () => {
          leave();
          resolve();
        },
      };
      const timer = setTimeout(() => {
        leave();
        const text = `as many calls of this client as it allows are under way (${this.option})`;
        reject(localError("CLIENT_OVERLOADED", "NOT_APPLIED", text));
      }, Math.max(0, deadline - now()));
      signal?.addEventListener("abort", abort, { once: true });
      this.#line.add(waiter);
    });
  }

  /** Gives one back. */
  release(): void {
    for (const first of this.#line) {
      first.grant();
      return;
    }
    this.#free++;
  }
}
