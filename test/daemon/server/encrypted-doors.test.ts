import assert from "node:assert/strict";
import { once } from "node:events";
import { request, type RequestOptions } from "node:https";
import type { IncomingMessage } from "node:http";
import { connect, createServer, type AddressInfo } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { test, type TestContext } from "node:test";
import { openAuthority } from "../../../src/home/certificate/authority.ts";
import type { ServerLimits } from "../../../src/daemon/server/ports.ts";
import type { ServerCertificate } from "../../../src/home/certificate/certificate.ts";
import { HomeFailure } from "../../../src/home/store.ts";
import { UpgradeRefused, type ConnectOptions } from "../../support/protocol-client.ts";
import { ADMINISTRATOR_TOKEN, serveProtocol, TILL_TOKEN, tillRecord } from "../../support/protocol-server.ts";

const HOUR_MS = 3_600_000;
const NAMES = ["localhost", "127.0.0.1", "till-pc.local"];
const MADE_MS = Date.now() - HOUR_MS;

type Made = { readonly ca: string; readonly next: () => Promise<ServerCertificate> };

/** An authority and the certificates that it signs, one after the other. */
async function makeAuthority(): Promise<Made> {
  const validity = { notBeforeMs: MADE_MS, notAfterMs: MADE_MS + 24 * HOUR_MS };
  const authority = await openAuthority({ commonName: "Test", names: NAMES, validity });
  const notAfter = new Date(validity.notAfterMs).toISOString();
  return {
    ca: authority.certificate,
    next: async () => ({ ...(await authority.sign(NAMES, validity)), names: NAMES, notAfter }),
  };
}

/** What is installed, as a test changes it. */
type Installed = { certificate: ServerCertificate | undefined };

async function serveWss(t: TestContext, installed: Installed) {
  const served = await serveProtocol(t, {
    settings: { tls: { port: 0, certificate: () => Promise.resolve(installed.certificate) } },
  });
  const administrator = await served.administrator();
  const reload = async () => (await administrator.request("certificate.reload", {})).result ?? {};
  const doors = async () => (await administrator.request("diagnostics.health", {})).result?.["doors"];
  return { ...served, reload, doors };
}

async function serveLan(
  t: TestContext,
  certificate: () => Promise<ServerCertificate>,
  limits: Partial<ServerLimits> = {},
) {
  const opened = Promise.withResolvers<number>();
  const served = await serveProtocol(t, {
    settings: {
      limits,
      lan: {
        host: "127.0.0.2",
        port: 0,
        names: ["till-pc.local"],
        allowedOrigins: ["https://tablet.example"],
        certificate,
        announce: async (port) => {
          opened.resolve(port);
          return undefined;
        },
      },
    },
    records: [tillRecord({ pos: "tablet-1", lan: true })],
  });
  return { ...served, opened: opened.promise };
}

async function get(options: RequestOptions) {
  const sent = request(options);
  sent.end();
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  response.resume();
  return { status: response.statusCode, headers: response.headers };
}

async function serialOf(port: number, ca: string): Promise<string> {
  const socket: TLSSocket = connectTls({ host: "127.0.0.1", port, servername: "localhost", ca });
  await once(socket, "secureConnect");
  const { serialNumber } = socket.getPeerCertificate();
  socket.destroy();
  return serialNumber;
}

function refusalOf(error: unknown): number | string {
  return error instanceof UpgradeRefused ? error.status : String(error);
}

const portIn = (url: unknown) => Number(new URL(String(url)).port);

test("wss opens when a certificate is installed, goes on with the next one, and shuts when it is removed, all while it runs", async (t) => {
  const { ca, next } = await makeAuthority();
  const installed: Installed = { certificate: undefined };
  const { reload, connect: open, server, doors } = await serveWss(t, installed);
  assert.deepEqual(await reload(), {}, "nothing is installed");
  const plain = { from: "thisMachine", url: server.url };
  assert.deepEqual(await doors(), [plain]);

  installed.certificate = await next();
  const shown = await reload();
  const port = portIn(shown["url"]);
  assert.equal(shown["notAfter"], installed.certificate.notAfter);
  const url = `wss://localhost:${port}/v1`;
  assert.deepEqual(await doors(), [plain, { from: "thisMachine", url, certificateUntil: shown["notAfter"] }]);
  const first = await open({ url, ca });
  const opened = await first.request("session.open", { protocol: 1, pos: "till-1", token: TILL_TOKEN });
  assert.equal(opened.result?.["pos"], "till-1");

  const before = await serialOf(port, ca);
  installed.certificate = await next();
  assert.deepEqual(await reload(), { url: shown["url"], notAfter: installed.certificate.notAfter });
  assert.notEqual(await serialOf(port, ca), before, "who comes now is shown the next one");
  assert.ok((await first.request("ping", {})).result?.["time"], "who was let in goes on");

  installed.certificate = undefined;
  assert.deepEqual(await reload(), {});
  assert.deepEqual(await doors(), [plain]);
  await assert.rejects(open({ url, ca }), /ECONNREFUSED/);
  assert.ok((await first.request("ping", {})).result?.["time"], "who was let in goes on");
  assert.ok(server.port > 0);
});

