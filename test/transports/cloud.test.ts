import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { test, type TestContext } from "node:test";
import { schemaFaults } from "../../src/core/schema.ts";
import { CloudAddressSchema, cloudTransport, whyNoBaseUrl, type CloudAddress } from "../../src/transports/cloud.ts";
import type { ExchangeTransport, OpenedExchange } from "../../src/transports/exchange.ts";
import { httpTransport, type HttpAddress } from "../../src/transports/http.ts";
import { realClock } from "../support/clock.ts";
import { createRecordingExchangeListener, OPEN_LIMITS, SALE, SEND_TIMEOUT_MS, startPeer, textOf } from "./http-peer.ts";

const fixture = (name: string) => readFileSync(new URL(`fixtures/${name}.pem`, import.meta.url), "utf8");
const AUTHORITY = fixture("authority");
const SIGNED = fixture("signed-terminal");
const SELF_SIGNED = fixture("self-signed-terminal");
/** For `localhost` and 127.0.0.1, signed by itself. */
const LOOPBACK = fixture("loopback-cloud");

type Asked = { readonly line: string; readonly host: string | undefined };

/** A server on the loopback that keeps what it was asked for. */
async function startCloud(t: TestContext, certificate?: string) {
  const asked: Asked[] = [];
  const names: string[] = [];
  const keep = (request: IncomingMessage): void => {
    asked.push({ line: `${request.method} ${request.url}`, host: request.headers.host });
  };
  const server =
    certificate === undefined
      ? createServer((request, response) => {
          keep(request);
          response.end("taken");
        })
      : createTlsServer(
          { key: certificate, cert: certificate, SNICallback: (name, done) => (names.push(name), done(null)) },
          (request, response) => {
            keep(request);
            response.end("taken");
          },
        );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { asked, names, port: (server.address() as AddressInfo).port };
}

function open(address: CloudAddress, http = httpTransport(realClock)) {
  const { listener, ended } = createRecordingExchangeListener();
  return { ended, opening: cloudTransport(http).open(address, listener, OPEN_LIMITS) };
}

/** Asks once, and answers what came back. */
async function ask(address: CloudAddress, path: string): Promise<string> {
  const { ended, opening } = open(address);
  const opened = await opening;
  assert(opened.kind === "open", opened.kind === "failed" ? opened.why : "");
  assert.deepEqual(await opened.connection.send({ ...SALE, path }, SEND_TIMEOUT_MS), { kind: "sent" });
  return textOf(await ended);
}

/** What `open` is told where the connection below says this. */
async function told(failed: Omit<Extract<OpenedExchange, { kind: "failed" }>, "kind">, baseUrl: string) {
  const http: ExchangeTransport<HttpAddress> = {
    kind: "http",
    open: () => Promise.resolve({ kind: "failed", ...failed }),
  };
  const opened = await open({ type: "cloud", baseUrl }, http).opening;
  assert(opened.kind === "failed");
  return opened;
}

test("a request goes below the base URL with its query, over a connection of its own", async (t) => {
  const { port, asked } = await startCloud(t);
  const base = `http://127.0.0.1:${port}`;
  for (const [baseUrl, path] of [
    [base, "/v1/orders?limit=1"],
    [`${base}/`, "/v1/orders?limit=1"],
    [`${base}/test`, "/v1/orders"],
    [`${base}/test//`, "/v1/orders?a=b//c"],
  ] as const)
    assert.equal(await ask({ type: "cloud", baseUrl }, path), "taken");

  assert.deepEqual(
    asked.map(({ line }) => line),
    ["POST /v1/orders?limit=1", "POST /v1/orders?limit=1", "POST /test/v1/orders", "POST /test/v1/orders?a=b//c"],
  );
  assert.equal(asked[0]?.host, `127.0.0.1:${port}`);
});

test("what is no path is refused as it is everywhere, and not glued to the base", async (t) => {
  const { port, asked } = await startCloud(t);
  const opened = await open({ type: "cloud", baseUrl: `http://127.0.0.1:${port}/test` }).opening;
  assert(opened.kind === "open");

  const sent = await opened.connection.send({ ...SALE, path: "http://elsewhere/" }, SEND_TIMEOUT_MS);

  assert.equal(sent.kind, "refused");
  await opened.connection.close();
  assert.deepEqual(asked, []);
});

