import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import test from "node:test";
import zlib from "node:zlib";
import { Bodies } from "../dist/compression/bodies.js";
import { portable, zstd } from "../dist/compression/zstd.js";
import { EncodingError } from "../dist/index.js";
import { until } from "./fake-gateway.js";
import { rejection, setUp } from "./fixtures.js";

const text = Buffer.from("one pizza, one more pizza. ".repeat(1_000));

test("a body over the threshold is compressed, and arrives plain with its encoding told", async (t) => {
  const { client, topic } = await setUp(t);
  await client.producer().send("t", text);
  const [sent] = topic.messages;
  topic.queue({ body: sent.body, encoding: sent.encoding });

  const [delivery] = await client.receive("t", "g");

  assert.equal(sent.encoding, "zstd");
  assert.ok(sent.body.length < text.length / 10);
  assert.ok(delivery.body.equals(text));
  assert.equal(delivery.encoding, "zstd");
  assert.equal(delivery.message.encoding, null);
  assert.ok(delivery.rawBody.equals(sent.body));
});

test("small, incompressible and already encoded bodies stay as they are", async (t) => {
  const { client, topic } = await setUp(t);
  const producer = client.producer();

  await producer.send("t", text.subarray(0, 4_095));
  await producer.send("t", randomBytes(10_000));
  await producer.send("t", { body: text, encoding: "mine" });
  await producer.send("t", { body: text, compress: false });

  assert.deepEqual(topic.messages.map((message) => message.encoding ?? null), [null, null, "mine", null]);
  assert.equal(topic.messages[2].body.length, text.length);
});

test("compression can be forced, chosen and switched off", async (t) => {
  const { client, open, topic } = await setUp(t);

  await client.producer().send("t", { body: "tiny", compress: true });
  await open(undefined, { compression: { codec: "gzip", thresholdBytes: 10 } }).producer().send("t", text);
  await open(undefined, { compression: { enabled: false } }).producer().send("t", text);
  await open(undefined, { compression: false }).producer().send("t", text);

  assert.deepEqual(topic.messages.map((message) => message.encoding ?? null), ["zstd", "gzip", null, null]);
  assert.ok(zlib.gunzipSync(topic.messages[1].body).equals(text));
});

test("with compression false a body comes as it is", async (t) => {
  const { open, topic } = await setUp(t);
  topic.queue({ body: Buffer.from("?"), encoding: "unheard-of" });

  const [delivery] = await open(undefined, { compression: false }).receive("t", "g");

  assert.equal(delivery.body.toString(), "?");
  assert.equal(delivery.message.encoding, "unheard-of");
});

test("an unknown encoding is a clear error of its own message", async (t) => {
  const { client, topic } = await setUp(t);
  topic.queue({ body: Buffer.from("?"), encoding: "snappy" }, "plain");

  const [bad, good] = await client.receive("t", "g");

  assert.equal(good.text, "plain");
  assert.ok(bad.encodingError instanceof EncodingError);
  assert.throws(() => bad.body, /unknown encoding "snappy" \(expected: zstd, gzip\)/);
  assert.equal(bad.rawBody.toString(), "?");
  assert.equal((await client.nack(bad))[0].done, true);
});

test("a consumer gives back what it cannot decode, with the reason", async (t) => {
  const { client, topic } = await setUp(t);
  topic.queue({ body: Buffer.from("?"), encoding: "snappy" });
  const handled = [];

  client.consumer("t", "g", (delivery) => handled.push(delivery), { pollWaitMs: 50 });

  await until("nacked", () => topic.nacked.length === 1);
  assert.match(topic.nacked[0].reason, /EncodingError: .*snappy/);
  assert.deepEqual(handled, []);
});

test("a codec of one's own is used both ways", async (t) => {
  const { open, topic } = await setUp(t);
  const flip = (body) => Promise.resolve(Buffer.from(body.map((byte) => byte ^ 255)).subarray(0, body.length));
  const codec = { name: "flip", compress: async (body) => (await flip(body)).subarray(0, 100), decompress: flip };
  const client = open(undefined, { compression: { codec } });

  await client.producer().send("t", text);
  topic.queue({ body: topic.messages[0].body, encoding: "flip" });

  assert.equal(topic.messages[0].encoding, "flip");
  assert.ok((await client.receive("t", "g"))[0].body.equals(text.subarray(0, 100)));
});

const empty = Buffer.alloc(0);
for (const [name, codec] of Object.entries({ zstd, portable: portable() })) {
  test(`zstd there and back: ${name}`, async () => {
    for (const body of [empty, Buffer.from("x"), text, randomBytes(300_000), Buffer.alloc(3_000_000)]) {
      const compressed = Buffer.from(await codec.compress(body));
      assert.equal(compressed.readUInt32LE(0), 0xfd2fb528);
      assert.ok(Buffer.from(await codec.decompress(compressed, 4 << 20)).equals(body), `${body.length} bytes`);
    }
  });

  test(`a frame that hides its size is bounded too: ${name}`, async () => {
    const { Zstd } = await import("@hpcc-js/wasm-zstd");
    const stream = await Zstd.load();
    stream.reset();
    const parts = [stream.compressChunk(Buffer.alloc(3 << 20)), stream.compressEnd()];
    const compressed = Buffer.concat(parts);

    assert.equal((await codec.decompress(compressed, 3 << 20)).length, 3 << 20);
    await assert.rejects(async () => codec.decompress(compressed, (3 << 20) - 1), RangeError);
  });
}

test("bombs are refused before they are unpacked", async () => {
  const bomb = Buffer.alloc(5 << 20);
  const bodies = new Bodies({ maxDecodedBytes: 1 << 20 });
  for (const [encoding, body] of [
    ["gzip", zlib.gzipSync(bomb)],
    ["zstd", Buffer.from(await zstd.compress(bomb))],
  ]) {
    const error = await rejection(bodies.decode(body, encoding));

    assert.ok(error instanceof EncodingError);
    assert.match(error.message, /decodes to more than 1048576 bytes \(compression.maxDecodedBytes\)/);
    assert.equal(error.details.limitBytes, "1048576");
  }
});

test("damaged bodies are a clear error", async () => {
  const bodies = new Bodies({});
  const damaged = Buffer.from(await zstd.compress(text)).subarray(0, 30);

  for (const [encoding, body] of [["gzip", text], ["zstd", text], ["zstd", empty], ["zstd", damaged]]) {
    const error = await rejection(bodies.decode(body, encoding));
    assert.ok(error instanceof EncodingError, `${encoding} of ${body.length}`);
    assert.match(error.message, new RegExp(`is not ${encoding}`));
  }
});
