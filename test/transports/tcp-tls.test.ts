import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { test } from "node:test";
import { TLSSocket } from "node:tls";
import { tcpTransport, type TcpAddress } from "../../src/transports/tcp.ts";
import type { Link, Opened } from "../../src/transports/transport.ts";
import { realClock } from "../support/clock.ts";
import { createRecordingListener, type RecordingListener } from "../support/recording-listener.ts";
import { createVirtualClock } from "../support/virtual-clock.ts";
import { keepAliveMs, KERNEL_SOCKETS } from "./kernel-sockets.ts";

const fixture = (name: string) => readFileSync(new URL(`fixtures/${name}.pem`, import.meta.url), "utf8");
const AUTHORITY = fixture("authority");
const SIGNED = fixture("signed-terminal");
const SELF_SIGNED = fixture("self-signed-terminal");
// openssl x509 -in ... -noout -fingerprint -sha256
const SELF_SIGNED_FINGERPRINT =
  "00:35:B6:3D:FE:0D:28:E4:3D:3D:CE:CE:A7:1B:EA:96:4A:98:62:B8:54:0C:7F:2F:52:38:96:B3:3B:9E:0A:15";
const BELIEVED = { ca: AUTHORITY, serverName: "terminal.test" };

const LIMIT_MS = 5_000;
const encoder = new TextEncoder();

type Greeting = (encrypted: TLSSocket) => void;

