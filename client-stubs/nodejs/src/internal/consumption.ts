import gateway from "../../idl/gateway_types.js";
import type { Bodies } from "../compression/bodies.js";
import { ReceiveResult } from "../delivery.js";
import { localError } from "../errors.js";
import type { NodeInfo, SettleResult } from "../messages.js";
import type { CallOptions, ReceiveOptions } from "../options.js";
import type { SeekTarget } from "../seek.js";
import type { Tracer } from "../tracing/tracer.js";
import type { TraceCarrier } from "../tracing/tracing.js";
import type { Caller, Operation } from "./caller.js";
import { delivery } from "./incoming.js";
import type { Stubs } from "./stubs.js";
import { filterToWire, i64, settleResultFromWire, targetToWire } from "./wire.js";

const MAX_LEASES = 1_000;
// The gateway cuts reasons at 1 KiB; characters are enough of a bound to keep a frame small.
const MAX_REASON = 1_000;

/** One lease to give back. */
export interface Nack {
  readonly lease: Buffer;
  /** Undefined: the group's back-off. */
  readonly delayMs: number | undefined;
  readonly reason: string | undefined;
}

type Settle = (stub: Stubs["Consume"], context: gateway.CallContext) => Promise<gateway.SettleResponse>;

/** The calls of the Consume service. */
export class Consumption {
  constructor(
    private readonly caller: Caller,
    private readonly bodies: Bodies,
    private readonly tracer: Tracer,
  ) {}

  /** One receive; see Client.receive. */
  async receive(topic: string, group: string, options: ReceiveOptions): Promise<ReceiveResult> {
    const waitMs = options.waitMs ?? 0;
    const { maxMessages, maxBytes, leaseMs, filter, broadcastInstance } = options;
    const wanted = {
      topic,
      group,
      waitMillis: i64(waitMs),
      ...(maxMessages === undefined ? {} : { maxMessages }),
      ...(maxBytes === undefined ? {} : { maxBytes }),
      ...(leaseMs === undefined ? {} : { leaseMillis: i64(leaseMs) }),
      ...(filter === undefined ? {} : { filter: filterToWire(filter) }),
      ...(broadcastInstance === undefined ? {} : { broadcastInstance }),
    };
    const operation: Operation<"Consume", gateway.ReceiveResult> = {
      name: "receive",
      service: "Consume",
      repeatable: true, // A lost answer leaves leases that expire; the messages come back.
      parkedMs: waitMs,
      invoke: (stub, context) => stub.receive(new gateway.ReceiveRequest({ context, ...wanted })),
      answered: (answer, connection) => {
        if (answer.draining) {
          connection.endpoint.failed();
        }
      },
      late: (answer) => this.#giveBack(answer),
    };
    const answer = await this.caller.call(operation, options, await this.#carrier(options));
    const result = new ReceiveResult();
    result.push(...(await Promise.all(answer.deliveries.map((one) => delivery(one, this.bodies)))));
    result.retryAfterMs = answer.retryAfterMillis == null ? 0 : Math.max(0, answer.retryAfterMillis.toNumber());
    result.draining = answer.draining ?? false;
    return result;
  }

  /** Settles. */
  async ack(leases: readonly Buffer[], options: CallOptions): Promise<SettleResult[]> {
    return this.#settle("ack", leases, options, (part) => (stub, context) => {
      return stub.ack(new gateway.AckRequest({ context, leases: [...part] }));
    });
  }

  /** Gives back. */
  async nack(nacks: readonly Nack[], options: CallOptions): Promise<SettleResult[]> {
    const entries = nacks.map(({ lease, delayMs, reason }) => {
      return new gateway.NackEntry({
        lease,
        ...(delayMs === undefined ? {} : { delayMillis: i64(delayMs) }),
        ...(reason === undefined ? {} : { reason: reason.slice(0, MAX_REASON) }),
      });
    });
    return this.#settle("nack", entries, options, (part) => (stub, context) => {
      return stub.nack(new gateway.NackRequest({ context, entries: [...part] }));
    });
  }

  /** Prolongs. */
  async extend(leases: readonly Buffer[], leaseMs: number | undefined, options: CallOptions): Promise<SettleResult[]> {
    const wanted = leaseMs === undefined ? {} : { leaseMillis: i64(leaseMs) };
    return this.#settle("extend", leases, options, (part) => (stub, context) => {
      return stub.extend(new gateway.ExtendRequest({ context, leases: [...part], ...wanted }));
    });
  }

  /** Moves the group's position. */
  async seek(topic: string, group: string, target: SeekTarget, options: CallOptions): Promise<void> {
    const wire = targetToWire(target);
    const operation: Operation<"Consume", void> = {
      name: "seek",
      service: "Consume",
      repeatable: true,
      invoke: (stub, context) => stub.seek(new gateway.SeekRequest({ context, topic, group, target: wire })),
    };
    await this.caller.call(operation, options, await this.#carrier(options));
  }

  /** Which nodes own partitions of a subscription. */
  async locate(topic: string, group: string, options: CallOptions): Promise<NodeInfo[]> {
    const operation: Operation<"Consume", gateway.LocateResult> = {
      name: "locate",
      service: "Consume",
      repeatable: true,
      invoke: (stub, context) => stub.locate(new gateway.LocateRequest({ context, topic, group })),
    };
    const { nodes } = await this.caller.call(operation, options, await this.#carrier(options));
    return nodes.map(({ node, address, partitions }) => ({ node, address, partitions }));
  }

  async #settle<T>(
    name: string,
    entries: readonly T[],
    options: CallOptions,
    invoke: (part: readonly T[]) => Settle,
  ): Promise<SettleResult[]> {
    const results: SettleResult[] = [];
    const carrier = await this.#carrier(options);
    for (let start = 0; start < entries.length; start += MAX_LEASES) {
      const part = entries.slice(start, start + MAX_LEASES);
      // A lease is settled once: repeating finds it gone and changes nothing.
      const operation = { name, service: "Consume", repeatable: true, invoke: invoke(part) } as const;
      const answer = await this.caller.call<"Consume", gateway.SettleResponse>(operation, options, carrier);
      if (answer.results.length !== part.length) {
        throw localError("BAD_REPLY", "UNKNOWN", `${answer.results.length} answers to ${part.length} leases`);
      }
      results.push(...answer.results.map(settleResultFromWire));
    }
    return results;
  }

  #carrier(options: CallOptions): Promise<TraceCarrier> {
    return this.tracer.carrier(options);
  }

  #giveBack(answer: gateway.ReceiveResult): void {
    if (answer.deliveries.length > 0) {
      const reason = "given back: its receive had been aborted";
      const nacks = answer.deliveries.map(({ lease }) => ({ lease, delayMs: 0, reason }));
      this.nack(nacks, {}).catch(() => undefined); // Then the leases expire.
    }
  }
}
