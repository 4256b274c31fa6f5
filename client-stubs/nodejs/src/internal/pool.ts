import { abortError, localError, type HeadgateError } from "../errors.js";
import { Connection, type ConnectOptions } from "./connection.js";
import type { Endpoint } from "./endpoint.js";
import { now } from "./time.js";

/** Which connection a call takes: an answer full of bodies to a parked receive must not hold up an ack. */
export type Lane = "call" | "poll";

/**
 * The connections of one client: at most one for each address and lane, because calls overtake each other on it.
 *
 * Calls stay with one address, at first a random one, until it fails, then move to the next that is not being avoided.
 * When all are, the pool tries them all the same.
 */
export class ConnectionPool {
  readonly #open = new Map<string, Connection>();
  readonly #opening = new Map<string, Promise<Connection>>();
  readonly #all = new Set<Connection>();
  readonly #closing = new AbortController();
  #preferred: number;

  constructor(
    private readonly endpoints: readonly Endpoint[],
    private readonly options: ConnectOptions,
  ) {
    this.#preferred = Math.floor(Math.random() * endpoints.length);
  }

  /** A usable connection, open or new. Rejects with a HeadgateError of outcome NOT_APPLIED. */
  async get(lane: Lane, deadline: number, signal?: AbortSignal): Promise<Connection> {
    let last: unknown;
    for (const index of this.#order()) {
      const endpoint = this.endpoints[index] as Endpoint;
      try {
        const connection = await this.#connection(endpoint, lane, deadline, signal);
        this.#preferred = index;
        return connection;
      } catch (error) {
        if (this.#closing.signal.aborted) {
          throw closedError();
        }
        if (signal?.aborted) {
          throw abortError("NOT_APPLIED", signal.reason);
        }
        last = error;
      }
      if (now() >= deadline) {
        break;
      }
    }
    const addresses = this.endpoints.map((endpoint) => endpoint.address).join(", ");
    const why = last instanceof Error ? last.message || (last as NodeJS.ErrnoException).code : String(last);
    throw localError("GATEWAY_UNREACHABLE", "NOT_APPLIED", `cannot connect to ${addresses}: ${why}`, last);
  }

  /** Whether it has been closed. */
  get closed(): boolean {
    return this.#closing.signal.aborted;
  }

  /** How many sockets are open. */
  get size(): number {
    return this.#all.size;
  }

  /** Closes all connections; calls that still run fail. */
  close(): void {
    this.#closing.abort();
    for (const connection of [...this.#all]) {
      connection.close();
    }
  }

  #order(): number[] {
    const count = this.endpoints.length;
    const order = this.endpoints.map((_, i) => (this.#preferred + i) % count);
    const avoided = (index: number): number => Number((this.endpoints[index] as Endpoint).avoided);
    return order.sort((a, b) => avoided(a) - avoided(b));
  }

  #connection(endpoint: Endpoint, lane: Lane, deadline: number, signal?: AbortSignal): Promise<Connection> {
    if (this.#closing.signal.aborted) {
      return Promise.reject(closedError());
    }
    const slot = `${lane} ${this.endpoints.indexOf(endpoint)}`;
    const open = this.#open.get(slot);
    if (open?.usable) {
      return Promise.resolve(open);
    }
    let opening = this.#opening.get(slot);
    if (opening === undefined) {
      opening = this.#connect(slot, endpoint);
      this.#opening.set(slot, opening);
      const done = (): boolean => this.#opening.delete(slot);
      opening.then(done, done);
    }
    return within(opening, deadline, signal);
  }

  async #connect(slot: string, endpoint: Endpoint): Promise<Connection> {
    try {
      const gone = (connection: Connection, inUse: boolean): void => {
        this.#all.delete(connection);
        if (inUse && !this.#closing.signal.aborted) {
          endpoint.failed();
        }
      };
      const connection = await Connection.open(endpoint, this.options, this.#closing.signal, gone);
      this.#all.add(connection);
      this.#open.set(slot, connection);
      if (this.#closing.signal.aborted) {
        connection.close();
        throw closedError();
      }
      return connection;
    } catch (error) {
      endpoint.failed();
      throw error;
    }
  }
}

/** @internal What a closed client answers. */
export function closedError(): HeadgateError {
  return localError("CLIENT_CLOSED", "NOT_APPLIED", "the client is closed");
}

/** The promise's end, or a rejection at the deadline; others may go on waiting for it. */
function within<T>(promise: Promise<T>, deadline: number, signal?: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    };
    const abort = (): void => {
      end();
      reject(signal?.reason);
    };
    const late = (): void => {
      end();
      reject(new Error("no connection within the call's timeout"));
    };
    const timer = setTimeout(late, Math.max(1, deadline - now()));
    signal?.addEventListener("abort", abort, { once: true });
    promise.then(
      (value) => {
        end();
        resolve(value);
      },
      (error: unknown) => {
        end();
        reject(error);
      },
    );
  });
}
