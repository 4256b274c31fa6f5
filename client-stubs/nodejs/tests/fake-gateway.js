// A gateway of this process and no broker, whose failures follow a script.
import net from "node:net";
import tls from "node:tls";
import Int64 from "node-int64";
import thrift from "thrift";
import Admin from "../idl/Admin.js";
import admin from "../idl/admin_types.js";
import Consume from "../idl/Consume.js";
import gateway from "../idl/gateway_types.js";
import Produce from "../idl/Produce.js";

/** What happens to one request. */
export const Fault = {
  NONE: "none",
  DROP_REQUEST: "the connection closes before anything is done",
  DROP_REPLY: "the work is done and the connection closes instead of an answer",
  SILENCE: "the work is done and the answer never comes",
  GARBAGE: "the answer is a frame of nonsense",
  TRICKLE: "the answer comes a byte at a time",
};

export function failure(code, { retryable = true, outcome = "NOT_APPLIED", retryAfterMs } = {}) {
  return new gateway.GatewayError({
    failure: new gateway.Failure({
      code: gateway.ErrorCode[code],
      category: gateway.Category.AVAILABILITY,
      message: `scripted ${code}`,
      retryable,
      outcome: gateway.Outcome[outcome],
      ...(retryAfterMs === undefined ? {} : { retryAfterMillis: new Int64(retryAfterMs) }),
    }),
  });
}

/** The one topic and group: what is sent is stored, what is queued is delivered. */
class FakeTopic {
  messages = [];
  contexts = [];
  acked = [];
  ackCalls = 0;
  nacked = [];
  extended = [];
  leased = new Map();
  parked = 0;
  leaseMs = 30_000;
  settleStatus = "DONE";
  extendStatus = "DONE";
  prepared = new Map();
  #errors = [];
  #ready = [];
  #waiting = new Set();
  #leases = 0;

  get stored() {
    return this.messages.map((message) => message.body.toString());
  }

  fail(...errors) {
    this.#errors.push(...errors);
  }

  queue(...messages) {
    for (const message of messages) {
      const fields = typeof message === "string" ? { body: Buffer.from(message) } : message;
      this.#ready.push(new gateway.Message(fields));
    }
    this.#waiting.forEach((wake) => wake());
  }

  close() {
    this.#waiting.forEach((wake) => wake());
  }

  #begin(request) {
    this.contexts.push(request.context);
    const error = this.#errors.shift();
    if (error) {
      throw error;
    }
  }

  async version(request) {
    this.#begin(request);
    return new gateway.VersionInfo({ contract: "1.0", gateway: "fake", node: "fake-1" });
  }

  #store(message) {
    this.messages.push(message);
    return new gateway.SendResult({ messageId: `m${this.messages.length}`, position: "p:0:0" });
  }

  async send(request) {
    this.#begin(request);
    return this.#store(request.message);
  }

  async sendBatch(request) {
    this.#begin(request);
    const outcomes = request.messages.map((message) =>
      message.body.toString().startsWith("bad")
        ? new gateway.SendOutcome({ failure: failure("MESSAGE_TOO_LARGE", { retryable: false }).failure })
        : new gateway.SendOutcome({ result: this.#store(message) }),
    );
    return new gateway.SendBatchResult({ outcomes });
  }

  async receive(request) {
    this.#begin(request);
    this.parked++;
    if (this.#ready.length === 0) {
      await new Promise((resolve) => {
        const wake = () => {
          clearTimeout(timer);
          this.#waiting.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, request.waitMillis?.toNumber() ?? 0);
        this.#waiting.add(wake);
      });
    }
    this.parked--;
    const deliveries = this.#ready.splice(0, request.maxMessages ?? 32).map((message) => this.#lease(message));
    return new gateway.ReceiveResult({ deliveries });
  }

  #lease(message) {
    const lease = Buffer.from(`lease-${this.#leases++}`);
    this.leased.set(lease.toString(), message);
    return new gateway.Delivery({
      lease,
      leaseMillis: new Int64(this.leaseMs),
      attempt: 1,
      messageId: `id-${lease}`,
      message,
      bornAtMillis: new Int64(1),
      storedAtMillis: new Int64(2),
      position: "p:0:0",
    });
  }

  #results(count, status, leaseMs) {
    const fields = leaseMs === undefined ? {} : { leaseMillis: new Int64(leaseMs) };
    const result = new gateway.SettleResult({ status: gateway.SettleStatus[status] ?? status, ...fields });
    return new gateway.SettleResponse({ results: Array(count).fill(result) });
  }

  async ack(request) {
    this.#begin(request);
    this.ackCalls++;
    for (const lease of request.leases) {
      const message = this.leased.get(lease.toString());
      if (message && this.settleStatus === "DONE") {
        this.leased.delete(lease.toString());
        this.acked.push(message.body.toString());
      }
    }
    return this.#results(request.leases.length, this.settleStatus);
  }

  async nack(request) {
    this.#begin(request);
    for (const entry of request.entries) {
      this.leased.delete(entry.lease.toString());
      this.nacked.push({ delayMs: entry.delayMillis?.toNumber(), reason: entry.reason });
    }
    return this.#results(request.entries.length, this.settleStatus);
  }

  async extend(request) {
    this.#begin(request);
    this.extended.push(...request.leases.map(String));
    return this.#results(request.leases.length, this.extendStatus, this.leaseMs);
  }

  async cancel(request) {
    this.#begin(request);
  }

  async seek(request) {
    this.#begin(request);
    this.sought = request.target;
  }

  async locate(request) {
    this.#begin(request);
    const node = new gateway.NodeInfo({ node: "fake-1", address: "127.0.0.1:1", partitions: 4 });
    return new gateway.LocateResult({ nodes: [node] });
  }

  async prepare(request) {
    this.#begin(request);
    const transactionId = `tx-${this.prepared.size}`;
    this.prepared.set(transactionId, request);
    return new gateway.PrepareResult({ messageId: "m", transactionId });
  }

  async commit(request) {
    this.#begin(request);
    this.#store(this.#half(request).message);
  }

  async rollback(request) {
    this.#begin(request);
    this.#half(request);
  }

  #half({ transactionId }) {
    const half = this.prepared.get(transactionId);
    if (!half) {
      throw failure("NOT_FOUND", { retryable: false });
    }
    this.prepared.delete(transactionId);
    return half;
  }

  async pendingChecks(request) {
    this.#begin(request);
    const halves = [...this.prepared].filter(([, half]) => half.producerGroup === request.producerGroup);
    if (halves.length === 0) {
      await new Promise((resolve) => setTimeout(resolve, Math.min(20, request.waitMillis?.toNumber() ?? 0)));
    }
    const checks = halves.map(([transactionId, { topic, message }]) => {
      return new gateway.PendingCheck({ transactionId, topic, messageId: "m", message, attempt: 1 });
    });
    return new gateway.PendingChecksResult({ checks });
  }
}