test("over TLS the server is asked for by the host of the URL, in the handshake and in the request", async (t) => {
  const { port, asked, names } = await startCloud(t, LOOPBACK);
  for (const host of ["localhost", "127.0.0.1"]) {
    const address = { type: "cloud", baseUrl: `https://${host}:${port}/test`, tls: { ca: LOOPBACK } } as const;
    assert.equal(await ask(address, "/v1/orders"), "taken");
  }

  assert.deepEqual(asked, [
    { line: "POST /test/v1/orders", host: `localhost:${port}` },
    { line: "POST /test/v1/orders", host: `127.0.0.1:${port}` },
  ]);
  assert.deepEqual(names, ["localhost"]);
});

test("host and port are those of the URL, and the authority is the one that is set", async () => {
  const addresses: HttpAddress[] = [];
  const http: ExchangeTransport<HttpAddress> = {
    kind: "http",
    open: (address) => {
      addresses.push(address);
      return Promise.resolve({ kind: "failed", why: "only the address counts here" });
    },
  };
  for (const baseUrl of [
    "https://API.vendor.test",
    "https://api.vendor.test:8443/v1",
    "http://localhost",
    "https://[::1]",
  ])
    await open({ type: "cloud", baseUrl }, http).opening;
  await open({ type: "cloud", baseUrl: "https://api.vendor.test", tls: { ca: AUTHORITY } }, http).opening;

  assert.deepEqual(addresses, [
    { type: "http", host: "api.vendor.test", port: 443, tls: {} },
    { type: "http", host: "api.vendor.test", port: 8_443, tls: {} },
    { type: "http", host: "localhost", port: 80 },
    { type: "http", host: "[::1]", port: 443, tls: {} },
    { type: "http", host: "api.vendor.test", port: 443, tls: { ca: AUTHORITY } },
  ]);
});

test("a certificate is checked for the host of the URL: another one is told as what is in between, and nothing is asked", async (t) => {
  const named = await startCloud(t, SIGNED);
  const unsigned = await startCloud(t, SIGNED);
  const expired = await startCloud(t, SELF_SIGNED);
  const cases = [
    [named.port, { ca: AUTHORITY }, /for another name/, /login page or a proxy is in between/],
    [unsigned.port, undefined, /signed by nobody who is trusted here/, /virus scanner.*`tls\.ca`/],
    [expired.port, { ca: SELF_SIGNED }, /not valid today/, /Check the date of this machine/],
  ] as const;

  for (const [port, tls, why, remedy] of cases) {
    const address = {
      type: "cloud",
      baseUrl: `https://127.0.0.1:${port}`,
      ...(tls === undefined ? {} : { tls }),
    } as const;
    const opened = await open(address).opening;
    assert(opened.kind === "failed");
    assert.match(opened.why, why);
    assert.match(opened.remedy ?? "", remedy);
  }
  assert.deepEqual([named.asked, unsigned.asked, expired.asked], [[], [], []]);
});

