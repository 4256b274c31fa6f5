// What a client leaves behind, and what it lives through.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { FakeGateway, until } from "./fake-gateway.js";
import { setUp } from "./fixtures.js";

for (const how of ["close", "idle"]) {
  test(`a process ends by itself: ${how}`, { timeout: 180_000 }, async (t) => {
    const { fake, topic } = await setUp(t);
    topic.queue("x");
    const script = fileURLToPath(new URL("one-shot.js", import.meta.url));
    const child = spawn(process.execPath, [script, fake.address, how], { stdio: ["ignore", "ignore", "inherit"] });

    const [code] = await once(child, "exit");

    assert.equal(code, 0);
    assert.deepEqual(topic.stored, ["x"]);
    assert.deepEqual(topic.acked, how === "close" ? ["x"] : []);
  });
}

test("a gateway killed and started again in mid-traffic loses nothing and leaks nothing", async (t) => {
  const { open, fake } = await setUp(t);
  const client = open(undefined, { timeoutMs: 10_000 });
  const stored = new Set();
  const acked = new Set();
  const uncertain = new Set();
  let next = 0;
  let over = false;
  let gateway = fake;
  const topics = [fake.topic];
  const consumer = client.consumer("t", "g", () => undefined, { concurrency: 4, pollWaitMs: 100 });
  const senders = Array.from({ length: 8 }, async () => {
    while (!over) {
      const body = `m${next++}`;
      try {
        await client.producer().send("t", body);
        acked.add(body);
      } catch (error) {
        assert.equal(error.outcome, "UNKNOWN");
        uncertain.add(body);
      }
    }
  });

  for (let i = 0; i < 3; i++) {
    const before = acked.size;
    await until("traffic flows", () => acked.size > before + 50);
    await gateway.close();
    gateway = await FakeGateway.start(fake.port);
    t.after(() => gateway.close());
    topics.push(gateway.topic);
    gateway.topic.queue(`late-${i}`);
    await until("the consumer is back", () => gateway.topic.acked.includes(`late-${i}`));
  }
  over = true;
  await Promise.all(senders);
  await consumer.close();
  await client.close();

  topics.flatMap((topic) => topic.stored).forEach((body) => stored.add(body));
  assert.deepEqual([...acked].filter((body) => !stored.has(body)), []);
  assert.equal(acked.size + uncertain.size, next);
  assert.ok(uncertain.size <= 3 * 8);
  await until("no socket is left", () => gateway.open.size === 0);
});
