import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import type { HttpRequest } from "../../src/core/http.ts";
import type { Clock } from "../../src/core/ports.ts";
import { schemaFaults } from "../../src/core/schema.ts";
import { exchangeOver } from "../../src/transports/http-exchange.ts";
import { HttpAddressSchema, httpTransport } from "../../src/transports/http.ts";
import { isRefused } from "../../src/transports/socket.ts";
import { startProgram } from "../support/child-program.ts";
import { realClock } from "../support/clock.ts";
import { createVirtualClock } from "../support/virtual-clock.ts";
import {
  afterSomeTurns,
  answering,
  APPROVED,
  connectTo,
  createRecordingExchangeListener,
  OPEN_LIMITS,
  SALE,
  SEND_TIMEOUT_MS,
  startPeer,
  textOf,
} from "./http-peer.ts";

const MUCH = { ...SALE, body: new Uint8Array(64 * 1024 * 1024) };

test("a request leaves as it was given, with the transport's own headers around it, and its answer comes back whole", async () => {
  const head = "HTTP/1.1 200 Fine\r\nSignature: x\r\nContent-Length: 4\r\nset-cookie: a\r\nSet-Cookie: b\r\n\r\n";
  await using peer = await startPeer(answering(Buffer.concat([Buffer.from(head), Buffer.from([0, 255, 195, 40])])));
  const { connection, ended, endings } = await connectTo(peer.address);
  assert.match(connection.name, /^http 127\.0\.0\.1:\d+ #1$/);
  assert.equal(connection.isOpen, true);

  assert.deepEqual(await connection.send(SALE, SEND_TIMEOUT_MS), { kind: "sent" });
  assert.equal(connection.isOpen, false);
  assert.deepEqual(await ended, {
    kind: "answered",
    answer: {
      status: 200,
      headers: { signature: "x", "content-length": "4", "set-cookie": "a, b" },
      body: new Uint8Array([0, 255, 195, 40]),
    },
  });

  const atPeer = await peer.connection(0);
  await atPeer.closed;
  assert.equal(
    atPeer.text(),
    [
      "POST /sales?wait=yes HTTP/1.1",
      `Host: 127.0.0.1:${peer.address.port}`,
      "Signature: c2lnbmVk",
      "Content-Type: application/json",
      "Content-Length: 14",
      "Connection: close",
      "",
      '{"amount":100}',
    ].join("\r\n"),
  );
  assert.equal(endings.length, 1);
  assert.equal(peer.connections.length, 1);
});

test("a request without a body says so only where its method could have one", async () => {
  await using peer = await startPeer(answering(APPROVED));
  const empty = { ...SALE, headers: {}, body: new Uint8Array() };
  for (const method of ["GET", "DELETE", "POST", "PUT", "PATCH"] as const) {
    const { connection, ended } = await connectTo(peer.address);
    await connection.send({ ...empty, method }, SEND_TIMEOUT_MS);
    await ended;
  }
  const lengths = peer.connections.map((connection) =>
    /^(\w+) .*?(Content-Length: \d+)?\r\nConn/s.exec(connection.text()),
  );
  assert.deepEqual(
    lengths.map((found) => [found?.[1], found?.[2]]),
    [
      ["GET", undefined],
      ["DELETE", undefined],
      ["POST", "Content-Length: 0"],
      ["PUT", "Content-Length: 0"],
      ["PATCH", "Content-Length: 0"],
    ],
  );
});

test("`sent` is said when the request is handed over, not when its answer comes, and no timer runs on", async () => {
  const clock = createVirtualClock();
  await using peer = await startPeer();
  const { connection, ended, endings } = await connectTo(peer.address, { clock });

  assert.deepEqual(await connection.send(SALE, SEND_TIMEOUT_MS), { kind: "sent" });
  assert.equal(clock.pendingTimers(), 0);
  const atPeer = await peer.connection(0);
  await atPeer.requested;
  await clock.advance(3_600_000);
  assert.deepEqual(endings, []);

  atPeer.socket.write(APPROVED);
  assert.equal(textOf(await ended), '{"approved":true}');
});

test("several wait at once, each on a connection of its own, and each gets its own answer", async () => {
  await using peer = await startPeer();
  const exchanges = await Promise.all(["/poll", "/ping", "/state"].map(() => connectTo(peer.address)));
  for (const [index, { connection }] of exchanges.entries()) {
    await connection.send({ ...SALE, path: `/${index}` }, SEND_TIMEOUT_MS);
  }
  await peer.connection(2);

  for (const { socket, requested, text } of peer.connections.toReversed()) {
    await requested;
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n${text().slice(5, 7)}`);
  }

  assert.deepEqual(await Promise.all(exchanges.map(async ({ ended }) => textOf(await ended))), ["/0", "/1", "/2"]);
  assert.equal(peer.connections.length, 3);
});

test("a redirect is an answer like any other: nobody goes there", async () => {
  await using elsewhere = await startPeer(answering(APPROVED));
  const target = `http://127.0.0.1:${elsewhere.address.port}/`;
  await using peer = await startPeer(
    answering(`HTTP/1.1 301 Moved\r\nLocation: ${target}\r\nContent-Length: 0\r\n\r\n`),
  );
  const { connection, ended } = await connectTo(peer.address);

  await connection.send(SALE, SEND_TIMEOUT_MS);

  const ending = await ended;
  assert.equal(ending.kind, "answered");
  assert.equal(ending.answer.status, 301);
  assert.equal(ending.answer.headers["location"], target);
  await (
    await peer.connection(0)
  ).closed;
  assert.equal(elsewhere.connections.length, 0);
});

const UNSENDABLE: Readonly<Record<string, Partial<HttpRequest>>> = {
  "a line end in a header": { headers: { Client: "till 1\r\nSignature: forged" } },
  "a letter that HTTP cannot write": { headers: { Client: "Jos\u00e9" } },
  "a header that is no name": { headers: { "Client name": "till 1" } },
  "a length of its own": { headers: { "content-length": "3" } },
  "a coding of its own": { headers: { "Transfer-Encoding": "chunked" } },
  "a wish to wait before the body": { headers: { Expect: "100-continue" } },
  "a path with a blank": { path: "/sales and more" },
  "a path that names another host": { path: "http://elsewhere/" },
};

test("a request that HTTP cannot carry is refused before its first byte, and the connection is as good as before", async () => {
  await using peer = await startPeer(answering(APPROVED));
  const { connection, ended } = await connectTo(peer.address);

  for (const [what, part] of Object.entries(UNSENDABLE)) {
    const sent = await connection.send({ ...SALE, ...part }, SEND_TIMEOUT_MS);
    assert.equal(sent.kind, "refused", what);
    assert.doesNotMatch(sent.why, /forged|Jos/, what);
  }

  assert.equal(connection.isOpen, true);
  await connection.send(SALE, SEND_TIMEOUT_MS);
  assert.equal(textOf(await ended), '{"approved":true}');
  assert.match((await peer.connection(0)).text(), /^POST \/sales\?wait=yes HTTP/);
});

test("a second request is refused, before the answer and after it, and never leaves", async () => {
  await using peer = await startPeer();
  const { connection, ended } = await connectTo(peer.address);
  const first = connection.send(SALE, SEND_TIMEOUT_MS);

  const second = await connection.send({ ...SALE, path: "/second" }, SEND_TIMEOUT_MS);
  assert.deepEqual(second, { kind: "refused", why: `${connection.name} has carried its request already` });
  assert.equal((await first).kind, "sent");
  const { socket, requested, text, closed } = await peer.connection(0);
  await requested;
  socket.write(APPROVED);
  await ended;
  assert.equal((await connection.send({ ...SALE, path: "/third" }, SEND_TIMEOUT_MS)).kind, "refused");

  await closed;
  assert.doesNotMatch(text(), /second|third/);
  assert.equal(peer.connections.length, 1);
});

test("a peer that closes before it was asked: the loss is told, and what comes later is refused", async () => {
  for (const leave of ["end", "resetAndDestroy"] as const) {
    await using peer = await startPeer();
    const { connection, ended, endings } = await connectTo(peer.address);
    (await peer.connection(0)).socket[leave]();

    assert.match(textOf(await ended), /^lost: the other side (closed the connection before|broke the connection off)/);
    assert.equal(connection.isOpen, false);
    assert.equal((await connection.send(SALE, SEND_TIMEOUT_MS)).kind, "refused");
    assert.equal(endings.length, 1);
    assert.equal(peer.connections.length, 1, "nobody connects again");
  }
});

test("an answer that comes before the request belongs to nobody: not one byte is sent", async () => {
  await using peer = await startPeer();
  const { connection, ended } = await connectTo(peer.address);
  const { socket, closed, text } = await peer.connection(0);
  socket.write(APPROVED);

  assert.equal(textOf(await ended), "lost: the other side spoke before it was asked");
  assert.equal(connection.isOpen, false);
  assert.equal((await connection.send(SALE, SEND_TIMEOUT_MS)).kind, "refused");
  await closed;
  assert.equal(text(), "");
});

test("a program that is no HTTP server is named, whether it speaks first or only when it is asked", async () => {
  await using first = await startPeer(({ socket }) => socket.write("SSH-2.0-dropbear\r\n"));
  const before = await connectTo(first.address);
  assert.match(textOf(await before.ended), /^lost: an SSH server answers there/);
  await using asked = await startPeer(({ socket }) =>
    socket.once("data", () => socket.write(Uint8Array.of(0x15, 3, 3, 0, 2, 2, 70))),
  );
  const after = await connectTo(asked.address);
  await after.connection.send(SALE, SEND_TIMEOUT_MS);
  assert.match(textOf(await after.ended), /^lost: a server that speaks TLS answers there.* lacks `tls`/);
});

test("a reset while a large request is half out answers `failed`, never `refused`, and the exchange is lost", async () => {
  await using peer = await startPeer(({ socket }) => socket.once("data", () => socket.resetAndDestroy()));
  const { connection, ended, endings } = await connectTo(peer.address);

  assert.equal((await connection.send(MUCH, SEND_TIMEOUT_MS)).kind, "failed");
  assert.equal((await ended).kind, "lost");
  assert.equal(endings.length, 1);
});

test("a request that meets a reset on its way out answers `failed`: the system had it in its hands", async () => {
  await using peer = await startPeer();
  const { connection, ended, endings } = await connectTo(peer.address);

  // The reset is on this side at once, and not yet read when the request is written.
  (await peer.connection(0)).socket.resetAndDestroy();
  const sent = await connection.send(SALE, SEND_TIMEOUT_MS);

  assert.equal(sent.kind, "failed");
  assert.equal((await ended).kind, "lost");
  assert.equal(endings.length, 1);
});

test("a peer that never reads: sending is given up in time and the exchange is lost", async () => {
  const clock = createVirtualClock();
  await using peer = await startPeer(({ socket }) => socket.pause());
  const { connection, ended, endings } = await connectTo(peer.address, { clock });

  const sending = connection.send(MUCH, 2_000);
  await clock.advance(1_999);
  assert.deepEqual(endings, []);
  await clock.advance(1);

  assert.deepEqual(await sending, { kind: "failed", why: "the request was not taken within 2000 ms" });
  assert.equal(textOf(await ended), "lost: the request was not taken within 2000 ms");
  assert.equal(clock.pendingTimers(), 0);
});

test("an answer that comes before its request is out is told behind it", async () => {
  await using peer = await startPeer(({ socket }) => {
    socket.once("data", () => {
      socket.pause();
      socket.write("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n");
    });
  });
  const { connection, ended, endings } = await connectTo(peer.address);
  const order: string[] = [];

  const sending = connection.send(MUCH, SEND_TIMEOUT_MS).then((sent) => order.push(sent.kind));
  const telling = ended.then((ending) => order.push(ending.kind));
  await afterSomeTurns();
  assert.deepEqual(endings, []);
  (await peer.connection(0)).socket.resume();
  await Promise.all([sending, telling]);

  assert.deepEqual(order, ["sent", "answered"]);
});

test("an answer whose request never gets out is none: `failed` and lost", async () => {
  const clock = createVirtualClock();
  await using peer = await startPeer(({ socket }) => {
    socket.once("data", () => {
      socket.pause();
      socket.write("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n");
    });
  });
  const { connection, ended, endings } = await connectTo(peer.address, { clock });

  const sending = connection.send(MUCH, 2_000);
  await afterSomeTurns();
  await clock.advance(2_000);

  assert.equal((await sending).kind, "failed");
  assert.equal((await ended).kind, "lost");
  await clock.settle();
  assert.equal(endings.length, 1);
});

test("an answer with junk behind it ends the connection: a request that is still half in here is `failed` at once", async () => {
  const clock = createVirtualClock();
  await using peer = await startPeer(({ socket }) => {
    socket.once("data", () => {
      socket.pause();
      socket.write("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\njunk");
    });
  });
  const { connection, ended } = await connectTo(peer.address, { clock });

  assert.equal((await connection.send(MUCH, SEND_TIMEOUT_MS)).kind, "failed");
  assert.equal((await ended).kind, "lost");
});

test("closed in the very tick of sending, not one byte leaves and the request is refused", async () => {
  await using peer = await startPeer();
  const { connection, endings } = await connectTo(peer.address);

  const sending = connection.send(SALE, SEND_TIMEOUT_MS);
  await connection.close();

  assert.equal((await sending).kind, "refused");
  const { closed, text } = await peer.connection(0);
  await closed;
  assert.equal(text(), "");
  assert.deepEqual(endings, []);
});

test("closed with a request half out, it answers `failed` and tells nobody", async () => {
  const clock = createVirtualClock();
  await using peer = await startPeer(({ socket }) => socket.pause());
  const { connection, endings } = await connectTo(peer.address, { clock });

  const sending = connection.send(MUCH, SEND_TIMEOUT_MS);
  await clock.settle();
  await connection.close();

  assert.equal((await sending).kind, "failed");
  await clock.settle();
  assert.deepEqual(endings, []);
  assert.equal(clock.pendingTimers(), 0);
});

test("close ends it at every moment: nothing is told, nothing is left open, later ones are refused", async () => {
  const pieces = [
    "",
    "HTTP/1.1 102 Processing\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-",
    "Length: 17\r\n\r\n",
    '{"approved":',
    "true}",
  ];
  for (let count = 0; count <= pieces.length; count += 1) {
    await using peer = await startPeer();
    const { connection, endings } = await connectTo(peer.address);
    const { socket, requested, closed } = await peer.connection(0);
    if (count > 0) {
      await connection.send(SALE, SEND_TIMEOUT_MS);
      await requested;
      for (const piece of pieces.slice(1, count)) await new Promise((resolve) => socket.write(piece, resolve));
    }

    await connection.close();
    await closed;
    await afterSomeTurns();

    assert.deepEqual(endings, [], `after ${count} pieces`);
    assert.equal(connection.isOpen, false);
    assert.equal((await connection.send(SALE, SEND_TIMEOUT_MS)).kind, "refused");
    await connection.close();
  }
});

test("a close between the end and the turn in which it is told is still in time", async () => {
  await using peer = await startPeer();
  const { listener, endings } = createRecordingExchangeListener();
  const socket = connect(peer.address);
  await once(socket, "connect");
  const connection = exchangeOver(
    { socket, reset: () => socket.resetAndDestroy() },
    { name: "http", authority: "peer" },
    listener,
    OPEN_LIMITS,
    realClock,
  );
  const closing = once(socket, "data").then(() => connection.close());

  (await peer.connection(0)).socket.write("too early");
  await closing;
  await afterSomeTurns();

  assert.deepEqual(endings, []);
});

test("a port where nobody listens fails, says so, and what to do about it", async () => {
  const peer = await startPeer();
  await peer[Symbol.asyncDispose]();
  for (const tls of [{}, { tls: {} }]) {
    const opened = await httpTransport(realClock).open(
      { ...peer.address, ...tls },
      createRecordingExchangeListener().listener,
      OPEN_LIMITS,
    );

    assert.equal(opened.kind, "failed");
    assert.equal(opened.nobodyListens, true);
    assert.match(opened.why, /refuses the connection/);
    assert.match(opened.remedy ?? "", /port/);
  }
});

test("where a name stands for several addresses, one refusal tells that the program there has ended", () => {
  const failed = (code: string) => Object.assign(new Error(code), { code });
  assert.equal(isRefused(new AggregateError([failed("EHOSTUNREACH"), failed("ECONNREFUSED")])), true);
  assert.equal(isRefused(new AggregateError([failed("EHOSTUNREACH"), failed("ETIMEDOUT")])), false);
});

test("a name that nobody knows fails with what to do about it, and is no sign that a program has ended", async () => {
  const address = { type: "http", host: "no-such-terminal.invalid", port: 55555 } as const;

  const opened = await httpTransport(realClock).open(address, createRecordingExchangeListener().listener, OPEN_LIMITS);

  assert.equal(opened.kind, "failed");
  assert.equal(opened.nobodyListens, undefined);
  assert.match(opened.remedy ?? "", /IP address/);
});

test("an open that is not answered is given up in time", async () => {
  await using peer = await startPeer();
  // Rings before the event loop can bring the connection about.
  const impatient: Clock = {
    ...realClock,
    after: (_delayMs, ring) => {
      queueMicrotask(ring);
      return { cancel: () => {} };
    },
  };

  const opened = await httpTransport(impatient).open(
    peer.address,
    createRecordingExchangeListener().listener,
    OPEN_LIMITS,
  );

  assert.equal(opened.kind, "failed");
  assert.match(opened.why, /did not answer within 5000 ms/);
});

test("an open that is given up leaves no connection behind", async () => {
  await using peer = await startPeer();
  const { listener } = createRecordingExchangeListener();
  const giving = new AbortController();

  const opening = httpTransport(realClock).open(peer.address, listener, OPEN_LIMITS, giving.signal);
  giving.abort();

  assert.equal((await opening).kind, "failed");
  const before = await httpTransport(realClock).open(peer.address, listener, OPEN_LIMITS, AbortSignal.abort());
  assert.equal(before.kind, "failed");
  await afterSomeTurns();
  for (const { closed, text } of peer.connections) {
    await closed;
    assert.equal(text(), "");
  }
});

test("IPv6 addresses work, with and without brackets, and the Host header has them", async (t) => {
  const peer = await startPeer(answering(APPROVED), "::1").catch(() => undefined);
  if (peer === undefined) return t.diagnostic("this machine has no IPv6 loopback");
  for (const host of ["::1", "[::1]"]) {
    const { connection, ended } = await connectTo({ ...peer.address, host });
    await connection.send(SALE, SEND_TIMEOUT_MS);
    await ended;
  }
  for (const { text } of peer.connections) assert.match(text(), /\r\nHost: \[::1\]:\d+\r\n/);
  await peer[Symbol.asyncDispose]();
});

test("a proxy that the environment names is not asked", async (t) => {
  await using proxy = await startPeer(answering(APPROVED));
  await using peer = await startPeer(answering(APPROVED));
  const address = `http://127.0.0.1:${proxy.address.port}`;
  const program = startProgram(
    t,
    [new URL("one-exchange.ts", import.meta.url).pathname, JSON.stringify(peer.address)],
    {
      NODE_USE_ENV_PROXY: "1",
      HTTP_PROXY: address,
      http_proxy: address,
      ALL_PROXY: address,
      NO_PROXY: "",
      no_proxy: "",
    },
  );

  assert.equal(await program.nextLine(), '{"approved":true}');
  await program.ended;

  assert.equal(peer.connections.length, 1);
  assert.equal(proxy.connections.length, 0);
});

test("an address names host and port; what it may say about TLS is checked", () => {
  const place = { type: "http", host: "192.168.1.40", port: 55555 };
  const fingerprint = "0a".repeat(32);
  for (const good of [
    place,
    { ...place, tls: {} },
    { ...place, tls: { fingerprint } },
    { ...place, tls: { fingerprint: "0A:".repeat(31) + "0A", serverName: "terminal.test" } },
    { ...place, tls: { ca: "a comment\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n" } },
  ]) {
    assert.deepEqual(schemaFaults(HttpAddressSchema, good), [], JSON.stringify(good));
  }
  const { port: _, ...withoutPort } = place;
  for (const [field, bad] of Object.entries({
    port: withoutPort,
    host: { ...place, host: "user@terminal" },
    path: { ...place, path: "/devices" },
    "tls.fingerprint": { ...place, tls: { fingerprint: "0a".repeat(20) } },
    "tls.ca": { ...place, tls: { ca: "/etc/ssl/ca.pem" } },
    "tls.serverName": { ...place, tls: { serverName: "terminal test" } },
    "tls.insecure": { ...place, tls: { insecure: true } },
  })) {
    assert.deepEqual(
      schemaFaults(HttpAddressSchema, bad).map((fault) => fault.field),
      [field],
    );
  }
});
