#!/usr/bin/env node
// One side of the test that sends between all languages.
//
//   node bin/matrix.js produce ADDRESS TOPIC FILE
//   node bin/matrix.js consume ADDRESS TOPIC GROUP COUNT FILE
//
// FILE is JSON Lines, one message a line: {"body": base64, "key": base64|null, "tag": string|null,
// "headers": [[name, base64|null], …]}; "compress": bool when it is read, "attempt" and "encoding" when it is written.
import { readFile, writeFile } from "node:fs/promises";

const SILENCE_MS = 60_000;

const bytes = (text) => (text == null ? null : Buffer.from(text, "base64"));
const text = (value) => (value === null ? null : value.toString("base64"));

async function produce(client, topic, file) {
  const producer = client.producer();
  for (const line of (await readFile(file, "utf8")).split("\n")) {
    if (line.trim() === "") {
      continue;
    }
    const { body, key, tag, headers, compress } = JSON.parse(line);
    await producer.send(topic, {
      body: bytes(body),
      key: bytes(key),
      tag,
      headers: (headers ?? []).map(([name, value]) => [name, bytes(value)]),
      compress: compress === true,
    });
  }
}

async function consume(client, topic, group, count, file) {
  const lines = [];
  let end;
  const ended = new Promise((resolve) => (end = resolve));
  let silence = setTimeout(end, SILENCE_MS, "silence");
  const handle = (delivery, control) => {
    if (lines.length === count) {
      control.nack({ delayMs: 0, reason: "more than was asked for" });
      return;
    }
    clearTimeout(silence);
    lines.push({
      body: text(delivery.body),
      key: text(delivery.key),
      tag: delivery.tag,
      headers: delivery.headers.map(({ name, value }) => [name, text(value)]),
      attempt: delivery.attempt,
      encoding: delivery.encoding,
    });
    if (lines.length === count) {
      consumer.stop();
      end("done");
    } else {
      silence = setTimeout(end, SILENCE_MS, "silence");
    }
  };
  const consumer = client.consumer(topic, group, handle, { concurrency: 1, prefetch: 0, pollWaitMs: 1_000 });
  const how = await ended;
  await consumer.close();
  if (how !== "done") {
    throw new Error(`only ${lines.length} of ${count} messages of ${topic} came; none for ${SILENCE_MS / 1_000} s`);
  }
  await writeFile(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
}

async function main([command, address, topic, ...rest]) {
  const wanted = { produce: 1, consume: 3 }[command];
  if (wanted === undefined || rest.length !== wanted) {
    throw new Error("usage: matrix.js produce ADDRESS TOPIC FILE | consume ADDRESS TOPIC GROUP COUNT FILE");
  }
  const { Client } = await import("../dist/index.js").catch((error) => {
    throw new Error(`cannot load the client, run \`npm ci\` in client-stubs/nodejs first: ${error.message}`);
  });
  const client = new Client(address, { tracing: false });
  try {
    if (command === "produce") {
      await produce(client, topic, rest[0]);
      return;
    }
    const count = Number(rest[1]);
    if (!Number.isInteger(count) || count < 1) {
      throw new Error(`COUNT: ${rest[1]} (expected: a whole number, at least 1)`);
    }
    await consume(client, topic, rest[0], count, rest[2]);
  } finally {
    await client.close();
  }
}

main(process.argv.slice(2)).catch((error) => {
  console.error(`matrix: ${error.message}`);
  process.exitCode = 1;
});
