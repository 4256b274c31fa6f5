import net from "node:net";
import tls from "node:tls";
import { abortError, HeadgateError, localError } from "../errors.js";
import type { Outcome } from "../codes.js";
import type { Endpoint } from "./endpoint.js";
import { FrameReader } from "./frames.js";
import { readHead, StubSet, type ServiceName, type Stubs } from "./stubs.js";
import { now } from "./time.js";

// The gateway answers by the deadline; so long after it the connection is held to be dead.
const GRACE_MS = 250;
// A peer's close that this process has not read yet shows after one turn of the event loop; only worth it after a rest.
const RESTED_MS = 20;

/** How a connection is made. */
export interface ConnectOptions {
  readonly connectTimeoutMs: number;
  readonly idleTimeoutMs: number;
  readonly maxFrameBytes: number;
  readonly tls: tls.ConnectionOptions | null;
}

/** One call on its way over a connection. */
export interface Exchange<S extends ServiceName, R> {
  readonly service: S;
  readonly invoke: (stub: Stubs[S]) => Promise<R>;
  /** When the answer must be here, as `now()` counts. */
  readonly deadline: number;
  readonly signal?: AbortSignal | undefined;
  /** Gets an answer that comes after the caller has given up. */
  readonly late?: ((answer: R) => void) | undefined;
}

interface Pending {
  readonly service: ServiceName;
  readonly fail: (error: HeadgateError) => void;
  frame: Buffer | null;
}

/**
 * One socket to one node, on which calls overtake each other: replies find their callers by sequence id. A call that
 * stays unanswered retires its connection, which then takes no more calls and closes with the last one.
 */
export class Connection {
  readonly #stubs = new StubSet();
  readonly #pending = new Map<number, Pending>();
  readonly #outbox: number[] = [];
  readonly #reader: FrameReader;
  #retired = false;
  #lost: HeadgateError | null = null;
  #active = now();

