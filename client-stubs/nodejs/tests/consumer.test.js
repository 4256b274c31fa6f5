import assert from "node:assert/strict";
import test from "node:test";
import { CallerError, RetryLater } from "../dist/index.js";
import { failure, Fault, until } from "./fake-gateway.js";
import { rejection, setUp } from "./fixtures.js";

async function setUpConsumer(t) {
  const all = await setUp(t);
  const client = all.open(undefined, { timeoutMs: 10_000 });
  const consume = (handler, options = {}) =>
    client.consumer("t", "g", handler, { pollWaitMs: 200, closeTimeoutMs: 5_000, ...options });
  return { ...all, client, consume };
}

/** A promise and the function that resolves it. */
function gate() {
  let open;
  const opened = new Promise((resolve) => (open = resolve));
  return { open, opened };
}

const many = (count) => Array.from({ length: count }, (_, i) => `x${i}`);

test("D11: what a handler resolves is acked", async (t) => {
  const { topic, consume } = await setUpConsumer(t);
  topic.queue("a", "b", "c");

  consume(async () => undefined);

  await until("all acked", () => topic.acked.length === 3);
  assert.deepEqual(topic.acked.sort(), ["a", "b", "c"]);
  assert.deepEqual(topic.nacked, []);
});

test("D12: what a handler rejects is nacked with its reason", async (t) => {
  const { topic, consume } = await setUpConsumer(t);
  topic.queue("bad", "good");

  consume((delivery) => {
    if (delivery.text === "bad") {
      throw new TypeError("no stock");
    }
  }, { nackDelayMs: 7_000 });

  await until("settled", () => topic.acked.length === 1 && topic.nacked.length === 1);
  assert.deepEqual(topic.acked, ["good"]);
  assert.deepEqual(topic.nacked, [{ delayMs: 7_000, reason: "TypeError: no stock" }]);
});

test("D12: a handler chooses the delay", async (t) => {
  const { topic, consume, warnings } = await setUpConsumer(t);
  topic.queue("x");

  consume(async () => {
    throw new RetryLater(120_000, "closed until then");
  });

  await until("nacked", () => topic.nacked.length === 1);
  assert.deepEqual(topic.nacked, [{ delayMs: 120_000, reason: "closed until then" }]);
  assert.deepEqual(warnings, []);
});

test("a handler may settle by itself, once", async (t) => {
  const { topic, consume } = await setUpConsumer(t);
  topic.queue("a", "b");

  consume((delivery, control) => {
    if (delivery.text === "a") {
      control.ack();
      throw new Error("too late to matter");
    }
    control.nack({ delayMs: 5, reason: "mine" });
    control.ack();
  });

  await until("settled", () => topic.acked.length + topic.nacked.length === 2);
  assert.deepEqual(topic.acked, ["a"]);
  assert.deepEqual(topic.nacked, [{ delayMs: 5, reason: "mine" }]);
});

test("without autoAck a message stays leased until it is settled", async (t) => {
  const { topic, consume } = await setUpConsumer(t);
  topic.queue("a");
  let held;

  const consumer = consume((_, control) => void (held = control), { autoAck: false });

  await until("handled", () => held !== undefined);
  const closing = consumer.close();
  assert.equal(consumer.inHand, 1);
  held.ack();
  await closing;
  assert.deepEqual(topic.acked, ["a"]);
});

test("handlers run at once up to the concurrency", async (t) => {
  const { topic, consume } = await setUpConsumer(t);
  topic.queue(...many(12));
  let running = 0;
  let most = 0;

  consume(async () => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, 5));
    running--;
  }, { concurrency: 3 });

  await until("all acked", () => topic.acked.length === 12);
  assert.equal(most, 3);
});

test("it holds no more than it asked for", async (t) => {
  const { topic, consume } = await setUpConsumer(t);
  topic.queue(...many(50));
  const turn = gate();

  const consumer = consume(() => turn.opened, { concurrency: 2, prefetch: 3 });

  await until("hand is full", () => consumer.inHand === 5);
  assert.equal(topic.leased.size, 5);
  turn.open();
  await until("all acked", () => topic.acked.length === 50);
});

test("acks gather into batches", async (t) => {
  const { topic, consume } = await setUpConsumer(t);
  topic.queue(...many(300));

  consume(() => undefined, { concurrency: 4, prefetch: 300 });

  await until("all acked", () => topic.acked.length === 300);
  assert.ok(topic.ackCalls < 100, `${topic.ackCalls} calls`);
});

