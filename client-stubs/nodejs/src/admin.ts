import admin from "../idl/admin_types.js";
import gateway from "../idl/gateway_types.js";
import type Int64 from "node-int64";
import type { Bodies } from "./compression/bodies.js";
import { EncodingError } from "./errors.js";
import type { Caller, Operation } from "./internal/caller.js";
import { incoming } from "./internal/incoming.js";
import type { Stubs } from "./internal/stubs.js";
import { i64, targetToWire, toBigInt, toNumber } from "./internal/wire.js";
import type { Message } from "./messages.js";
import type { CallOptions } from "./options.js";
import type { SeekTarget } from "./seek.js";

/** How a topic is to be. */
export interface TopicSpec {
  /** 1 to 1,024. Default: the engine's (RocketMQ: 8 queues). */
  readonly partitions?: number | undefined;
  /** Consumed one message of a key at a time. Default: as routed. */
  readonly ordered?: boolean | undefined;
  /** The engine's own attributes, such as `message.type`. */
  readonly attributes?: Readonly<Record<string, string>> | undefined;
}

/** A topic and where it lives. */
export interface TopicInfo {
  readonly topic: string;
  /** The cluster or pair that the route names. */
  readonly cluster: string;
  /** The engine's name, such as `rocketmq`. */
  readonly engine: string;
  readonly partitions: number;
  readonly ordered: boolean;
  /** Body limit, bytes. */
  readonly maxMessageBytes: number;
  /** Messages that the engine still holds; null where it cannot tell. */
  readonly messages: bigint | null;
}

/** One partition of a group's topic. */
export interface PartitionLag {
  readonly partition: string;
  /** The group's committed position; -1 when it has none. */
  readonly committed: bigint;
  /** One past the newest message. */
  readonly end: bigint;
  /** The oldest message that the engine still has; null where it cannot tell. */
  readonly start: bigint | null;
  /** The node that owns it now; null where unknown. */
  readonly owner: string | null;
}

/** A group on a topic. */
export interface GroupInfo {
  readonly group: string;
  readonly topic: string;
  /** Messages that the group has not settled, over all partitions. */
  readonly lagMessages: bigint;
  /** Age of the oldest unsettled message, milliseconds; null where the engine cannot tell. */
  readonly lagMs: number | null;
  readonly partitions: readonly PartitionLag[];
  /** Leases that are open on the answering node. */
  readonly inFlight: number;
  /** Receives parked on the answering node. */
  readonly parked: number;
  /** Clients seen on the answering node within the last minute. */
  readonly clients: readonly string[];
}

/** A message that a group gave up. */
export interface DeadLetter {
  /** Opaque; names it to `replayDeadLetters` and `purgeDeadLetters`. */
  readonly id: string;
  readonly messageId: string;
  readonly topic: string;
  readonly attempts: number;
  /** The last reason that a consumer gave, or `lease expired`. */
  readonly reason: string | null;
  readonly deadAt: Date;
  /** Decoded; as it lies, with its encoding set, where that fails. */
  readonly message: Message;
  readonly encodingError: EncodingError | null;
  /** Where it lay before. */
  readonly origin: string | null;
}

/** Some dead letters, oldest first. */
export interface DeadLetterPage {
  readonly letters: readonly DeadLetter[];
  /** For the next call; null at the end. */
  readonly nextPage: string | null;
}

/** Which dead letters: of a topic, or by id; default: all of the group. */
export interface DeadLetterSelection {
  readonly topic?: string | undefined;
  /** 1 to 1,000. */
  readonly ids?: readonly string[] | undefined;
}

/** How many dead letters were replayed or purged. */
export interface DeadLetterCount {
  readonly count: bigint;
  /** How many selected ones failed, with the first reason. */
  readonly failed: bigint;
  readonly reason: string | null;
  /** Selected ones are left because the call's time was up: call again. */
  readonly more: boolean;
}

/** How a drain went. */
export interface DrainReport {
  /** Leases that were still open when the grace time had passed; they will be delivered again. */
  readonly openLeases: number;
  readonly tookMs: number;
}