/** The generated processor takes a handler without a parameter for one that calls back. */
class FakeAdmin {
  topics = [];

  async createTopic({ spec }) {
    const info = new admin.TopicInfo({
      topic: spec.topic,
      cluster: "main",
      engine: "fake",
      partitions: spec.partitions ?? 8,
      ordered: spec.ordered ?? false,
      maxMessageBytes: new Int64(4 << 20),
    });
    this.topics.push(info);
    return info;
  }

  async listTopics(_request) {
    return new admin.ListTopicsResult({ topics: this.topics });
  }

  async listGroups(_request) {
    const lag = new admin.PartitionLag({
      partition: "p:0",
      committed: new Int64("ffffffffffffffff"),
      end: new Int64("7ffffffffffffff1"),
    });
    const group = new admin.GroupInfo({
      group: "g",
      topic: "t",
      lagMessages: new Int64(7),
      partitions: [lag],
      inFlight: 2,
      parked: 1,
    });
    return new admin.ListGroupsResult({ groups: [group] });
  }

  async drain(request) {
    return new admin.DrainResult({ openLeases: 0, tookMillis: request.graceMillis });
  }

  async config(_request) {
    throw failure("UNSUPPORTED", { retryable: false });
  }
}

/** Serves connections, each request as it comes, until closed. */
export class FakeGateway {
  topic = new FakeTopic();
  accepted = 0;
  open = new Set();
  #script = [];
  #server;
  #processor = new thrift.MultiplexedProcessor();

  /** @param {tls.TlsOptions} [secure] */
  static async start(port = 0, secure) {
    const fake = new FakeGateway();
    const accept = (socket) => fake.#accept(socket);
    fake.#server = secure ? tls.createServer(secure, accept) : net.createServer(accept);
    fake.#server.on("tlsClientError", () => undefined);
    fake.#processor.registerProcessor("Produce", new Produce.Processor(fake.topic));
    fake.#processor.registerProcessor("Consume", new Consume.Processor(fake.topic));
    fake.#processor.registerProcessor("Admin", new Admin.Processor(new FakeAdmin()));
    await new Promise((resolve, reject) => {
      fake.#server.once("error", reject);
      fake.#server.listen(port, "127.0.0.1", resolve);
    });
    fake.port = fake.#server.address().port;
    fake.address = `127.0.0.1:${fake.port}`;
    return fake;
  }

  script(...faults) {
    this.#script.push(...faults);
  }

  dropConnections() {
    this.open.forEach((socket) => socket.destroy());
  }

  async close() {
    this.topic.close();
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.dropConnections();
    await closed;
  }

  #accept(socket) {
    this.accepted++;
    this.open.add(socket);
    let rest = Buffer.alloc(0);
    socket.on("error", () => undefined);
    socket.on("close", () => this.open.delete(socket));
    socket.on("data", (chunk) => {
      rest = Buffer.concat([rest, chunk]);
      while (rest.length >= 4 && rest.length >= 4 + rest.readUInt32BE(0)) {
        const end = 4 + rest.readUInt32BE(0);
        this.#serve(socket, rest.subarray(4, end));
        rest = rest.subarray(end);
      }
    });
  }

  #serve(socket, frame) {
    const fault = this.#script.shift() ?? Fault.NONE;
    if (fault === Fault.DROP_REQUEST) {
      socket.destroy();
      return;
    }
    const output = new thrift.TBinaryProtocol(
      new thrift.TFramedTransport(undefined, (reply) => void this.#answer(socket, reply, fault)),
    );
    const input = new thrift.TBinaryProtocol(new thrift.TFramedTransport(frame));
    this.#processor.process(input, output);
  }

  async #answer(socket, reply, fault) {
    if (fault === Fault.DROP_REPLY) {
      socket.destroy();
    } else if (fault === Fault.GARBAGE) {
      socket.write(Buffer.from("\0\0\0\x08HTTP/1.1"));
    } else if (fault === Fault.TRICKLE) {
      for (let i = 0; i < reply.length && !socket.destroyed; i++) {
        socket.write(reply.subarray(i, i + 1));
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    } else if (fault !== Fault.SILENCE) {
      socket.write(reply);
    }
  }
}

/** Waits for a condition, with a deadline. */
export async function until(what, condition, seconds = 60) {
  const deadline = Date.now() + seconds * 1_000;
  while (!condition()) {
    if (Date.now() > deadline) {
      throw new Error(`not within ${seconds} s: ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
