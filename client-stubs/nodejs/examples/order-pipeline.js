// An order pipeline: orders are placed, a kitchen bakes them and passes them on, a courier delivers them in their order.
//
//   node examples/order-pipeline.js [ADDRESS]
//
// Shows: keys, headers, a consumer that sends, a retry after a delay of its choice, and that the end waits for the work.
import { Client, HeadgateError, RetryLater } from "headgate";

const run = `${process.pid}-${Date.now()}`; // A topic of its own for each run of this example.
const [orders, deliveries] = [`orders-${run}`, `deliveries-${run}`];
const dishes = ["pizza", "pasta", "soup", "salad", "soup"];

const client = new Client(process.argv[2] ?? "localhost:9300");
const producer = client.producer();
await client.admin().createTopic(orders);
await client.admin().createTopic(deliveries);

let ovenIsHot = false;
const kitchen = client.consumer(
  orders,
  "kitchen",
  async (delivery) => {
    const order = JSON.parse(delivery.text);
    if (order.dish === "pizza" && !ovenIsHot) {
      ovenIsHot = true;
      console.log(`kitchen  ${order.id} ${order.dish}: the oven is cold, again in a second`);
      throw new RetryLater(1_000, "the oven is cold");
    }
    console.log(`kitchen  ${order.id} ${order.dish} is ready (attempt ${delivery.attempt})`);
    // Only when this has been stored does the handler resolve, and only then is the order acked.
    await producer.send(deliveries, { body: delivery.body, key: order.customer, headers: { "baked-by": "kitchen-1" } });
  },
  { concurrency: 4 },
);

let delivered = 0;
const everything = new Promise((resolve) => {
  client.consumer(deliveries, "couriers", (delivery) => {
    const order = JSON.parse(delivery.text);
    console.log(`courier  ${order.id} ${order.dish} to ${delivery.key}, baked by ${delivery.header("baked-by")}`);
    if (++delivered === dishes.length) {
      resolve();
    }
  });
});

const placed = dishes.map((dish, i) => {
  const customer = `customer-${i % 2}`;
  return { body: JSON.stringify({ id: i + 1, dish, customer }), key: customer };
});
for (const outcome of await producer.sendBatch(orders, placed)) {
  const failed = outcome instanceof HeadgateError;
  console.log(failed ? `not placed: ${outcome.message}` : `placed   ${outcome.messageId}`);
}

await everything;
await kitchen.close();
await client.close();
