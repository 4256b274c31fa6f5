// What each test of the client needs: a fake gateway, and clients that are closed after it.
import { Client } from "../dist/index.js";
import { FakeGateway } from "./fake-gateway.js";

export async function setUp(t) {
  const fake = await FakeGateway.start();
  const clients = [];
  t.after(async () => {
    await Promise.all(clients.map((client) => client.close()));
    await fake.close();
  });
  const warnings = [];
  const open = (addresses = fake.address, options = {}) => {
    const client = new Client(addresses, {
      timeoutMs: 20_000,
      backoffInitialMs: 5,
      backoffMaxMs: 50,
      tracing: false,
      logger: { warn: (message, error) => warnings.push([message, error]) },
      ...options,
    });
    clients.push(client);
    return client;
  };
  return { fake, topic: fake.topic, open, client: open(), warnings };
}

/** The error that a promise rejects with. */
export async function rejection(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("it did not reject");
}
