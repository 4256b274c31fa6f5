import { readFileSync } from "node:fs";
import gateway from "../idl/gateway_types.js";
import { Admin } from "./admin.js";
import type { CheckLoop } from "./checks.js";
import { Bodies } from "./compression/bodies.js";
import { Consumer, type MessageHandler } from "./consumer.js";
import { Delivery, type ReceiveResult } from "./delivery.js";
import { Backoff } from "./internal/backoff.js";
import { Caller, type Operation } from "./internal/caller.js";
import { Consumption } from "./internal/consumption.js";
import { Endpoint } from "./internal/endpoint.js";
import { ConnectionPool } from "./internal/pool.js";
import type { GatewayVersion, NodeInfo, SettleResult } from "./messages.js";
import {
  checkPositive,
  type CallOptions,
  type ClientOptions,
  type ConsumerOptions,
  type Logger,
  type NackOptions,
  type ReceiveOptions,
} from "./options.js";
import { Producer } from "./producer.js";
import type { SeekTarget } from "./seek.js";
import { Tracer } from "./tracing/tracer.js";

const WARN: Logger = { warn: (message, error) => console.warn(`headgate: ${message}`, ...(error ? [error] : [])) };

/** A delivery or its lease, or several. */
export type Leases = Delivery | Buffer | Iterable<Delivery | Buffer>;

/**
 * A client of a gateway fleet: the connections that its producer, consumers and admin share.
 *
 * Make one per process and close it at the end (`await client.close()`, or `await using`). Its calls reject with a
 * {@link HeadgateError} at their deadline at the latest. All times are milliseconds.
 */
export class Client implements AsyncDisposable {
  readonly #pool: ConnectionPool;
  readonly #caller: Caller;
  readonly #tracer: Tracer;
  readonly #logger: Logger;
  readonly #consumption: Consumption;
  readonly #producer: Producer;
  readonly #admin: Admin;
  readonly #consumers = new Set<Consumer>();
  readonly #loops = new Set<CheckLoop>();
  #closing: Promise<void> | null = null;

  /**
   * Opens no connection yet. Throws a RangeError when an option is out of its limits.
   *
   * @param addresses `host:port`, several in an array or parted by commas; a client keeps to one and moves on when it
   *   fails or drains
   */
  constructor(addresses: string | readonly string[], options: ClientOptions = {}) {
    const parts = typeof addresses === "string" ? addresses.split(",") : addresses;
    const endpoints = parts.map((part) => new Endpoint(part.trim()));
    if (endpoints.length === 0) {
      throw new RangeError("addresses: none (expected: at least one host:port)");
    }
    const numbers = {
      timeoutMs: options.timeoutMs ?? 10_000,
      connectTimeoutMs: options.connectTimeoutMs ?? 2_000,
      idleTimeoutMs: options.idleTimeoutMs ?? 30_000,
      maxCalls: options.maxCalls ?? 128,
      maxPolls: options.maxPolls ?? 64,
      maxFrameBytes: options.maxFrameBytes ?? 64 << 20,
    };
    checkPositive(numbers);
    this.#logger = options.logger ?? WARN;
    this.#pool = new ConnectionPool(endpoints, {
      ...numbers,
      tls: options.tls === true ? {} : options.tls || null,
    });
    this.#caller = new Caller(this.#pool, {
      ...numbers,
      backoff: new Backoff(options.backoffInitialMs ?? 50, options.backoffMaxMs ?? 2_000),
      clientId: options.clientId ?? null,
      token: options.token ?? null,
      userAgent: `headgate-nodejs/${packageVersion()}`,
      logger: this.#logger,
    });
    const bodies = new Bodies(options.compression ?? {});
    this.#tracer = new Tracer(options.tracing ?? "auto");
    this.#consumption = new Consumption(this.#caller, bodies, this.#tracer);
    this.#producer = new Producer(this.#caller, bodies, this.#tracer, this.#logger, this.#loops);
    this.#admin = new Admin(this.#caller, bodies);
  }

  /** Sends messages. */
  producer(): Producer {
    return this.#producer;
  }

  /** Administration: topics, groups, dead letters, drain. */
  admin(): Admin {
    return this.#admin;
  }

  /**
   * Starts a consumer, to be closed by the caller or with this client. It receives, runs handlers, renews leases, acks
   * what a handler resolves and nacks what it rejects. A gateway that is not there yet is waited for.
   */
  consumer(topic: string, group: string, handler: MessageHandler, options: ConsumerOptions = {}): Consumer {
    const closed = (): void => void this.#consumers.delete(consumer);
    const consumer: Consumer = new Consumer(
      this.#consumption,
      this.#tracer,
      topic,
      group,
      handler,
      options,
      this.#logger,
      closed,
    );
    this.#consumers.add(consumer);
    return consumer;
  }

  /** Leases messages by hand. The caller settles each before its lease expires, else it comes again. */
  receive(topic: string, group: string, options: ReceiveOptions = {}): Promise<ReceiveResult> {
    return this.#consumption.receive(topic, group, options);
  }

  /** Settles deliveries: done for good. Answers per lease, in order. */
  ack(leases: Leases, options: CallOptions = {}): Promise<SettleResult[]> {
    return this.#consumption.ack(toLeases(leases), options);
  }

  /** Gives deliveries back, to come again later. Answers per lease, in order. */
  nack(leases: Leases, options: NackOptions = {}): Promise<SettleResult[]> {
    const { delayMs, reason } = options;
    const nacks = toLeases(leases).map((lease) => ({ lease, delayMs, reason }));
    return this.#consumption.nack(nacks, options);
  }

  /**
   * Prolongs leases. Answers per lease, in order.
   *
   * @param leaseMs the new time to live, counted from now; undefined: the group's
   */
  extend(leases: Leases, leaseMs?: number, options: CallOptions = {}): Promise<SettleResult[]> {
    return this.#consumption.extend(toLeases(leases), leaseMs, options);
  }

  /** Moves the position of the whole group; takes effect on running consumers. */
  seek(topic: string, group: string, target: SeekTarget, options: CallOptions = {}): Promise<void> {
    return this.#consumption.seek(topic, group, target, options);
  }

  /** The nodes that are worth connecting to for a subscription, best first. */
  locate(topic: string, group: string, options: CallOptions = {}): Promise<NodeInfo[]> {
    return this.#consumption.locate(topic, group, options);
  }

  /** Who answers: a cheap probe of a node. */
  async version(options: CallOptions = {}): Promise<GatewayVersion> {
    const operation: Operation<"Produce", gateway.VersionInfo> = {
      name: "version",
      service: "Produce",
      repeatable: true,
      invoke: (stub, context) => stub.version(new gateway.VersionRequest({ context })),
    };
    const { contract, gateway: server, node } = await this.#caller.call(operation, options);
    return { contract, gateway: server, node };
  }

  /** Closes its consumers and check loops gracefully, then all connections. Repeating it is harmless. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(): Promise<void> {
    try {
      await Promise.all([...this.#consumers, ...this.#loops].map((one) => one.close()));
    } finally {
      this.#pool.close();
    }
  }
}

function toLeases(leases: Leases): Buffer[] {
  const all = leases instanceof Delivery || Buffer.isBuffer(leases) ? [leases] : [...leases];
  return all.map((one) => (one instanceof Delivery ? one.lease : one));
}

function packageVersion(): string {
  const text = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
