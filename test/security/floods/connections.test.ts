import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { test, type TestContext } from "node:test";
import { APPROVED, SALE } from "../../support/fake-till.ts";
import type { ProtocolClient } from "../../support/protocol-client.ts";
import { serveProtocol, type TestServer } from "../../support/protocol-server.ts";
import { until } from "../../support/until.ts";
import { CONTINUATION, frame, openRaw, TEXT } from "../hostile/raw.ts";

const LIMIT = { timeout: 110_000 };
const MANY = 2_000;
/** Sockets and those at the doorstep. */
const MOST_STANDING = 64 + 32;
const MOST_LINES = 50 + 2 * MANY;

/** What this process has open, at both ends. */
function openSockets(): number {
  return process.getActiveResourcesInfo().filter((name) => name === "TCPSocketWrap").length;
}

async function knockOften(t: TestContext, { server }: TestServer, count: number): Promise<readonly Socket[]> {
  const sockets: Socket[] = [];
  for (let number = 0; number < count; number += 1) {
    const socket = connect({ port: server.port, host: "127.0.0.1" }).on("error", () => {});
    sockets.push(socket.resume());
    await once(socket, "connect");
  }
  t.after(() => {
    for (const socket of sockets) socket.destroy();
  });
  return sockets;
}

/** A sale from its start to its acknowledgement. */
async function sell({ till, clock }: TestServer, pos: ProtocolClient, requestId: string): Promise<void> {
  const { result } = await pos.request("transactions.start", { terminal: "counter-1", requestId, operation: SALE });
  const { id } = result?.["transaction"] as { readonly id: string };
  await till.settle(id, APPROVED);
  const { transaction } = (await pos.event("transaction.settled")) as {
    readonly transaction: { readonly requestId: string; readonly outcome: { readonly kind: string } };
  };
  assert.deepEqual([transaction.requestId, transaction.outcome.kind], [requestId, "approved"]);
  assert.ok((await pos.request("transactions.acknowledge", { transaction: id })).result);
  await clock.advance(100);
}

test("2,000 connections that say nothing: few of them stand there, and the POS sells", LIMIT, async (t) => {
  const house = await serveProtocol(t);
  const pos = await house.open();
  const before = openSockets();
  for (let wave = 1; wave <= 4; wave += 1) {
    const sockets = await knockOften(t, house, MANY / 4);
    await sell(house, pos, `wave-${wave}`);
    await until(() => sockets.filter(({ destroyed }) => !destroyed).length <= MOST_STANDING);
  }
  const late = await house.open();
  await sell(house, late, "late");
  late.socket.close();
  await late.closed;
  await house.server.close();
  await until(() => openSockets() < before);
  assert.ok(house.log.lines.length < MOST_LINES, "one line for each, which the log's own gate thins");
});

test("headers that never end, byte by byte, keep nobody out", LIMIT, async (t) => {
  const house = await serveProtocol(t);
  const pos = await house.open();
  const sockets = await knockOften(t, house, 200);
  for (const byte of "GET /v1 HTTP/1.1\r\nX-Slow: a") {
    for (const socket of sockets) if (!socket.destroyed) socket.write(byte);
    await house.clock.settle();
  }
  await sell(house, pos, "beside");
  await sell(house, await house.open(), "after");
  await until(() => sockets.filter(({ destroyed }) => !destroyed).length <= MOST_STANDING);
});

test("frames and messages that never end take a socket for ten seconds, and no memory", LIMIT, async (t) => {
  const house = await serveProtocol(t);
  const pos = await house.open();
  const timers = house.clock.pendingTimers();
  const before = openSockets();
  const slow = await Promise.all(Array.from({ length: 60 }, () => openRaw(house.server.port)));
  const endless = frame({ opcode: TEXT, length: { bits: 16, says: 60_000n } });
  for (const [index, { write }] of slow.entries()) {
    if (index % 2 === 0) for (const byte of endless) write(Buffer.from([byte]));
    else write(frame({ opcode: TEXT, part: "first" }));
  }
  for (let turn = 1; turn <= 10; turn += 1) {
    for (const [index, { write }] of slow.entries()) {
      write(index % 2 === 0 ? Buffer.from("a") : frame({ opcode: CONTINUATION, payload: "a", part: "first" }));
    }
    await sell(house, pos, `turn-${turn}`);
  }
  await house.clock.advance(10_000);
  await until(() => openSockets() <= before);
  await sell(house, pos, "after");
  assert.ok(house.clock.pendingTimers() <= timers, "nothing of them is left");
});

test("compressed frames, pings without end and refused pages are shown out at once", LIMIT, async (t) => {
  const house = await serveProtocol(t);
  const pos = await house.open();
  const before = openSockets();
  const [compressed, pings] = [
    frame({ opcode: TEXT, reserved: 4 }),
    Buffer.concat(Array.from({ length: 1_000 }, () => frame({ opcode: 9 }))),
  ];
  for (let wave = 1; wave <= 10; wave += 1) {
    const guests = await Promise.all(Array.from({ length: 40 }, () => openRaw(house.server.port)));
    for (const [index, guest] of guests.entries()) guest.write(index % 2 === 0 ? compressed : pings);
    await sell(house, pos, `wave-${wave}`);
    for (const guest of guests) assert.notEqual(await guest.outcome(0), "open");
    for (const { socket } of guests) socket.destroy();
    await until(() => openSockets() <= before);
  }
});

for (const [what, behind] of [
  ["a page's file", ""],
  ["what is expected", "Expect: everything\r\n"],
  ["leave to go on", "Expect: 100-continue\r\nContent-Length: 0\r\n"],
] as const) {
  test(`thousands of requests for ${what} behind one another on a connection: one is answered`, LIMIT, async (t) => {
    const { server } = await serveProtocol(t);
    const socket = connect({ port: server.port, host: "127.0.0.1" }).on("error", () => {});
    t.after(() => socket.destroy());
    let answered = "";
    socket.setEncoding("latin1").on("data", (text: string) => (answered += text));
    const one = `GET /till-pay.js HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n${behind}\r\n`;

    socket.write(one.repeat(5_000));
    await new Promise((resolve) => socket.once("close", resolve));

    const answers = answered.match(/HTTP\/1\.1 (?!100)\d{3}/g) ?? [];
    assert.ok(answers.length <= 1, `${answers.length} answers`);
  });
}

test("a connection that was answered is closed: the next request is another connection", LIMIT, async (t) => {
  const { server } = await serveProtocol(t);
  const socket = connect({ port: server.port, host: "127.0.0.1" });
  t.after(() => socket.destroy());
  let answered = "";
  socket.setEncoding("latin1").on("data", (text: string) => (answered += text));

  socket.write(`GET /health HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nConnection: keep-alive\r\n\r\n`);
  await once(socket, "close");

  assert.match(answered, /^HTTP\/1\.1 200 [^]*\r\nConnection: close\r\n[^]*"ready":true\}$/);
});
