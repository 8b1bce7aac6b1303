import assert from "node:assert/strict";
import { once } from "node:events";
import { request, type IncomingMessage } from "node:http";
import { connect, createServer, type AddressInfo } from "node:net";
import { test } from "node:test";
import { ListenFailure, listenOnLoopback } from "../../../src/daemon/server/listen.ts";
import { COUNTER } from "../../support/fake-till.ts";
import { createKeptLog } from "../../support/kept-log.ts";
import { UpgradeRefused } from "../../support/protocol-client.ts";
import { serveProtocol } from "../../support/protocol-server.ts";

async function get(port: number, path: string, headers: Record<string, string> = {}, method = "GET") {
  const sent = request({ host: "127.0.0.1", port, path, headers, method });
  sent.end();
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  let body = "";
  for await (const chunk of response.setEncoding("utf8")) body += String(chunk);
  return { status: response.statusCode, body, headers: response.headers };
}

test("a socket is given only to a request that names the loopback and comes from no foreign page", async (t) => {
  const { server, connect: open } = await serveProtocol(t);
  const { port } = server;
  const statusOf = async (headers: Record<string, string>) => {
    try {
      await open({ headers });
      return 101;
    } catch (error) {
      assert.ok(error instanceof UpgradeRefused, String(error));
      return error.status;
    }
  };
  const here = `127.0.0.1:${port}`;
  for (const [expected, headers] of [
    [101, { host: here }],
    [101, { host: `localhost:${port}` }],
    [101, { host: `LOCALHOST:${port}` }],
    [101, { host: `[::1]:${port}` }],
    [403, { host: "127.0.0.1" }],
    [403, { host: `127.0.0.1:${port + 1}` }],
    [403, { host: `pos.example.com:${port}` }],
    [403, { host: `localhost.evil.example:${port}` }],
    [403, { host: `127.0.0.1.evil.example:${port}` }],
    [403, { host: `0.0.0.0:${port}` }],
    [101, { host: here, origin: "https://pos.example.com" }],
    [101, { host: here, origin: `http://127.0.0.1:${port}` }],
    [101, { host: here, origin: `http://localhost:${port}` }],
    [403, { host: here, origin: "null" }],
    [403, { host: here, origin: "" }],
    [403, { host: here, origin: "http://pos.example.com" }],
    [403, { host: here, origin: "https://pos.example.com:443" }],
    [403, { host: here, origin: "https://pos.example.com.evil.example" }],
    [403, { host: here, origin: "https://evil.example" }],
    [403, { host: here, origin: `http://127.0.0.1:${port + 1}` }],
    [403, { host: here, origin: "file://" }],
  ] as const) {
    assert.equal(await statusOf(headers), expected, JSON.stringify(headers));
  }
});

test("null is refused even where the allow-list names it", async (t) => {
  const { server, connect: open } = await serveProtocol(t, { settings: { allowedOrigins: ["null"] } });
  const host = `127.0.0.1:${server.port}`;
  await assert.rejects(open({ headers: { host, origin: "null" } }), UpgradeRefused);
});

test("a request without a Host, or with two, is refused like a wrong one", async (t) => {
  const { server } = await serveProtocol(t);
  const here = `Host: 127.0.0.1:${server.port}\r\n`;
  for (const hosts of ["", "Host:\r\n", here + "Host: evil.example\r\n"]) {
    const raw = connect(server.port, "127.0.0.1");
    raw.write(`GET /health HTTP/1.1\r\n${hosts}Connection: close\r\n\r\n`);
    const [answered] = (await once(raw, "data")) as [Buffer];
    assert.match(answered.toString(), /^HTTP\/1\.1 403 /, hosts);
    raw.destroy();
  }
});

