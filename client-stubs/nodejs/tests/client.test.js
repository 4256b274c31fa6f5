import assert from "node:assert/strict";
import net from "node:net";
import test from "node:test";
import Int64 from "node-int64";
import { CallerError, Client, HeadgateError, InternalError, LimitError, UnavailableError } from "../dist/index.js";
import { toBigInt, toNumber } from "../dist/internal/wire.js";
import { failure, FakeGateway, Fault, until } from "./fake-gateway.js";
import { rejection, setUp } from "./fixtures.js";

test("send answers with a receipt", async (t) => {
  const { client, topic } = await setUp(t);

  const receipt = await client.producer().send("t", { body: "hällo", key: "k", headers: { a: "b" } });

  assert.deepEqual(receipt, { messageId: "m1", position: "p:0:0", delayHandle: null });
  assert.deepEqual(topic.stored, ["hällo"]);
  assert.equal(topic.messages[0].key.toString(), "k");
});

test("D3: every call carries its deadline", async (t) => {
  const { client, topic } = await setUp(t);

  await client.producer().send("t", "x", { timeoutMs: 1_234 });

  const [context] = topic.contexts;
  assert.ok(context.timeoutMillis > 1_000 && context.timeoutMillis <= 1_234);
  assert.match(context.userAgent, /^headgate-nodejs\/\d/);
});

test("D5: bytes arrive as they were", async (t) => {
  const { client, topic } = await setUp(t);
  const body = Buffer.from([0, 255, 195, 40, 0]);
  const headers = [["empty", ""], ["absent", null], ["absent", "ü"]];

  await client.producer().send("t", {
    body,
    key: new Uint8Array([0, 1]),
    tag: "blue",
    headers,
    encoding: "mine",
    deliverAt: new Date(Date.UTC(2030, 0, 2, 3, 4, 5, 678)),
  });

  const [stored] = topic.messages;
  assert.deepEqual(stored.body, body);
  assert.deepEqual([...stored.key], [0, 1]);
  assert.deepEqual(
    stored.headers.map(({ name, value }) => [name, value?.toString() ?? null]),
    headers,
  );
  assert.equal(stored.encoding, "mine");
  assert.equal(stored.deliverAtMillis.toNumber(), 1893553445678);
});

test("D5: empty and large bodies", async (t) => {
  const { client, fake, topic } = await setUp(t);
  const large = Buffer.alloc(4 << 20, 7);

  await client.producer().send("t", "");
  await client.producer().send("t", { body: large, compress: false });

  assert.deepEqual(topic.messages.map((message) => message.body.length), [0, 4 << 20]);
  assert.ok(topic.messages[1].body.equals(large));
  assert.equal(fake.accepted, 1);
});

test("numbers of 64 bits keep their value or are refused", () => {
  assert.equal(toBigInt(new Int64("7ffffffffffffff1")), 0x7ffffffffffffff1n);
  assert.equal(toBigInt(new Int64("ffffffffffffffff")), -1n);
  assert.equal(toNumber(new Int64(Number.MAX_SAFE_INTEGER)), Number.MAX_SAFE_INTEGER);
  assert.throws(() => toNumber(new Int64("7ffffffffffffff1")), InternalError);
});

test("D31: a prepared message is seen when it is committed", async (t) => {
  const { client, topic } = await setUp(t);
  const producer = client.producer();
  const kept = await producer.prepare("t", "g", { body: "kept", key: "k" });
  const dropped = await producer.prepare("t", "g", "dropped");
  assert.deepEqual(topic.stored, []);

  const checks = await producer.pendingChecks("g", { waitMs: 500 });
  await producer.commit(checks[0].transactionId);
  await producer.rollback(dropped.transactionId);

  assert.deepEqual(checks.map((check) => check.transactionId), [kept.transactionId, dropped.transactionId]);
  assert.equal(checks[0].message.key.toString(), "k");
  assert.deepEqual(topic.stored, ["kept"]);
  assert.equal((await rejection(producer.commit(dropped.transactionId))).code, "NOT_FOUND");
});

