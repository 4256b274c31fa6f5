import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { Client } from "../dist/index.js";
import { FakeGateway } from "./fake-gateway.js";
import { rejection } from "./fixtures.js";

const skip = spawnSync("openssl", ["version"]).status === 0 ? false : "openssl, which makes the certificates, is missing";

/** A key and a certificate that vouches for itself. */
function certificate(t, name) {
  const folder = mkdtempSync(join(tmpdir(), "headgate-tls-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const subject = ["-subj", `/CN=${name}`, "-addext", `subjectAltName=DNS:${name},IP:127.0.0.1`];
  const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  execFileSync("openssl", ["req", "-x509", ...kind, ...subject, "-keyout", key, "-out", cert], { stdio: "ignore" });
  return { key: readFileSync(key), cert: readFileSync(cert) };
}

test("TLS with certificates on both sides, by address and by name", { skip }, async (t) => {
  const server = certificate(t, "localhost");
  const own = certificate(t, "shop");
  const secure = { ...server, ca: own.cert, requestCert: true, rejectUnauthorized: true };
  const fake = await FakeGateway.start(0, secure);
  t.after(() => fake.close());

  for (const host of ["127.0.0.1", "localhost"]) {
    const client = new Client(`${host}:${fake.port}`, { tls: { ca: server.cert, ...own }, tracing: false });
    await client.producer().send("t", { body: "x".repeat(100_000), compress: false });
    await client.close();
  }

  assert.deepEqual(fake.topic.messages.map((message) => message.body.length), [100_000, 100_000]);
});

test("a gateway that cannot prove who it is gets no message", { skip }, async (t) => {
  const fake = await FakeGateway.start(0, certificate(t, "localhost"));
  t.after(() => fake.close());
  const client = new Client(fake.address, { tls: true, tracing: false });

  const error = await rejection(client.producer().send("t", "x", { timeoutMs: 3_000 }));
  await client.close();

  assert.equal(error.code, "GATEWAY_UNREACHABLE");
  assert.equal(error.outcome, "NOT_APPLIED");
  assert.match(error.message, /self-signed certificate/);
});