  private constructor(
    readonly endpoint: Endpoint,
    private readonly socket: net.Socket,
    options: ConnectOptions,
    private readonly onClose: (connection: Connection, inUse: boolean) => void,
  ) {
    this.#reader = new FrameReader(options.maxFrameBytes, (frame) => this.#receive(frame));
    socket.setTimeout(options.idleTimeoutMs, () => this.#pending.size === 0 && this.close());
    socket.on("data", (chunk: Buffer) => this.#read(chunk));
    socket.on("drain", () => this.#flush());
    socket.on("error", (error) => this.#break("GATEWAY_UNREACHABLE", `connection lost to ${endpoint.address}`, error));
    socket.on("end", () => this.#break("GATEWAY_UNREACHABLE", `connection closed by ${endpoint.address}`));
    socket.on("close", () => this.#break("GATEWAY_UNREACHABLE", `connection lost to ${endpoint.address}`));
    socket.unref();
  }

  /** Connects; rejects with the socket's error, or when the signal fires. */
  static open(
    endpoint: Endpoint,
    options: ConnectOptions,
    signal: AbortSignal,
    onClose: (connection: Connection, inUse: boolean) => void,
  ): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const target = { host: endpoint.host, port: endpoint.port };
      const name = net.isIP(endpoint.host) ? {} : { servername: endpoint.host };
      const socket =
        options.tls === null ? net.connect(target) : tls.connect({ ...name, ...options.tls, ...target });
      const done = (error: Error | null): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", abort);
        socket.removeListener("error", done);
        socket.removeListener("close", close);
        if (error === null) {
          socket.setNoDelay(true);
          socket.setKeepAlive(true, 30_000);
          resolve(new Connection(endpoint, socket, options, onClose));
        } else {
          socket.on("error", () => undefined);
          socket.destroy();
          reject(error);
        }
      };
      const abort = (): void => done(new Error("the client is closed"));
      const close = (): void => done(new Error("closed while connecting"));
      const late = (): void => done(new Error(`no connection within ${options.connectTimeoutMs} ms`));
      const timer = setTimeout(late, options.connectTimeoutMs);
      signal.addEventListener("abort", abort, { once: true });
      socket.once("error", done);
      socket.once("close", close);
      socket.once(options.tls === null ? "connect" : "secureConnect", () => done(null));
    });
  }

  /** Whether it takes calls. */
  get usable(): boolean {
    return !this.#retired && this.#lost === null;
  }

  /** Sends one call and resolves with its answer, as the stub gives it; a failure on the way is a HeadgateError. */
  async call<S extends ServiceName, R>(exchange: Exchange<S, R>): Promise<R> {
    if (this.#pending.size === 0 && now() - this.#active > RESTED_MS) {
      await new Promise(setImmediate);
    }
    if (this.#lost !== null) {
      throw localError("GATEWAY_UNREACHABLE", "NOT_APPLIED", this.#lost.text, this.#lost.cause);
    }
    const { seqid, frame, answer } = this.#stubs.encode(exchange.service, exchange.invoke);
    if (frame === null) {
      this.#stubs.forget(exchange.service, seqid);
      return unwritable(answer);
    }
    return new Promise<R>((resolve, reject) => {
      const { signal, late } = exchange;
      let left = false;
      const leave = (): void => {
        signal?.removeEventListener("abort", abort);
        left = true;
      };
      const settle = (): void => {
        clearTimeout(timer);
        leave();
      };
      const fail = (error: HeadgateError): void => {
        settle();
        this.#forget(seqid);
        reject(error);
      };
      const expire = (): void => {
        const outcome = this.#outcome(seqid);
        this.retire();
        fail(localError("DEADLINE_EXCEEDED", outcome, `no answer in time from ${this.endpoint.address}`));
      };
      const abort = (): void => {
        const outcome = this.#outcome(seqid);
        const error = abortError(outcome, signal?.reason);
        if (outcome === "NOT_APPLIED" || late === undefined) {
          fail(error);
          return;
        }
        leave(); // It stays pending up to its deadline, so that its answer finds `late`.
        reject(error);
      };
      const timer = setTimeout(expire, Math.max(1, exchange.deadline + GRACE_MS - now()));
      signal?.addEventListener("abort", abort, { once: true });
      answer.then(
        (value) => {
          if (left) {
            late?.(value);
          }
          settle();
          resolve(value);
        },
        (error: unknown) => {
          settle();
          reject(error);
        },
      );
      this.#pending.set(seqid, { service: exchange.service, fail, frame });
      this.socket.ref();
      this.#outbox.push(seqid);
      this.#flush();
      if (signal?.aborted) {
        abort();
      }
    });
  }

  /** Takes no more calls; closes when the last one has ended. */
  retire(): void {
    this.#retired = true;
    this.#rest();
  }

  /** Closes it now; what is under way fails. Repeating it is harmless. */
  close(): void {
    this.#break("GATEWAY_UNREACHABLE", `connection closed to ${this.endpoint.address}`);
  }

  #outcome(seqid: number): Outcome {
    return this.#pending.get(seqid)?.frame == null ? "UNKNOWN" : "NOT_APPLIED";
  }

  #flush(): void {
    // A frame is handed to the socket only when the ones before it have left: what waits here was surely not sent.
    while (this.#outbox.length > 0 && !this.socket.writableNeedDrain && this.#lost === null) {
      const pending = this.#pending.get(this.#outbox.shift() as number);
      if (pending?.frame != null) {
        const frame = pending.frame;
        pending.frame = null;
        this.socket.write(frame);
      }
    }
  }

  #read(chunk: Buffer): void {
    this.#active = now();
    try {
      this.#reader.push(chunk);
    } catch (error) {
      const what = error instanceof Error ? error.message : String(error);
      this.#break("BAD_REPLY", `unreadable answer of ${this.endpoint.address}: ${what}`, error);
    }
  }

  #receive(frame: Buffer): void {
    const reply = readHead(frame);
    const pending = this.#pending.get(reply.seqid);
    if (pending === undefined) {
      return; // Its caller has gone.
    }
    this.#stubs.decode(reply, pending.service);
    this.#forget(reply.seqid);
  }

  #forget(seqid: number): void {
    const pending = this.#pending.get(seqid);
    if (pending !== undefined) {
      this.#pending.delete(seqid);
      this.#stubs.forget(pending.service, seqid);
      this.#rest();
    }
  }

  #rest(): void {
    if (this.#pending.size === 0) {
      this.#active = now();
      this.socket.unref();
      if (this.#retired) {
        this.close();
      }
    }
  }

  #break(code: "GATEWAY_UNREACHABLE" | "BAD_REPLY", text: string, cause?: unknown): void {
    if (this.#lost !== null) {
      return;
    }
    const why = cause instanceof Error && code === "GATEWAY_UNREACHABLE" ? `${text}: ${cause.message}` : text;
    this.#lost = localError(code, "UNKNOWN", why, cause);
    const inUse = this.#pending.size > 0;
    this.socket.destroy();
    for (const [seqid, pending] of [...this.#pending]) {
      pending.fail(localError(code, this.#outcome(seqid), why, cause));
    }
    this.#pending.clear();
    this.#outbox.length = 0;
    this.onClose(this, inUse);
  }
}

async function unwritable<R>(answer: Promise<R>): Promise<R> {
  try {
    await answer;
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    throw localError("INVALID_ARGUMENT", "NOT_APPLIED", `request that cannot be written: ${what}`, error);
  }
  throw localError("INVALID_ARGUMENT", "NOT_APPLIED", "request that cannot be written");
}
