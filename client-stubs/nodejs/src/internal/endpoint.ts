import { Backoff } from "./backoff.js";
import { now } from "./time.js";

const AVOID = new Backoff(500, 15_000);

/** One address of the fleet, and how long to keep away from it. */
export class Endpoint {
  readonly host: string;
  readonly port: number;
  #failures = 0;
  #avoidUntil = 0;

  constructor(readonly address: string) {
    const match = /^(?:\[([^\]]+)\]|([^:\s]+)):(\d{1,5})$/.exec(address);
    const port = Number(match?.[3]);
    if (!match || port < 1 || port > 65_535) {
      throw new RangeError(`address: ${JSON.stringify(address)} (expected: host:port)`);
    }
    this.host = (match[1] ?? match[2]) as string;
    this.port = port;
  }

  /** Whether calls should rather go elsewhere for now. */
  get avoided(): boolean {
    return this.#failures > 0 && now() < this.#avoidUntil;
  }

  /** It could not be reached, broke, stayed silent or is draining. */
  failed(): void {
    this.#avoidUntil = now() + AVOID.pause(this.#failures);
    this.#failures++;
  }

  /** It has answered. */
  succeeded(): void {
    this.#failures = 0;
  }
}
