import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { test } from "node:test";
import type { Clock } from "../../src/core/ports.ts";
import { tcpTransport } from "../../src/transports/tcp.ts";
import type { Link, Opened } from "../../src/transports/transport.ts";
import { realClock } from "../support/clock.ts";
import { createRecordingListener } from "../support/recording-listener.ts";
import { createVirtualClock } from "../support/virtual-clock.ts";
import { keepAliveMs, KERNEL_SOCKETS } from "./kernel-sockets.ts";

const LIMIT_MS = 20_000;
const encoder = new TextEncoder();

async function listen(host = "127.0.0.1") {
  const server = createServer();
  server.listen(0, host);
  await once(server, "listening");
  const sockets: Socket[] = [];
  server.on("connection", (socket) => sockets.push(socket.on("error", () => {})));
  return {
    server,
    address: { type: "tcp", host, port: (server.address() as AddressInfo).port } as const,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function linkOf(opened: Opened): Link {
  assert.equal(opened.kind, "open");
  return opened.link;
}

/** A peer and an open link to it. */
async function connected(clock = realClock) {
  const peer = await listen();
  const listener = createRecordingListener();
  const accepted = once(peer.server, "connection") as Promise<[Socket]>;
  const link = linkOf(await tcpTransport(clock).open(peer.address, listener, LIMIT_MS));
  const [socket] = await accepted;
  return {
    link,
    listener,
    socket,
    async [Symbol.asyncDispose]() {
      await link.close();
      await peer[Symbol.asyncDispose]();
    },
  };
}

test("bytes go both ways, whatever their values", async () => {
  await using world = await connected();
  const { link, listener, socket } = world;
  assert.match(link.name, /^tcp 127\.0\.0\.1:\d+ #1$/);

  const arrived = once(socket, "data") as Promise<[Buffer]>;
  assert.deepEqual(await link.send(new Uint8Array([0, 255, 128, 10]), LIMIT_MS), { kind: "sent" });
  assert.deepEqual([...(await arrived)[0]], [0, 255, 128, 10]);

  socket.write('{"Received":true}');
  await listener.until((text) => text === '{"Received":true}');
  assert.deepEqual(listener.losses, []);
});

test("much arrives whole in both directions, and more than a megabyte back not at once", async () => {
  await using world = await connected();
  const { link, listener, socket } = world;
  const size = 5 * 1024 * 1024;
  const sizeBack = 1_200_000;

  let arrived = 0;
  const all = new Promise<void>((resolve) =>
    socket.on("data", (chunk: Buffer) => {
      arrived += chunk.length;
      if (arrived === size) resolve();
    }),
  );
  assert.deepEqual(await link.send(new Uint8Array(size).fill(65), LIMIT_MS), { kind: "sent" });
  await all;

  socket.write("b".repeat(sizeBack));
  const text = await listener.until((received) => received.length >= sizeBack);
  assert.equal(text.length, sizeBack);
});

test("a stream that the peer ends in order is lost as `ended`, after its last bytes", async () => {
  await using world = await connected();
  const { link, listener, socket } = world;

  socket.end("last words");

  assert.equal((await listener.untilLost()).loss, "ended");
  assert.equal(listener.text(), "last words");
  assert.equal(link.isOpen, false);
  assert.equal((await link.send(encoder.encode("late"), LIMIT_MS)).kind, "refused");
});

test(
  "a peer that is gone without a word will be noticed: the system asks it after ten seconds of silence",
  { skip: existsSync(KERNEL_SOCKETS) ? false : "this system does not show the timers of its sockets" },
  async () => {
    await using world = await connected();
    const { socket } = world;

    const leftMs = keepAliveMs(Number(socket.remotePort));

    assert.ok(leftMs !== undefined && leftMs > 5_000 && leftMs <= 10_000, `asked in ${String(leftMs)} ms`);
    assert.equal(keepAliveMs(Number(socket.localPort), Number(socket.remotePort)), undefined);
  },
);

test("a reset is lost as `failed`, once", async () => {
  await using world = await connected();
  const { link, listener, socket } = world;

  socket.resetAndDestroy();

  assert.equal((await listener.untilLost()).loss, "failed");
  await link.close();
  assert.equal(listener.losses.length, 1);
});

test("a reset while a large write is half out answers `failed`, never `refused`", async () => {
  await using world = await connected();
  const { link, listener, socket } = world;
  socket.once("data", () => socket.resetAndDestroy());

  const sent = await link.send(new Uint8Array(64 * 1024 * 1024), LIMIT_MS);

  assert.equal(sent.kind, "failed");
  assert.equal(listener.losses.length, 1);
});

test("a peer that never reads: the write is given up in time and the link is over", async () => {
  const clock = createVirtualClock();
  await using world = await connected(clock);
  const { link, listener, socket } = world;
  socket.pause();

  const sending = link.send(new Uint8Array(64 * 1024 * 1024), 2_000);
  await clock.advance(1_999);
  assert.deepEqual(listener.losses, []);
  await clock.advance(1);

  assert.equal((await sending).kind, "failed");
  assert.match((await listener.untilLost()).why, /2000 ms/);
});

test("close lets go of the socket, tells nobody, and refuses what comes later", async () => {
  await using world = await connected();
  const { link, listener, socket } = world;
  socket.resume();
  const ended = once(socket, "close");

  await link.close();
  await ended;

  assert.deepEqual(listener.losses, []);
  assert.equal(link.isOpen, false);
  assert.equal((await link.send(encoder.encode("late"), LIMIT_MS)).kind, "refused");
});

test("close is in order, behind the last word; a peer that does not end its half as well is reset", async () => {
  const clock = createVirtualClock();
  await using world = await connected(clock);
  const { link, socket } = world;
  socket.allowHalfOpen = true;
  const heard: string[] = [];
  socket.on("data", (bytes: Buffer) => heard.push(bytes.toString()));
  await link.send(encoder.encode("last word"), LIMIT_MS);
  const ended = once(socket, "end");

  let isClosed = false;
  const closing = link.close().then(() => (isClosed = true));
  await ended;

  assert.deepEqual(heard, ["last word"]);
  await clock.advance(499);
  assert.equal(isClosed, false);
  await clock.advance(1);
  await closing;
  assert.equal(clock.pendingTimers(), 0);
});

test("a port where nobody listens fails with what to do about it", async () => {
  const peer = await listen();
  await peer[Symbol.asyncDispose]();

  const opened = await tcpTransport(realClock).open(peer.address, createRecordingListener(), LIMIT_MS);

  assert.equal(opened.kind, "failed");
  assert.match(opened.why, /refuses the connection/);
  assert.equal(opened.nobodyListens, true);
  assert.match(opened.remedy ?? "", /port/);
});

test("a name that nobody knows fails with what to do about it", async () => {
  const address = { type: "tcp", host: "no-such-terminal.invalid", port: 7000 } as const;

  const opened = await tcpTransport(realClock).open(address, createRecordingListener(), LIMIT_MS);

  assert.equal(opened.kind, "failed");
  assert.match(opened.remedy ?? "", /IP address/);
});

test("an open that is not answered is given up in time", async () => {
  await using peer = await listen();
  // Rings before the event loop can bring the connection about.
  const impatient: Clock = {
    ...realClock,
    after: (_delayMs, ring) => {
      queueMicrotask(ring);
      return { cancel: () => {} };
    },
  };

  const opened = await tcpTransport(impatient).open(peer.address, createRecordingListener(), 3_000);

  assert.equal(opened.kind, "failed");
  assert.match(opened.why, /did not answer within 3000 ms/);
});

test("an open that is given up leaves no connection behind", async () => {
  await using peer = await listen();
  const giving = new AbortController();

  const opening = tcpTransport(realClock).open(peer.address, createRecordingListener(), LIMIT_MS, giving.signal);
  giving.abort();

  assert.equal((await opening).kind, "failed");
  const before = await tcpTransport(realClock).open(peer.address, createRecordingListener(), 1, AbortSignal.abort());
  assert.equal(before.kind, "failed");
});

test("IPv6 addresses work, with and without brackets", async (t) => {
  const peer = await listen("::1").catch(() => undefined);
  if (peer === undefined) return t.diagnostic("this machine has no IPv6 loopback");
  for (const host of ["::1", "[::1]"]) {
    const link = linkOf(
      await tcpTransport(realClock).open({ ...peer.address, host }, createRecordingListener(), LIMIT_MS),
    );
    await link.close();
  }
  await peer[Symbol.asyncDispose]();
});