test("at the encrypted door the same Hosts and Origins are let in as at the plain one, and its own pages", async (t) => {
  const { ca, next } = await makeAuthority();
  const { reload, connect: open } = await serveWss(t, { certificate: await next() });
  const port = portIn((await reload())["url"]);
  const url = `wss://localhost:${port}/v1`;
  const statusOf = (more: ConnectOptions) => open({ url, ca, ...more }).then(() => 101, refusalOf);
  for (const [expected, more] of [
    [101, {}],
    [101, { origin: `https://localhost:${port}` }],
    [101, { origin: "https://pos.example.com" }],
    [403, { origin: `http://localhost:${port}` }],
    [403, { origin: "https://evil.example" }],
    [403, { origin: "null" }],
    [403, { headers: { host: `evil.example:${port}` } }],
    [403, { headers: { host: `till-pc.local:${port}` } }],
  ] as const) {
    assert.equal(await statusOf(more), expected, JSON.stringify(more));
  }
});

test("a next certificate is shown by the calendar, without anybody saying so", async (t) => {
  const { ca, next } = await makeAuthority();
  const installed: Installed = { certificate: await next() };
  const { reload, clock } = await serveWss(t, installed);
  const port = portIn((await reload())["url"]);
  const before = await serialOf(port, ca);

  installed.certificate = await next();
  await clock.advance(HOUR_MS);

  assert.notEqual(await serialOf(port, ca), before);
});

test("a port that is taken keeps nobody from the plain one, and is tried until it is free", async (t) => {
  const { ca, next } = await makeAuthority();
  const certificate = await next();
  const other = createServer();
  other.listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as AddressInfo;
  const { clock, log, open } = await serveProtocol(t, {
    settings: { tls: { port, certificate: () => Promise.resolve(certificate) } },
  });
  await open();
  assert.ok(
    log.whole.some((line) => line.includes("is in use by another program") && line.includes("server.tls.port")),
  );

  other.close();
  await once(other, "close");
  await clock.advance(30_000);

  assert.ok(await serialOf(port, ca));
});

test("a certificate that cannot be read, or has another one's key, shuts only the door that needs it", async (t) => {
  const { next } = await makeAuthority();
  const [one, other] = [await next(), await next()];
  const faults: (() => Promise<ServerCertificate>)[] = [
    () => Promise.reject(new HomeFailure("It cannot be read.")),
    () => Promise.resolve({ ...one, key: other.key }),
    () => Promise.resolve({ ...one, certificate: "no certificate" }),
  ];
  for (const certificate of faults) {
    const { open, log } = await serveProtocol(t, { settings: { tls: { port: 0, certificate } } });
    assert.equal((await open()).opened.result?.["pos"], "till-1");
    assert.ok(log.whole.some((line) => /cannot be (read|used)/.test(line)));
  }
});

test("a certificate that fails in a way nobody thought of ends neither the service nor the looking again", async (t) => {
  const { ca, next } = await makeAuthority();
  const one = await next();
  let looked = 0;
  const certificate = () => {
    looked += 1;
    return looked <= 2 ? Promise.reject(new TypeError("nobody thought of this")) : Promise.resolve(one);
  };
  const { open, log, clock, administrator } = await serveProtocol(t, { settings: { tls: { port: 0, certificate } } });
  assert.equal((await open()).opened.result?.["pos"], "till-1");
  assert.ok(log.whole.some((line) => line.includes("nobody thought of this")));

  await clock.advance(30_000);
  await clock.advance(30_000);

  const shown = (await (await administrator()).request("certificate.reload", {})).result ?? {};
  assert.ok(await serialOf(portIn(shown["url"]), ca));
  assert.equal(looked, 4);
});

test("what is not TLS is cut at the encrypted door, and so are versions that are broken", async (t) => {
  const { next } = await makeAuthority();
  const { reload } = await serveWss(t, { certificate: await next() });
  const port = portIn((await reload())["url"]);

  const plain = connect(port, "127.0.0.1");
  plain.on("error", () => undefined);
  plain.write(`GET /health HTTP/1.1\r\nHost: localhost:${port}\r\n\r\n`);
  let received = "";
  plain.on("data", (chunk: Buffer) => (received += chunk.toString("latin1")));
  await once(plain, "close");
  assert.doesNotMatch(received, /HTTP\/1/);

  const old = connectTls({
    host: "127.0.0.1",
    port,
    maxVersion: "TLSv1.1",
    minVersion: "TLSv1",
    rejectUnauthorized: false,
  });
  await assert.rejects(once(old, "secureConnect"));
});