test("D31: a check loop answers, asks again what it could not answer, and closes", async (t) => {
  const { client, topic, warnings } = await setUp(t);
  const producer = client.producer();
  await producer.prepare("t", "g", "kept");
  await producer.prepare("t", "g", "dropped");
  const asked = [];

  const loop = producer.answerChecks("g", (check) => {
    const body = check.message.body.toString();
    asked.push(body);
    if (asked.length === 1) {
      throw new Error("the database is away");
    }
    return body === "kept" ? "commit" : "rollback";
  });

  await until("both answered", () => topic.prepared.size === 0);
  await loop.close();
  assert.deepEqual(topic.stored, ["kept"]);
  assert.match(warnings[0][0], /comes again/);
});

test("D4: a batch is answered entry by entry", async (t) => {
  const { client } = await setUp(t);

  const outcomes = await client.producer().sendBatch("t", ["a", "bad", { body: "c" }]);

  assert.deepEqual(outcomes.map((outcome) => outcome instanceof HeadgateError), [false, true, false]);
  assert.equal(outcomes[1].code, "MESSAGE_TOO_LARGE");
});

test("a retryable refusal that applied nothing is retried", async (t) => {
  const { client, topic, fake } = await setUp(t);
  topic.fail(failure("ENGINE_UNAVAILABLE"), failure("OVERLOADED"));

  await client.producer().send("t", "x");

  assert.deepEqual(topic.stored, ["x"]);
  assert.equal(fake.accepted, 1);
});

test("a final refusal is not retried", async (t) => {
  const { client, topic } = await setUp(t);
  topic.fail(failure("UNKNOWN_TOPIC", { retryable: false }));

  assert.equal((await rejection(client.producer().send("t", "x"))).code, "UNKNOWN_TOPIC");
  assert.equal(topic.contexts.length, 1);
});

test("D2: an uncertain send is not retried unasked", async (t) => {
  const { client, topic } = await setUp(t);
  topic.fail(failure("STORE_UNCERTAIN", { outcome: "UNKNOWN" }));

  assert.equal((await rejection(client.producer().send("t", "x"))).outcome, "UNKNOWN");
  assert.equal(topic.contexts.length, 1);
});

test("D2: a lost reply of a send is UNKNOWN", async (t) => {
  const { client, topic, fake } = await setUp(t);
  fake.script(Fault.DROP_REPLY);

  const error = await rejection(client.producer().send("t", "x"));

  assert.ok(error instanceof UnavailableError);
  assert.equal(error.code, "GATEWAY_UNREACHABLE");
  assert.equal(error.outcome, "UNKNOWN");
  assert.deepEqual(topic.stored, ["x"]);
});

test("an uncertain send is retried when the caller accepts duplicates", async (t) => {
  const { client, topic, fake } = await setUp(t);
  fake.script(Fault.DROP_REPLY);

  await client.producer().send("t", "x", { retryUncertain: true });

  assert.deepEqual(topic.stored, ["x", "x"]);
});

test("D2: a refusal after an uncertain attempt stays UNKNOWN", async (t) => {
  const { client, topic } = await setUp(t);
  topic.fail(
    failure("STORE_UNCERTAIN", { outcome: "UNKNOWN" }),
    failure("PERMISSION_DENIED", { retryable: false }),
  );

  const error = await rejection(client.producer().send("t", "x", { retryUncertain: true }));

  assert.equal(error.code, "PERMISSION_DENIED");
  assert.equal(error.outcome, "UNKNOWN");
});

test("a repeatable call is retried after a lost reply", async (t) => {
  const { client, fake } = await setUp(t);
  fake.script(Fault.DROP_REPLY, Fault.DROP_REQUEST);

  assert.equal((await client.version()).node, "fake-1");
});

for (const name of ["SILENCE", "TRICKLE"]) {
  test(`D3: a call ends at its deadline: ${name}`, async (t) => {
    const { client, fake } = await setUp(t);
    await client.version(); // Connected: what comes is the answer's time alone.
    fake.script(Fault[name]);
    const before = performance.now();

    const error = await rejection(client.producer().send("t", "x", { timeoutMs: 200 }));

    assert.equal(error.code, "DEADLINE_EXCEEDED");
    assert.equal(error.outcome, "UNKNOWN");
    const took = performance.now() - before;
    assert.ok(took >= 190 && took < 10_000, `${took} ms`);
  });
}

