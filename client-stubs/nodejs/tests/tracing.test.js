import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import test from "node:test";
import * as api from "@opentelemetry/api";
import { openTelemetry, traceOf } from "../dist/index.js";
import { until } from "./fake-gateway.js";
import { setUp } from "./fixtures.js";

const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

const headersOf = (message) => (message.headers ?? []).map(({ name, value }) => [name, value.toString()]);

test("a trace context goes with call and message", async (t) => {
  const { client, topic } = await setUp(t);

  await client.producer().send("t", "x", { traceparent, tracestate: "a=b", baggage: "user=7" });

  assert.equal(topic.contexts[0].traceparent, traceparent);
  assert.equal(topic.contexts[0].tracestate, "a=b");
  const expected = [["traceparent", traceparent], ["tracestate", "a=b"], ["baggage", "user=7"]];
  assert.deepEqual(headersOf(topic.messages[0]), expected);
});

test("a message that has a trace context keeps it", async (t) => {
  const { client, topic } = await setUp(t);

  await client.producer().send("t", { body: "x", headers: { traceparent: "old" } }, { traceparent });

  assert.deepEqual(headersOf(topic.messages[0]), [["traceparent", "old"]]);
});

test("hooks inject into calls and wrap handlers", async (t) => {
  const { open, topic } = await setUp(t);
  const seen = [];
  const tracing = {
    inject: (carrier) => void (carrier.traceparent = traceparent),
    around: (work, run) => {
      seen.push([work.kind, work.carrier?.baggage]);
      return run();
    },
  };
  const client = open(undefined, { tracing });
  await client.producer().send("t", "x");
  topic.queue({ body: Buffer.from("y"), headers: [{ name: "baggage", value: Buffer.from("user=7") }] });

  let carrier;
  client.consumer("t", "g", (delivery) => void (carrier = traceOf(delivery)), { pollWaitMs: 50 });

  await until("acked", () => topic.acked.length === 1);
  assert.deepEqual(seen, [["send", undefined], ["process", "user=7"]]);
  assert.deepEqual(carrier, { baggage: "user=7" });
  assert.equal(topic.contexts[0].traceparent, traceparent);
});

test("OpenTelemetry: the context is injected, and a handler runs in what its message brought", async (t) => {
  const { open, topic } = await setUp(t);
  useContexts(t);
  const client = open(undefined, { tracing: openTelemetry(api) });
  const baggage = (user) => api.propagation.createBaggage({ user: { value: user } });
  const active = api.propagation.setBaggage(api.ROOT_CONTEXT, baggage("7"));

  await api.context.with(active, () => client.producer().send("t", "x"));
  topic.queue({ body: Buffer.from("y"), headers: [{ name: "baggage", value: Buffer.from("user=8") }] });
  let user;
  client.consumer("t", "g", async () => {
    user = api.propagation.getActiveBaggage()?.getEntry("user")?.value;
  }, { pollWaitMs: 50 });

  await until("acked", () => topic.acked.length === 1);
  assert.deepEqual(headersOf(topic.messages[0]), [["baggage", "user=7"]]);
  assert.equal(user, "8");
});

/** The least of an SDK: contexts that follow asynchronous calls, and a propagator of baggage. */
function useContexts(t) {
  const storage = new AsyncLocalStorage();
  api.context.setGlobalContextManager({
    active: () => storage.getStore() ?? api.ROOT_CONTEXT,
    with: (context, run, self, ...args) => storage.run(context, () => run.call(self, ...args)),
    bind: (_, target) => target,
    enable: () => undefined,
    disable: () => undefined,
  });
  api.propagation.setGlobalPropagator({
    fields: () => ["baggage"],
    inject: (context, carrier) => {
      const user = api.propagation.getBaggage(context)?.getEntry("user");
      if (user) {
        carrier.baggage = `user=${user.value}`;
      }
    },
    extract: (context, carrier) => {
      const [, value] = carrier.baggage.split("=");
      return api.propagation.setBaggage(context, api.propagation.createBaggage({ user: { value } }));
    },
  });
  t.after(() => {
    api.context.disable();
    api.propagation.disable();
  });
}