/** A machine that speaks TLS with this certificate, or nothing at all without one. */
async function startPeer(
  certificate: string | undefined,
  greet: Greeting = () => {},
  maxVersion: "TLSv1.2" | "TLSv1.3" = "TLSv1.3",
) {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const plains: Socket[] = [];
  const heard: string[] = [];
  const greeted = Promise.withResolvers<TLSSocket>();
  const connected = Promise.withResolvers<Socket>();
  server.on("connection", (plain) => {
    plains.push(plain.on("error", () => {}));
    connected.resolve(plain);
    if (certificate === undefined) return void plain.resume();
    const socket = new TLSSocket(plain, { isServer: true, key: certificate, cert: certificate, maxVersion });
    socket.on("error", () => {}); // the other side may break off at any time
    socket.on("data", (chunk: Buffer) => heard.push(chunk.toString("latin1")));
    socket.on("secure", () => {
      greet(socket);
      greeted.resolve(socket);
    });
  });
  return {
    at: (tls: NonNullable<TcpAddress["tls"]>): TcpAddress => ({
      type: "tcp",
      host: "127.0.0.1",
      port: (server.address() as AddressInfo).port,
      tls,
    }),
    connections: plains,
    connected: connected.promise,
    greeted: greeted.promise,
    /** What came, decrypted. */
    text: () => heard.join(""),
    async [Symbol.asyncDispose]() {
      for (const socket of plains) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const open = (address: TcpAddress, listener: RecordingListener = createRecordingListener(), clock = realClock) =>
  tcpTransport(clock).open(address, listener, LIMIT_MS);

function linkOf(opened: Opened): Link {
  assert.equal(opened.kind, "open", opened.kind === "failed" ? opened.why : "");
  return opened.link;
}

test("bytes go both ways, encrypted, under a name like any other link's", async () => {
  await using peer = await startPeer(SIGNED);
  const listener = createRecordingListener();
  const link = linkOf(await open(peer.at(BELIEVED), listener));
  assert.match(link.name, /^tcp 127\.0\.0\.1:\d+ #1$/);
  const socket = await peer.greeted;

  const arrived = once(socket, "data") as Promise<[Buffer]>;
  assert.deepEqual(await link.send(new Uint8Array([0, 255, 128, 10]), LIMIT_MS), { kind: "sent" });
  assert.deepEqual([...(await arrived)[0]], [0, 255, 128, 10]);
  socket.write("answer");
  await listener.until((text) => text === "answer");

  await link.close();
  assert.deepEqual(listener.losses, []);
});

test("a pinned certificate is believed, whoever signed it", async () => {
  await using peer = await startPeer(SELF_SIGNED);

  const link = linkOf(await open(peer.at({ fingerprint: SELF_SIGNED_FINGERPRINT })));

  await link.close();
});

const DISBELIEVED = {
  "another certificate than the pinned one": { fingerprint: SELF_SIGNED_FINGERPRINT },
  "one of the authority, but another than the pinned one": { ...BELIEVED, fingerprint: SELF_SIGNED_FINGERPRINT },
  "one for another name": { ca: AUTHORITY },
  "one of an authority that is not known": { serverName: "terminal.test" },
} as const;

test("a machine with another certificate is not opened, and is not sent one byte", async () => {
  for (const [what, tls] of Object.entries(DISBELIEVED)) {
    await using peer = await startPeer(SIGNED);
    const listener = createRecordingListener();

    const opened = await open(peer.at(tls), listener);

    assert.equal(opened.kind, "failed", what);
    assert.notEqual(opened.remedy, undefined, what);
    const plain = await peer.connected;
    if (!plain.closed) await once(plain, "close");
    assert.equal(peer.text(), "");
    assert.deepEqual(listener.losses, []);
  }
});

test("an authority that cannot be read is not taken for none: nobody is asked", async () => {
  await using peer = await startPeer(SIGNED);

  const opened = await open(peer.at({ ca: "-----BEGIN CERTIFICATE-----" }));

  assert.equal(opened.kind, "failed");
  assert.match(opened.why, /tls\.ca/);
  assert.equal(peer.connections.length, 0);
});

test("the time to open ends with TLS, not with the connection", async () => {
  const clock = createVirtualClock();
  await using peer = await startPeer(undefined);
  const opening = open(peer.at(BELIEVED), createRecordingListener(), clock);
  const plain = await peer.connected;

  await clock.advance(LIMIT_MS);

  const opened = await opening;
  assert.equal(opened.kind, "failed");
  assert.match(opened.why, /did not answer within 5000 ms/);
  if (!plain.closed) await once(plain, "close");
});

/** Opens as the daemon does, which looks at what it hears only once `open` has answered. */
async function openListening(address: TcpAddress) {
  const listener = createRecordingListener();
  let hasAnswered = false;
  const early: string[] = [];
  const opened = await tcpTransport(realClock).open(
    address,
    {
      received: (bytes) => {
        if (!hasAnswered) early.push("received");
        listener.received(bytes);
      },
      lost: (lost) => {
        if (!hasAnswered) early.push("lost");
        listener.lost(lost);
      },
    },
    LIMIT_MS,
  );
  hasAnswered = true;
  return { link: linkOf(opened), listener, early };
}

/** In TLS 1.2 the server has the last word of the handshake, and can say more in the same packet. */
const LAST_WORD = "TLSv1.2";

/** A network that passes on in one piece what comes in several. */
async function startGluing(address: TcpAddress) {
  const server = createServer((socket) => {
    const onward = connect({ host: address.host, port: address.port });
    let held: Buffer[] = [];
    let isOver = false;
    const passOn = (): void => {
      if (held.length > 0) socket.write(Buffer.concat(held));
      held = [];
      if (isOver) socket.end();
    };
    const soon = () => void setTimeout(passOn, GLUED_MS);
    socket.on("data", (chunk) => onward.write(chunk)).on("error", () => {});
    socket.on("close", () => onward.destroy());
    onward.on("data", (chunk) => {
      held.push(chunk);
      if (held.length === 1) soon();
    });
    onward
      .on("error", () => {})
      .on("end", () => {
        isOver = true;
        soon();
      });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    address: { ...address, port: (server.address() as AddressInfo).port },
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
const GLUED_MS = 20;

test("what a terminal says together with its handshake is heard after `open` has answered", async () => {
  await using peer = await startPeer(SIGNED, (socket) => void socket.write("hello"), LAST_WORD);
  await using network = await startGluing(peer.at(BELIEVED));

  const { link, listener, early } = await openListening(network.address);

  await listener.until((text) => text === "hello");
  assert.deepEqual(early, []);
  await link.close();
});

test("a terminal that breaks off together with its handshake is lost after `open` has answered, once", async () => {
  await using peer = await startPeer(SIGNED, (socket) => void socket.end("bye"), LAST_WORD);
  await using network = await startGluing(peer.at(BELIEVED));

  const { link, listener, early } = await openListening(network.address);

  assert.equal((await listener.untilLost()).loss, "ended");
  assert.deepEqual(early, []);
  assert.equal(listener.text(), "bye");
  assert.equal((await link.send(encoder.encode("late"), LIMIT_MS)).kind, "refused");
  await link.close();
  assert.equal(listener.losses.length, 1);
});

test("bytes that are not encrypted as they should be end the link, in words for people", async () => {
  await using peer = await startPeer(SIGNED);
  const listener = createRecordingListener();
  const link = linkOf(await open(peer.at(BELIEVED), listener));
  const [plain] = peer.connections;

  plain?.write("this is not TLS");

  const lost = await listener.untilLost();
  assert.equal(lost.loss, "failed");
  assert.match(lost.why, /^the encryption of the connection failed \(ERR_SSL_\w+\)$/);
  await link.close();
});

test("a peer that never reads: the write is given up in time and the link is over", async () => {
  const clock = createVirtualClock();
  await using peer = await startPeer(SIGNED);
  const listener = createRecordingListener();
  const link = linkOf(await open(peer.at(BELIEVED), listener, clock));
  (await peer.greeted).pause();

  const sending = link.send(new Uint8Array(64 * 1024 * 1024), 2_000);
  await clock.advance(2_000);

  assert.equal((await sending).kind, "failed");
  assert.match((await listener.untilLost()).why, /2000 ms/);
});

test("close is in order; a peer that does not end its half as well is reset", async () => {
  const clock = createVirtualClock();
  await using peer = await startPeer(SIGNED);
  const link = linkOf(await open(peer.at(BELIEVED), createRecordingListener(), clock));
  const socket = await peer.greeted;
  socket.allowHalfOpen = true;
  const ended = once(socket, "end");

  let isClosed = false;
  const closing = link.close().then(() => (isClosed = true));
  await ended;

  await clock.advance(499);
  assert.equal(isClosed, false);
  await clock.advance(1);
  await closing;
  assert.equal(clock.pendingTimers(), 0);
});

test(
  "an encrypted link's peer that is gone without a word will be noticed as well",
  { skip: existsSync(KERNEL_SOCKETS) ? false : "this system does not show the timers of its sockets" },
  async () => {
    await using peer = await startPeer(SIGNED);
    const link = linkOf(await open(peer.at(BELIEVED)));
    const port = Number((await peer.connected).remotePort);
    // Not before the peer has confirmed the end of the handshake: bytes under way have a timer of their own.
    while (keepAliveMs(port) === undefined) await new Promise((resolve) => setImmediate(resolve));

    assert.ok(Number(keepAliveMs(port)) <= 10_000);
    await link.close();
  },
);