test("D3: what could not be written yet is known not to be applied", async (t) => {
  const deaf = net.createServer((socket) => socket.pause());
  await new Promise((resolve) => deaf.listen(0, "127.0.0.1", resolve));
  const { open } = await setUp(t);
  t.after(() => deaf.close());
  const client = open(`127.0.0.1:${deaf.address().port}`);

  const [first, second] = await Promise.all(
    [Buffer.alloc(32 << 20), Buffer.alloc(10)].map((body) =>
      rejection(client.producer().send("t", { body, compress: false }, { timeoutMs: 500 })),
    ),
  );
  await client.close();

  assert.equal(first.code, "DEADLINE_EXCEEDED");
  assert.equal(first.outcome, "UNKNOWN");
  assert.equal(second.outcome, "NOT_APPLIED");
});

test("retries stay inside the deadline", async (t) => {
  const { client, topic } = await setUp(t);
  topic.fail(...Array(1_000).fill(failure("OVERLOADED")));
  const before = performance.now();

  assert.equal((await rejection(client.producer().send("t", "x", { timeoutMs: 300 }))).code, "OVERLOADED");
  assert.ok(performance.now() - before < 10_000);
});

test("a retryAfter past the deadline ends the call at once", async (t) => {
  const { client, topic } = await setUp(t);
  topic.fail(failure("QUOTA_EXCEEDED", { retryAfterMs: 60_000 }));

  assert.equal((await rejection(client.producer().send("t", "x"))).retryAfterMs, 60_000);
  assert.equal(topic.contexts.length, 1);
});

test("a signal ends a call at once, and says that it may have worked", async (t) => {
  const { client, fake } = await setUp(t);
  fake.script(Fault.SILENCE);
  const aborter = new AbortController();
  const sending = client.producer().send("t", "x", { signal: aborter.signal });
  await until("stored", () => fake.topic.stored.length === 1);

  aborter.abort(new Error("enough"));

  const error = await rejection(sending);
  assert.equal(error.name, "AbortError");
  assert.equal(error.code, "INTERRUPTED");
  assert.equal(error.outcome, "UNKNOWN");
  assert.equal(error.cause.message, "enough");
});

test("a signal that has fired sends nothing", async (t) => {
  const { client, topic } = await setUp(t);

  const error = await rejection(client.producer().send("t", "x", { signal: AbortSignal.abort() }));

  assert.equal(error.name, "AbortError");
  assert.equal(error.outcome, "NOT_APPLIED");
  assert.equal(topic.contexts.length, 0);
});

test("what an aborted receive would have brought is given back", async (t) => {
  const { client, topic } = await setUp(t);
  const aborter = new AbortController();
  const receiving = client.receive("t", "g", { waitMs: 60_000, signal: aborter.signal });
  await until("parked", () => topic.parked === 1);
  aborter.abort();
  assert.equal((await rejection(receiving)).name, "AbortError");

  topic.queue("late");

  await until("given back", () => topic.nacked.length === 1);
  assert.equal(topic.nacked[0].delayMs, 0);
  assert.equal(topic.leased.size, 0);
});

test("calls overtake each other on one connection", async (t) => {
  const { client, fake, topic } = await setUp(t);
  const parked = client.receive("t", "g", { waitMs: 60_000 });
  const second = client.receive("t", "g", { waitMs: 60_000 });
  await until("both parked", () => topic.parked === 2);

  await Promise.all(Array.from({ length: 100 }, () => client.producer().send("t", "x")));
  topic.queue("a", "b");

  assert.equal((await Promise.all([parked, second])).flat().length, 2);
  assert.equal(topic.stored.length, 100);
  assert.equal(fake.accepted, 2);
});