test("a tablet is served through the door to the LAN under this machine's names and the address that it reached", async (t) => {
  const { ca, next } = await makeAuthority();
  const certificate = await next();
  const { opened, connect: open } = await serveLan(t, () => Promise.resolve(certificate));
  const port = await opened;
  const url = `wss://127.0.0.2:${port}/v1`;
  const statusOf = (more: ConnectOptions) =>
    open({ url, ca, servername: "till-pc.local", ...more }).then(() => 101, refusalOf);
  for (const [expected, more] of [
    [101, {}],
    [101, { headers: { host: `till-pc.local:${port}` } }],
    [101, { headers: { host: `TILL-PC.local:${port}` } }],
    [403, { headers: { host: `127.0.0.1:${port}` } }],
    [403, { headers: { host: `localhost:${port}` } }],
    [403, { headers: { host: `evil.example:${port}` } }],
    [101, { origin: "https://tablet.example" }],
    [403, { origin: "https://pos.example.com" }],
    [403, { origin: `https://till-pc.local:${port}` }],
  ] as const) {
    assert.equal(await statusOf(more), expected, JSON.stringify(more));
  }
});

test("through the door to the LAN come only POS programs that were added for it, and never the administrator", async (t) => {
  const { ca, next } = await makeAuthority();
  const certificate = await next();
  const { opened, connect: open } = await serveLan(t, () => Promise.resolve(certificate));
  const url = `wss://127.0.0.2:${await opened}/v1`;
  const openAs = async (pos: string, token: string) => {
    const client = await open({ url, ca, servername: "till-pc.local" });
    const { result, error } = await client.request("session.open", { protocol: 1, pos, token });
    return result?.["pos"] ?? error?.data["reason"];
  };
  assert.equal(await openAs("tablet-1", TILL_TOKEN), "tablet-1");
  assert.equal(await openAs("till-1", TILL_TOKEN), "unauthorized");
  assert.equal(await openAs("cli", ADMINISTRATOR_TOKEN), "unauthorized");
});

test("other machines are told nothing without a token", async (t) => {
  const { ca, next } = await makeAuthority();
  const certificate = await next();
  const { opened } = await serveLan(t, () => Promise.resolve(certificate));
  const there = { host: "127.0.0.2", port: await opened, ca, servername: "till-pc.local" };
  const origin = "https://tablet.example";

  const health = await get({ ...there, path: "/health", headers: { origin } });
  const metrics = await get({
    ...there,
    path: "/metrics",
    headers: { authorization: `Bearer ${ADMINISTRATOR_TOKEN}` },
  });

  assert.equal(health.status, 404);
  assert.equal(health.headers["access-control-allow-origin"], origin, "a page on the list learns that it is on it");
  assert.equal(metrics.status, 404);
});

test("machines of the network get half of the sockets, and the tills of this one keep the other half", async (t) => {
  const { ca, next } = await makeAuthority();
  const certificate = await next();
  const { opened, connect: open } = await serveLan(t, () => Promise.resolve(certificate), { sockets: 4 });
  const url = `wss://127.0.0.2:${await opened}/v1`;
  const lan = () => open({ url, ca, servername: "till-pc.local" });

  await lan();
  await lan();
  await assert.rejects(lan(), UpgradeRefused);

  await open();
  await open();
  await assert.rejects(open(), UpgradeRefused);
});

test("more connections from the network in a second than are taken are cut, and this machine's are not", async (t) => {
  const { ca, next } = await makeAuthority();
  const certificate = await next();
  const { opened, open, log, clock } = await serveLan(t, () => Promise.resolve(certificate));
  const port = await opened;
  for (let count = 0; count < 50; count += 1) {
    const stranger = connect(port, "127.0.0.2");
    t.after(() => stranger.destroy());
    await once(stranger, "connect");
  }
  const handshake = () => {
    const socket = connectTls({ host: "127.0.0.2", port, servername: "till-pc.local", ca });
    t.after(() => socket.destroy());
    return once(socket, "secureConnect");
  };

  await assert.rejects(handshake());
  assert.ok(log.lines.some((line) => line.includes("more came in a second")));
  assert.equal((await open()).opened.result?.["pos"], "till-1");

  await clock.advance(1_000);
  await handshake();
});