/** Administration: topics, groups with lag, dead letters, drain. */
export class Admin {
  /** @internal */
  constructor(
    private readonly caller: Caller,
    private readonly bodies: Bodies,
  ) {}

  /** The topics that match a glob (`*`, `?`); default: all. `internal`: also retry topics and dead letters. */
  async topics(
    selection: { readonly pattern?: string; readonly internal?: boolean } = {},
    options: CallOptions = {},
  ): Promise<TopicInfo[]> {
    const { topics } = await this.#call("listTopics", true, options, (stub, context) =>
      stub.listTopics(new admin.ListTopicsRequest({ context, ...selection })),
    );
    return topics.map(topicFromWire);
  }

  /** One topic. Rejects with UNKNOWN_TOPIC. */
  async topic(topic: string, options: CallOptions = {}): Promise<TopicInfo> {
    return topicFromWire(
      await this.#call("describeTopic", true, options, (stub, context) =>
        stub.describeTopic(new admin.TopicRequest({ context, topic })),
      ),
    );
  }

  /** Creates a topic, or makes it match: partitions may grow, never shrink. */
  async createTopic(topic: string, spec: TopicSpec = {}, options: CallOptions = {}): Promise<TopicInfo> {
    const wire = new admin.TopicSpec({
      topic,
      ...(spec.partitions === undefined ? {} : { partitions: spec.partitions }),
      ...(spec.ordered === undefined ? {} : { ordered: spec.ordered }),
      ...(spec.attributes === undefined ? {} : { attributes: { ...spec.attributes } as never }),
    });
    return topicFromWire(
      await this.#call("createTopic", true, options, (stub, context) =>
        stub.createTopic(new admin.CreateTopicRequest({ context, spec: wire })),
      ),
    );
  }

  /** Deletes a topic with its messages. */
  async deleteTopic(topic: string, options: CallOptions = {}): Promise<void> {
    await this.#call("deleteTopic", false, options, (stub, context) =>
      stub.deleteTopic(new admin.TopicRequest({ context, topic })),
    );
  }

  /** Groups with their lag. */
  async groups(
    selection: { readonly topic?: string; readonly group?: string } = {},
    options: CallOptions = {},
  ): Promise<GroupInfo[]> {
    const { groups } = await this.#call("listGroups", true, options, (stub, context) =>
      stub.listGroups(new admin.ListGroupsRequest({ context, ...selection })),
    );
    return groups.map(groupFromWire);
  }

  /** As {@link Client.seek}; answers where the group then stands, or would stand after a dry run. */
  async seekGroup(
    topic: string,
    group: string,
    target: SeekTarget,
    options: CallOptions & { readonly dryRun?: boolean } = {},
  ): Promise<GroupInfo> {
    const wire = targetToWire(target);
    const { dryRun = false } = options;
    return groupFromWire(
      await this.#call("seekGroup", true, options, (stub, context) =>
        stub.seekGroup(new admin.SeekGroupRequest({ context, topic, group, target: wire, dryRun })),
      ),
    );
  }

  /** A page of a group's dead letters; leaves them where they are. `maxLetters`: 1 to 1,000, default 32. */
  async deadLetters(
    group: string,
    selection: { readonly topic?: string; readonly maxLetters?: number; readonly page?: string } = {},
    options: CallOptions = {},
  ): Promise<DeadLetterPage> {
    const { letters, nextPage } = await this.#call("browseDeadLetters", true, options, (stub, context) =>
      stub.browseDeadLetters(new admin.BrowseDeadLettersRequest({ context, group, ...selection })),
    );
    return { letters: await Promise.all(letters.map((letter) => this.#letter(letter))), nextPage: nextPage ?? null };
  }

  /** Sends dead letters to their group again with attempt 1, then removes them. */
  async replayDeadLetters(
    group: string,
    selection: DeadLetterSelection = {},
    options: CallOptions = {},
  ): Promise<DeadLetterCount> {
    const which = selectionToWire(group, selection);
    return countFromWire(
      await this.#call("replayDeadLetters", false, options, (stub, context) =>
        stub.replayDeadLetters(new admin.DeadLetterSelection({ ...which, context })),
      ),
    );
  }

  /** Removes dead letters for good. */
  async purgeDeadLetters(
    group: string,
    selection: DeadLetterSelection = {},
    options: CallOptions = {},
  ): Promise<DeadLetterCount> {
    const which = selectionToWire(group, selection);
    return countFromWire(
      await this.#call("purgeDeadLetters", false, options, (stub, context) =>
        stub.purgeDeadLetters(new admin.DeadLetterSelection({ ...which, context })),
      ),
    );
  }

  /** Has the answering node hand out no more leases, and waits for the open ones. `graceMs`: default the node's. */
  async drain(graceMs?: number, options: CallOptions = {}): Promise<DrainReport> {
    const wanted = graceMs === undefined ? {} : { graceMillis: i64(graceMs) };
    const report = await this.#call(
      "drain",
      true,
      options,
      (stub, context) => stub.drain(new admin.DrainRequest({ context, ...wanted })),
      graceMs ?? 30_000,
    );
    return { openLeases: report.openLeases, tookMs: toNumber(report.tookMillis) };
  }

  /** The configuration in force, as YAML, with secrets left out. */
  async config(options: CallOptions = {}): Promise<string> {
    const { yaml } = await this.#call("config", true, options, (stub, context) =>
      stub.config(new admin.ConfigRequest({ context })),
    );
    return yaml;
  }

  #call<R>(
    name: string,
    repeatable: boolean,
    options: CallOptions,
    invoke: (stub: Stubs["Admin"], context: gateway.CallContext) => Promise<R>,
    parkedMs = 0,
  ): Promise<R> {
    const operation: Operation<"Admin", R> = { name, service: "Admin", repeatable, invoke, parkedMs };
    return this.caller.call(operation, options);
  }

  async #letter(wire: admin.DeadLetter): Promise<DeadLetter> {
    const { message, error } = await incoming(wire.message, this.bodies);
    return {
      id: wire.id,
      messageId: wire.messageId,
      topic: wire.topic,
      attempts: wire.attempts,
      reason: wire.reason ?? null,
      deadAt: new Date(toNumber(wire.deadAtMillis)),
      message,
      encodingError: error,
      origin: wire.origin ?? null,
    };
  }
}