for (const name of ["SILENCE", "TRICKLE", "GARBAGE"]) {
  test(`a broken connection is never used again: ${name}`, async (t) => {
    const { client, fake, topic } = await setUp(t);
    await client.version();
    fake.script(Fault[name]);
    await rejection(client.producer().send("t", "x", { timeoutMs: 100 }));

    await client.producer().send("t", "y");

    assert.equal(fake.accepted, 2);
    assert.deepEqual(topic.stored, ["x", "y"]);
    await until("the broken one closed", () => fake.open.size === 1);
  });
}

test("nonsense is a bad reply", async (t) => {
  const { client, fake } = await setUp(t);
  fake.script(Fault.GARBAGE);

  const error = await rejection(client.producer().send("t", "x"));

  assert.equal(error.code, "BAD_REPLY");
  assert.equal(error.outcome, "UNKNOWN");
});

test("an answer larger than allowed is a bad reply", async (t) => {
  const { open, topic } = await setUp(t);
  topic.queue("x".repeat(5_000));

  const client = open(undefined, { maxFrameBytes: 1_000 });

  assert.match((await rejection(client.receive("t", "g"))).message, /maxFrameBytes/);
});

test("a connection that was closed while idle is replaced without an error", async (t) => {
  const { client, fake, topic } = await setUp(t);
  await client.producer().send("t", "x");
  fake.dropConnections();
  await until("closed", () => fake.open.size === 0);

  await client.producer().send("t", "y");

  assert.deepEqual(topic.stored, ["x", "y"]);
});

test("an idle connection is closed", async (t) => {
  const { open, fake } = await setUp(t);
  const client = open(undefined, { idleTimeoutMs: 50 });

  await client.version();

  await until("closed", () => fake.open.size === 0);
});

test("no connection leaks", async (t) => {
  const { client, fake } = await setUp(t);
  for (let i = 0; i < 20; i++) {
    for (const fault of [Fault.NONE, Fault.DROP_REPLY, Fault.DROP_REQUEST, Fault.GARBAGE]) {
      fake.script(fault);
      const error = await client.producer().send("t", "x", { timeoutMs: 2_000 }).catch((thrown) => thrown);
      assert.ok(!(error instanceof HeadgateError) || error.outcome === "UNKNOWN");
    }
  }

  await until("closed", () => fake.open.size <= 1);
});

test("a call that finds no room fails at its deadline", async (t) => {
  const { open, fake, topic } = await setUp(t);
  const client = open(undefined, { maxCalls: 1 });
  fake.script(Fault.SILENCE);
  const hanging = rejection(client.producer().send("t", "x", { timeoutMs: 3_000 }));
  await until("first one under way", () => topic.stored.length === 1);

  const error = await rejection(client.version({ timeoutMs: 50 }));

  assert.ok(error instanceof LimitError);
  assert.equal(error.code, "CLIENT_OVERLOADED");
  assert.equal(error.outcome, "NOT_APPLIED");
  await hanging;
});

test("a call moves to an address that answers", async (t) => {
  const { open, fake, topic } = await setUp(t);
  for (let i = 0; i < 10; i++) {
    await open(["127.0.0.1:1", fake.address]).producer().send("t", "x");
  }

  assert.equal(topic.stored.length, 10);
});

test("a draining node is left for another", async (t) => {
  const { open, fake, topic } = await setUp(t);
  const second = await FakeGateway.start();
  t.after(() => second.close());
  topic.fail(failure("DRAINING"));
  second.topic.fail(failure("DRAINING"));

  const client = open(`${fake.address}, ${second.address}`);
  await client.producer().send("t", "x");
  await client.close();

  assert.equal(topic.stored.length + second.topic.stored.length, 1);
  assert.ok(fake.accepted > 0 && second.accepted > 0);
});

test("nobody there is unreachable and nothing applied", async (t) => {
  const { client, fake } = await setUp(t);
  await fake.close();

  const error = await rejection(client.producer().send("t", "x", { timeoutMs: 200 }));

  assert.equal(error.code, "GATEWAY_UNREACHABLE");
  assert.equal(error.outcome, "NOT_APPLIED");
  assert.ok(error.message.includes(fake.address));
});

