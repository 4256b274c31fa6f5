// Against a real gateway, where HEADGATE_ADDRESS names one that makes topics at their first use.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { Client, RetryLater } from "../dist/index.js";
import { until } from "./fake-gateway.js";
import { rejection } from "./fixtures.js";

const address = process.env.HEADGATE_ADDRESS;
const real = { skip: address ? false : "HEADGATE_ADDRESS is not set", timeout: 120_000 };

async function setUp(t) {
  const client = new Client(address, { tracing: false, logger: {}, timeoutMs: 20_000 });
  t.after(() => client.close());
  const topic = `nodejs-${randomUUID()}`;
  await client.admin().createTopic(topic);
  return { client, topic, producer: client.producer() };
}

/** Receives so many messages by hand, and acks them. */
async function drain(client, topic, group, count) {
  const got = [];
  while (got.length < count) {
    const received = await client.receive(topic, group, { waitMs: 10_000 });
    assert.ok(received.length > 0, `only ${got.length} of ${count} came`);
    assert.ok((await client.ack(received)).every((result) => result.done));
    got.push(...received);
  }
  return got;
}

test("gateway: what was sent arrives byte for byte", real, async (t) => {
  const { client, topic, producer } = await setUp(t);
  const body = randomBytes(50_000);
  const text = "one pizza. ".repeat(10_000);

  await producer.send(topic, { body, key: Buffer.from([0, 255]), tag: "blue", headers: [["a", "1"], ["a", null]] });
  const outcomes = await producer.sendBatch(topic, [text, { body: "" }]);

  assert.ok(outcomes.every((outcome) => outcome.messageId));
  const got = await drain(client, topic, "g", 3);
  const [first] = got.filter((delivery) => delivery.tag === "blue");
  assert.ok(first.body.equals(body));
  assert.deepEqual([...first.key], [0, 255]);
  assert.deepEqual(first.headers.map(({ name, value }) => [name, value?.toString() ?? null]), [["a", "1"], ["a", null]]);
  assert.deepEqual(got.map((delivery) => delivery.encoding).filter(Boolean), ["zstd"]);
  assert.deepEqual(new Set(got.map((delivery) => delivery.body.length)), new Set([50_000, text.length, 0]));
});

test("gateway: a consumer retries after the delay that its handler names", real, async (t) => {
  const { client, topic, producer } = await setUp(t);
  await producer.send(topic, "x");
  const attempts = [];

  client.consumer(topic, "g", ({ attempt }) => {
    attempts.push([attempt, performance.now()]);
    if (attempt === 1) {
      throw new RetryLater(1_000, "not now");
    }
  });

  await until("second attempt", () => attempts.length === 2, 30);
  assert.deepEqual(attempts.map(([attempt]) => attempt), [1, 2]);
  assert.ok(attempts[1][1] - attempts[0][1] >= 900);
});

test("gateway: a delayed message comes in its time, and can be cancelled before", real, async (t) => {
  const { client, topic, producer } = await setUp(t);
  const before = performance.now();
  const cancelled = await producer.send(topic, { body: "never", delayMs: 3_000 });
  await producer.send(topic, { body: "later", delayMs: 2_000 });
  await producer.cancel(topic, cancelled.delayHandle);

  const [delivery] = await drain(client, topic, "g", 1);

  assert.equal(delivery.text, "later");
  assert.ok(performance.now() - before >= 1_900);
  assert.deepEqual([...(await client.receive(topic, "g", { waitMs: 2_500 }))], []);
});

test("gateway: broadcast, filter and seek", real, async (t) => {
  const { client, topic, producer } = await setUp(t);
  await producer.send(topic, { body: "red", tag: "red" });
  await producer.send(topic, { body: "blue", tag: "blue" });

  const seen = { one: [], two: [], blue: [] };
  for (const instance of ["one", "two"]) {
    const options = { broadcastInstance: instance, pollWaitMs: 500 };
    client.consumer(topic, "cache", (delivery) => seen[instance].push(delivery.text), options);
  }
  const only = { filter: { tags: ["blue"] }, pollWaitMs: 500 };
  client.consumer(topic, "filtered", (delivery) => seen.blue.push(delivery.text), only);
  await until("all came", () => seen.one.length >= 2 && seen.two.length >= 2 && seen.blue.length >= 1, 60);

  assert.deepEqual(seen.one.sort(), ["blue", "red"]);
  assert.deepEqual(seen.two.sort(), ["blue", "red"]);
  assert.deepEqual(seen.blue, ["blue"]);
  await drain(client, topic, "g", 2);
  await client.seek(topic, "g", "start");
  await drain(client, topic, "g", 2);
});

test("gateway: errors keep code and outcome", real, async (t) => {
  const { client, topic, producer } = await setUp(t);
  const body = randomBytes(5 << 20);

  const error = await rejection(producer.send(topic, { body, compress: false }));

  assert.equal(error.code, "MESSAGE_TOO_LARGE");
  assert.equal(error.outcome, "NOT_APPLIED");
  assert.ok(Number(error.details.sizeBytes) >= body.length);
  assert.equal((await client.locate(topic, "g"))[0].address.split(":").length, 2);
});

test("gateway: the leases of a killed consumer come back", real, async (t) => {
  const { client, topic, producer } = await setUp(t);
  await producer.sendBatch(topic, ["a", "b"]);
  const script = fileURLToPath(new URL("hold.js", import.meta.url));
  const child = spawn(process.execPath, [script, address, topic], { stdio: ["ignore", "pipe", "inherit"] });
  t.after(() => child.kill("SIGKILL"));
  await once(child.stdout, "data");

  child.kill("SIGKILL");

  const got = await drain(client, topic, "g", 2);
  assert.deepEqual(got.map((delivery) => delivery.text).sort(), ["a", "b"]);
  assert.ok(got.some((delivery) => delivery.attempt === 2));
});

for (const example of ["order-pipeline", "delayed-reminder"]) {
  test(`gateway: the example ${example} runs to its end`, real, async () => {
    const script = fileURLToPath(new URL(`../examples/${example}.js`, import.meta.url));
    const child = spawn(process.execPath, [script, address], { stdio: ["ignore", "ignore", "inherit"] });

    const [code] = await once(child, "exit");

    assert.equal(code, 0);
  });
}
