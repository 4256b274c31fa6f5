// Reminders that come later: one is due, one is cancelled before it is.
//
//   node examples/delayed-reminder.js [ADDRESS]
import { Client } from "headgate";

const topic = `reminders-${process.pid}-${Date.now()}`; // A topic of its own for each run of this example.
const client = new Client(process.argv[2] ?? "localhost:9300");
const producer = client.producer();
await client.admin().createTopic(topic);

const start = performance.now();
const seconds = () => ((performance.now() - start) / 1_000).toFixed(1);

const paid = await producer.send(topic, { body: "pay invoice 1", delayMs: 3_000 });
await producer.send(topic, { body: "pay invoice 2", deliverAt: new Date(Date.now() + 4_000) });
console.log(`${seconds()} s: two reminders are set`);

// The customer has paid. NOT_FOUND would mean: too late, it is out.
await producer.cancel(topic, paid.delayHandle);
console.log(`${seconds()} s: the first one is cancelled`);

await new Promise((resolve) => {
  client.consumer(topic, "reminders", (delivery) => {
    console.log(`${seconds()} s: ${delivery.text}`);
    resolve();
  });
});
await client.close();