test("a gateway that comes back is found within the call", async (t) => {
  const { client, fake } = await setUp(t);
  await fake.close();
  const sending = client.producer().send("t", "x");

  const again = await FakeGateway.start(fake.port);
  t.after(() => again.close());
  await sending;
  await client.close();

  assert.deepEqual(again.topic.stored, ["x"]);
});

test("a code of a newer contract keeps its number", async (t) => {
  const { client, topic } = await setUp(t);
  const newer = failure("INTERNAL", { retryable: false });
  Object.assign(newer.failure, { code: 4_711, category: 99, outcome: null });
  topic.fail(newer);

  const error = await rejection(client.producer().send("t", "x"));

  assert.equal(error.code, "UNRECOGNIZED");
  assert.equal(error.codeNumber, 4_711);
  assert.equal(error.outcome, "UNKNOWN");
  assert.ok(error instanceof InternalError);
});

test("a request that cannot be written is the caller's fault", async (t) => {
  const { client, topic } = await setUp(t);

  const error = await rejection(client.producer().send(7, "x"));

  assert.ok(error instanceof CallerError);
  assert.equal(error.outcome, "NOT_APPLIED");
  assert.equal(topic.contexts.length, 0);
});

test("a closed client refuses", async (t) => {
  const { client } = await setUp(t);
  await client.close();

  assert.equal((await rejection(client.version())).code, "CLIENT_CLOSED");
});

test("D15: settling answers per lease", async (t) => {
  const { client, topic } = await setUp(t);
  topic.queue("a", "b");
  const received = await client.receive("t", "g", { maxMessages: 2 });

  assert.deepEqual((await client.extend(received, 9_000)).map((r) => r.status), ["DONE", "DONE"]);
  assert.deepEqual((await client.ack(received[0])).map((r) => r.done), [true]);
  assert.deepEqual((await client.nack([received[1]], { delayMs: 3_000, reason: "later" })).map((r) => r.done), [true]);
  assert.deepEqual(topic.acked, ["a"]);
  assert.deepEqual(topic.nacked, [{ delayMs: 3_000, reason: "later" }]);
  assert.deepEqual(await client.ack([]), []);
});

test("a status of a newer contract is UNKNOWN", async (t) => {
  const { client, topic } = await setUp(t);
  topic.settleStatus = 77;
  topic.queue("a");

  assert.equal((await client.ack(await client.receive("t", "g")))[0].status, "UNKNOWN");
});

test("D24: seek names its target", async (t) => {
  const { client, topic } = await setUp(t);

  await client.seek("t", "g", { time: new Date(5) });

  assert.equal(topic.sought.timestampMillis.toNumber(), 5);
});

test("locate and admin calls answer", async (t) => {
  const { client } = await setUp(t);
  const admin = client.admin();

  assert.equal((await client.locate("t", "g"))[0].partitions, 4);
  assert.equal((await admin.createTopic("t", { partitions: 4 })).partitions, 4);
  assert.deepEqual((await admin.topics()).map((info) => info.topic), ["t"]);
  const [group] = await admin.groups();
  assert.equal(group.lagMessages, 7n);
  assert.equal(group.partitions[0].committed, -1n);
  assert.equal(group.partitions[0].end, 0x7ffffffffffffff1n);
  assert.equal((await admin.drain(10)).tookMs, 10);
  assert.equal((await rejection(admin.config())).code, "UNSUPPORTED");
});

test("options are checked", () => {
  for (const address of ["", "localhost", "localhost:", ":9300", "localhost:0", "a:b", "a:99999"]) {
    assert.throws(() => new Client(address), /host:port/, address);
  }
  assert.throws(() => new Client("a:1", { timeoutMs: 0 }), /timeoutMs: 0 \(expected: > 0\)/);
  assert.throws(() => new Client("a:1", { backoffInitialMs: 9, backoffMaxMs: 1 }), /backoff/);
  assert.throws(() => new Client("a:1", { compression: { codec: "lz4" } }), /lz4/);
});