test("D14: leases are renewed while handlers run", async (t) => {
  const { topic, consume } = await setUpConsumer(t);
  topic.leaseMs = 400;
  topic.queue("slow", "waits");
  const turn = gate();

  consume(() => turn.opened);

  await until("both renewed thrice", () => topic.extended.length >= 6);
  assert.deepEqual(new Set(topic.extended), new Set(["lease-0", "lease-1"]));
  turn.open();
  await until("acked", () => topic.acked.length === 2);
});

test("a message whose lease is lost is not handled, and a running handler is told", async (t) => {
  const { topic, consume } = await setUpConsumer(t);
  topic.leaseMs = 300;
  topic.extendStatus = "FENCED";
  topic.queue("running", "waiting");
  const turn = gate();
  const handled = [];
  let told;

  const consumer = consume((delivery, { signal }) => {
    handled.push(delivery.text);
    signal.addEventListener("abort", () => (told = signal.reason.message));
    return turn.opened;
  });

  await until("the waiting one is dropped", () => handled.length === 1 && consumer.inHand === 1);
  assert.match(told, /lease of id-lease-0 is lost/);
  turn.open();
  await until("the running one is settled", () => consumer.inHand === 0);
  assert.deepEqual(handled, ["running"]);
});

test("an ack is repeated when its reply is lost", async (t) => {
  const { topic, fake, consume } = await setUpConsumer(t);
  topic.queue("a");

  const consumer = consume(() => fake.script(Fault.DROP_REPLY, Fault.DROP_REPLY));

  await until("acked and settled", () => topic.acked.length === 1 && consumer.inHand === 0);
  assert.deepEqual(topic.acked, ["a"]);
});

test("an ack is repeated while the owner cannot be reached", async (t) => {
  const { topic, consume } = await setUpConsumer(t);
  topic.settleStatus = "UNAVAILABLE";
  topic.queue("a");
  const consumer = consume(() => undefined);

  await until("tried twice", () => topic.ackCalls >= 2);
  topic.settleStatus = "DONE";

  await until("settled", () => consumer.inHand === 0);
});

test("receiving goes on after failures, which show", async (t) => {
  const { topic, consume } = await setUpConsumer(t);
  topic.fail(...Array(3).fill(failure("PERMISSION_DENIED", { retryable: false })));
  const consumer = consume(() => undefined);
  await until("failure shown", () => consumer.lastFailure !== null);

  topic.queue("x");

  await until("acked", () => topic.acked.length === 1);
  assert.equal(consumer.lastFailure, null);
});

test("closing settles what runs and gives back the rest", async (t) => {
  const { topic, consume } = await setUpConsumer(t);
  topic.queue("running", "unstarted-1", "unstarted-2");
  const turn = gate();
  const consumer = consume(() => turn.opened, { prefetch: 2 });
  await until("hand is full", () => consumer.inHand === 3);

  const closing = consumer.close();
  await until("unstarted given back", () => topic.nacked.length === 2);
  assert.deepEqual(topic.acked, []);
  turn.open();
  await closing;

  assert.deepEqual(topic.acked, ["running"]);
  assert.deepEqual(topic.nacked.map((nack) => nack.delayMs), [0, 0]);
  assert.equal(topic.leased.size, 0);
});

test("closing gives back what its last receive brings", async (t) => {
  const { topic, consume } = await setUpConsumer(t);
  const consumer = consume(() => undefined, { pollWaitMs: 5_000 });
  await until("parked", () => topic.parked === 1);

  consumer.stop();
  topic.queue("late");
  await consumer.close();

  assert.equal(topic.leased.size, 0);
  assert.equal(topic.acked.length + topic.nacked.length, 1);
});

test("closing does not wait for ever, and tells the handler so", async (t) => {
  const { topic, consume, warnings } = await setUpConsumer(t);
  topic.queue("stuck");
  const turn = gate();
  let signal;
  const consumer = consume((_, control) => {
    signal = control.signal;
    return turn.opened;
  }, { closeTimeoutMs: 300 });
  await until("started", () => signal !== undefined);
  const before = performance.now();

  await consumer.close();
  await consumer.closed;

  assert.ok(performance.now() - before < 20_000);
  assert.ok(signal.aborted);
  assert.match(warnings[0][0], /still run after 300 ms/);
  turn.open();
});

test("closing the client closes its consumers", async (t) => {
  const { topic, consume, client } = await setUpConsumer(t);
  const handled = [];
  topic.queue(...many(20));
  consume((delivery) => handled.push(delivery.text));
  await until("some handled", () => handled.length > 3);

  await client.close();

  assert.equal(topic.leased.size, 0);
  assert.equal(topic.acked.length, handled.length);
  assert.ok((await rejection(client.version())) instanceof CallerError);
});
