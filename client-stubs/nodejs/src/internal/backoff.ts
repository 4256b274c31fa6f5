/** Exponential back-off with jitter: the n-th pause is drawn from the upper half of `initial * 2^n`, capped. */
export class Backoff {
  constructor(
    readonly initialMs: number,
    readonly maxMs: number,
  ) {
    if (!(initialMs > 0 && initialMs <= maxMs)) {
      throw new RangeError(`backoff: ${initialMs} to ${maxMs} ms (expected: 0 < initial <= max)`);
    }
  }

  /** The pause before attempt `retry + 1`, from 0; never shorter than the gateway asked. Milliseconds. */
  pause(retry: number, retryAfterMs = 0): number {
    const cap = Math.min(this.maxMs, this.initialMs * 2 ** Math.min(retry, 20));
    return Math.max(cap / 2 + (Math.random() * cap) / 2, retryAfterMs);
  }
}