test("health tells whether payments are taken, and nothing of the shop", async (t) => {
  let works = true;
  const { server, till } = await serveProtocol(t, { ports: { journalWorks: () => works } });
  till.setTerminal({ ...COUNTER, id: "secret-terminal" });

  const well = await get(server.port, "/health?verbose=1");
  works = false;
  const ill = await get(server.port, "/health");
  server.stopAccepting();
  const stopping = await get(server.port, "/health");

  assert.equal(well.status, 200);
  assert.deepEqual(JSON.parse(well.body), {
    status: "ok",
    intake: "open",
    version: "0.1.0",
    uptimeSeconds: 0,
    ready: true,
  });
  assert.equal(well.headers["access-control-allow-origin"], undefined);
  const head = await get(server.port, "/health", {}, "HEAD");
  assert.deepEqual([head.status, head.body, Number(head.headers["content-length"]) > 0], [503, "", true]);
  assert.deepEqual([ill.status, (JSON.parse(ill.body) as { status: string }).status], [503, "degraded"]);
  assert.equal((JSON.parse(stopping.body) as { status: string }).status, "stopping");
});

test("everything else is not there, also for an upgrade, and a foreign page is told nothing", async (t) => {
  const { server } = await serveProtocol(t);
  const upgrade = {
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
  };
  assert.equal((await get(server.port, "/nothing")).status, 404);
  assert.deepEqual((await get(server.port, "/v1")).headers.upgrade, "websocket");
  assert.equal((await get(server.port, "/health", {}, "POST")).status, 404);
  assert.equal((await get(server.port, "/v2", upgrade)).status, 404);
  assert.equal((await get(server.port, "/health", { origin: "https://evil.example" })).status, 403);
  assert.equal((await get(server.port, "/health", { host: "evil.example" })).status, 403);
});

test("the same port answers on both addresses of the loopback, where the machine has both", async (t) => {
  const { server, log } = await serveProtocol(t);
  if (log.lines.some((line) => line.includes("no IPv6"))) return;
  const raw = connect(server.port, "::1");
  await once(raw, "connect");
  raw.destroy();
});

test("more sockets than there may be are turned away, and one that ends makes room", async (t) => {
  const { connect: open } = await serveProtocol(t, { settings: { limits: { sockets: 2 } } });
  const first = await open();
  await open();
  await assert.rejects(open(), (error) => error instanceof UpgradeRefused && error.status === 503);

  first.socket.close();
  await first.closed;

  await open();
});

test("sockets that open no session give way to others after two seconds", async (t) => {
  const { connect: open, open: openSession, clock } = await serveProtocol(t, { settings: { limits: { sockets: 2 } } });
  const pos = await openSession();
  const stranger = await open();
  await clock.advance(1_999);
  await assert.rejects(open(), UpgradeRefused);

  await clock.advance(1);
  const next = await open();

  assert.ok([4002, 1006].includes(await stranger.closed));
  await assert.rejects(open(), UpgradeRefused);
  assert.ok((await pos.request("ping")).result);
  assert.equal(next.socket.readyState, next.socket.OPEN);
});

test("connections that say nothing, and refused ones that never end, keep nobody out", async (t) => {
  const { server } = await serveProtocol(t, { settings: { limits: { sockets: 2 } } });
  const upgrade =
    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
  for (let count = 0; count < 100; count += 1) {
    const raw = connect({ port: server.port, host: "127.0.0.1", allowHalfOpen: true });
    t.after(() => raw.destroy());
    raw.on("error", () => {}).resume();
    await once(raw, "connect");
    if (count % 2 === 0) raw.write(`GET /v1 HTTP/1.1\r\nHost: evil.example\r\n${upgrade}\r\n`);
    else raw.write("GET /health HTTP/1.1\r\n");
  }

  assert.equal((await get(server.port, "/health")).status, 200);
});

test("a port that another program has is said to a person, and so is a host that others could reach", async (t) => {
  const other = createServer();
  t.after(() => other.close());
  other.listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as AddressInfo;

  await assert.rejects(
    listenOnLoopback({ host: "127.0.0.1", port, setting: "server.port" }, createKeptLog()),
    (error) =>
      error instanceof ListenFailure && error.message.includes(`Port ${port}`) && error.message.includes("in use"),
  );
  await assert.rejects(
    listenOnLoopback({ host: "0.0.0.0", port: 0, setting: "server.port" }, createKeptLog()),
    ListenFailure,
  );
});