test("a plain server behind https, and one that hangs up, are told as what is in between", async (t) => {
  const { port } = await startCloud(t);
  await using silent = await startPeer(({ socket }) => void socket.once("data", () => socket.resetAndDestroy()));
  for (const at of [port, silent.address.port]) {
    const opened = await open({ type: "cloud", baseUrl: `https://127.0.0.1:${at}` }).opening;
    assert(opened.kind === "failed");
    assert.match(opened.why, /^no encrypted connection with 127\.0\.0\.1:\d+ came about \(E\w+\)$/);
    assert.match(opened.remedy ?? "", /firewall, a proxy or a hotspot's login page/);
  }
});

test("a port where nobody listens says what to look at, and nothing of a program that ended", async () => {
  const peer = await startPeer();
  await peer[Symbol.asyncDispose]();

  const opened = await open({ type: "cloud", baseUrl: `http://127.0.0.1:${peer.address.port}` }).opening;

  assert(opened.kind === "failed");
  assert.match(opened.remedy ?? "", /the simulator runs/);
  assert.equal(opened.nobodyListens, undefined);
  const elsewhere = await told(
    { why: "refused", code: "ECONNREFUSED", nobodyListens: true },
    "https://api.vendor.test",
  );
  assert.match(elsewhere.remedy ?? "", /a firewall is in between/);
  assert.equal(elsewhere.nobodyListens, undefined);
});

test("a name that is not known, and a way that is not there, send the technician to the internet and not to the terminal", async () => {
  const name = await open({ type: "cloud", baseUrl: "https://no-such-cloud.invalid/v1" }).opening;
  assert(name.kind === "failed");
  assert.match(name.why, /^the name no-such-cloud\.invalid is not known here/);
  assert.match(name.remedy ?? "", /DNS server/);

  for (const code of ["ETIMEDOUT", "ENETUNREACH"]) {
    const { why, remedy } = await told(
      { why: "as of a terminal", remedy: "the terminal", code },
      "https://api.vendor.test",
    );
    assert.match(why, /api\.vendor\.test/);
    assert.match(remedy ?? "", /is on the internet/);
    assert.doesNotMatch(remedy ?? "", /terminal/);
  }
});

test("a server that says nothing is given up in time, in the same words", async () => {
  const clock = {
    ...realClock,
    after: (_delayMs: number, ring: () => void) => (queueMicrotask(ring), { cancel: () => {} }),
  };

  const opened = await open({ type: "cloud", baseUrl: "https://127.0.0.1:9" }, httpTransport(clock)).opening;

  assert(opened.kind === "failed");
  assert.equal(opened.why, "127.0.0.1:9 did not answer within 5000 ms");
  assert.match(opened.remedy ?? "", /is on the internet/);
});

test("what has no words of its own here keeps those that it has", async () => {
  const failed = { why: "opening it was given up" };
  assert.deepEqual(await told(failed, "https://api.vendor.test"), { kind: "failed", ...failed });
});

test("a base URL is https, or http to this machine alone; nothing of a user, no query", () => {
  for (const good of [
    "https://api.mercadopago.com",
    "https://api.mercadopago.com:8443/v1/",
    "https://192.0.2.7",
    "http://127.0.0.1:8080",
    "http://localhost:8080/base",
    "http://[::1]:8080",
  ])
    assert.equal(whyNoBaseUrl(good), undefined, good);
  for (const [bad, why] of [
    ["", /must be https:\/\/HOST/],
    ["api.mercadopago.com", /must be https:\/\/HOST/],
    ["ftp://api.mercadopago.com", /must be https:\/\/HOST/],
    ["https:///v1", /must be https:\/\/HOST/],
    ["https://api.mercadopago.com:99999", /must be https:\/\/HOST/],
    ["https://api mercadopago.com", /must be https:\/\/HOST/],
    ["https://api.mercadopago.com/?a=b", /no question mark/],
    ["https://api.mercadopago.com/#a", /no question mark/],
    ["https://shop:hidden@api.mercadopago.com", /user's name/],
    ["http://api.mercadopago.com", /never travels in clear/],
    ["http://192.168.1.4:8080", /never travels in clear/],
    ["http://127.0.0.1.evil.test", /never travels in clear/],
    ["http://127.0.0.1@evil.test", /user's name/],
    [String.raw`http://127.0.0.1\@evil.test`, /must be https:\/\/HOST/],
  ] as const) {
    assert.match(whyNoBaseUrl(bad) ?? "", why, bad);
    assert.doesNotMatch(whyNoBaseUrl(bad) ?? "", /hidden/);
  }
});

test("an address names the base URL and at most an authority", () => {
  const address = { type: "cloud", baseUrl: "https://api.vendor.test" };
  for (const good of [address, { ...address, tls: {} }, { ...address, tls: { ca: AUTHORITY } }])
    assert.deepEqual(schemaFaults(CloudAddressSchema, good), []);
  for (const [field, bad] of Object.entries({
    baseUrl: { type: "cloud" },
    host: { ...address, host: "api.vendor.test" },
    "tls.serverName": { ...address, tls: { serverName: "other.test" } },
    "tls.ca": { ...address, tls: { ca: "/etc/ssl/ca.pem" } },
  }))
    assert.deepEqual(
      schemaFaults(CloudAddressSchema, bad).map((fault) => fault.field),
      [field],
    );
});