const big = (value: Int64 | null | undefined): bigint | null => (value == null ? null : toBigInt(value));

function selectionToWire(group: string, { topic, ids }: DeadLetterSelection): { group: string } {
  return {
    group,
    ...(topic === undefined ? {} : { topic }),
    ...(ids === undefined ? {} : { ids: [...ids] }),
  };
}

function topicFromWire(wire: admin.TopicInfo): TopicInfo {
  const { topic, cluster, engine, partitions, ordered } = wire;
  const maxMessageBytes = toNumber(wire.maxMessageBytes);
  return { topic, cluster, engine, partitions, ordered, maxMessageBytes, messages: big(wire.messages) };
}

function groupFromWire(wire: admin.GroupInfo): GroupInfo {
  return {
    group: wire.group,
    topic: wire.topic,
    lagMessages: toBigInt(wire.lagMessages),
    lagMs: wire.lagMillis == null ? null : toNumber(wire.lagMillis),
    partitions: wire.partitions.map((lag) => ({
      partition: lag.partition,
      committed: toBigInt(lag.committed),
      end: toBigInt(lag.end),
      start: big(lag.start),
      owner: lag.owner ?? null,
    })),
    inFlight: wire.inFlight,
    parked: wire.parked,
    clients: wire.clients ?? [],
  };
}

function countFromWire(wire: admin.DeadLettersResult): DeadLetterCount {
  return {
    count: toBigInt(wire.count),
    failed: big(wire.failed) ?? 0n,
    reason: wire.reason ?? null,
    more: wire.more ?? false,
  };
}
