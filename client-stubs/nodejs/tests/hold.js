// Holds what it receives until it is killed: node hold.js ADDRESS TOPIC
import { Client } from "../dist/index.js";

const [address, topic] = process.argv.slice(2);
const client = new Client(address);
client.consumer(topic, "g", () => {
  console.log("held");
  return new Promise(() => undefined);
}, { concurrency: 2, leaseMs: 3_000 });
