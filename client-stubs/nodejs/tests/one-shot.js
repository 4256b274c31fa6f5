// Uses a client and ends, or should: node one-shot.js ADDRESS close|idle
import { Client } from "../dist/index.js";

const [address, how] = process.argv.slice(2);
const client = new Client(address, { idleTimeoutMs: 60_000 });
await client.producer().send("t", "x");
if (how === "close") {
  await new Promise((resolve) => client.consumer("t", "g", resolve, { pollWaitMs: 100 }));
  await client.close();
}
