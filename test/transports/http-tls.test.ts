import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { test } from "node:test";
import { TLSSocket } from "node:tls";
import { httpTransport, type HttpAddress } from "../../src/transports/http.ts";
import { realClock } from "../support/clock.ts";
import { createVirtualClock } from "../support/virtual-clock.ts";
import {
  afterSomeTurns,
  APPROVED,
  connectTo,
  createRecordingExchangeListener,
  OPEN_LIMITS,
  SALE,
  SEND_TIMEOUT_MS,
  startPeer,
  textOf,
} from "./http-peer.ts";

const fixture = (name: string) => readFileSync(new URL(`fixtures/${name}.pem`, import.meta.url), "utf8");
const AUTHORITY = fixture("authority");
const SIGNED = fixture("signed-terminal");
const SELF_SIGNED = fixture("self-signed-terminal");
// openssl x509 -in ... -noout -fingerprint -sha256
const SIGNED_FINGERPRINT =
  "E7:FB:57:2E:C9:C7:E8:0D:0D:A7:45:B8:83:56:1F:ED:F6:C6:95:E4:50:E5:7F:3F:0F:14:33:D6:33:24:38:D2";
const SELF_SIGNED_FINGERPRINT =
  "00:35:B6:3D:FE:0D:28:E4:3D:3D:CE:CE:A7:1B:EA:96:4A:98:62:B8:54:0C:7F:2F:52:38:96:B3:3B:9E:0A:15";

type Encrypted = { readonly socket: TLSSocket; text(): string };

/** A machine that speaks TLS with this certificate, and behaves like this once a request is there. */
async function startTlsPeer(
  certificate: string,
  {
    asked = ({ socket }: Encrypted) => void socket.write(APPROVED),
    greeted = (_encrypted: Encrypted) => {},
    minVersion = "TLSv1.2",
    maxVersion = "TLSv1.3",
  }: {
    readonly asked?: (encrypted: Encrypted) => void;
    readonly greeted?: (encrypted: Encrypted) => void;
    readonly minVersion?: "TLSv1.2";
    readonly maxVersion?: "TLSv1.2" | "TLSv1.3";
  } = {},
) {
  const heard: string[] = [];
  const names: (string | false | null)[] = [];
  const peer = await startPeer(({ socket: plain }) => {
    const socket = new TLSSocket(plain, {
      isServer: true,
      key: certificate,
      cert: certificate,
      minVersion,
      maxVersion,
    });
    const encrypted = { socket, text: () => heard.join("") };
    socket.on("error", () => {}); // the other side may break off at any time
    socket.on("secure", () => {
      names.push(socket.servername);
      greeted(encrypted);
    });
    socket.on("data", (chunk: Buffer) => {
      heard.push(chunk.toString("latin1"));
      if (encrypted.text().endsWith('{"amount":100}')) asked(encrypted);
    });
  });
  return {
    connections: peer.connections,
    connection: peer.connection,
    at: (tls: NonNullable<HttpAddress["tls"]>) => ({ ...peer.address, tls }),
    /** What came, decrypted. */
    text: () => heard.join(""),
    /** The names that were asked for (SNI). */
    names,
    [Symbol.asyncDispose]: () => peer[Symbol.asyncDispose](),
  };
}

function open(address: HttpAddress, clock = realClock) {
  return httpTransport(clock).open(address, createRecordingExchangeListener().listener, OPEN_LIMITS);
}

test("a certificate of a known authority, for the right name, is believed, in both versions of TLS", async () => {
  for (const maxVersion of ["TLSv1.2", "TLSv1.3"] as const) {
    await using peer = await startTlsPeer(SIGNED, { maxVersion });
    const { connection, ended } = await connectTo(peer.at({ ca: AUTHORITY, serverName: "terminal.test" }));

    assert.deepEqual(await connection.send(SALE, SEND_TIMEOUT_MS), { kind: "sent" });

    assert.equal(textOf(await ended), '{"approved":true}');
    assert.match(peer.text(), /^POST \/sales\?wait=yes HTTP\/1\.1\r\nHost: 127\.0\.0\.1:\d+\r\n/);
    assert.deepEqual(peer.names, ["terminal.test"]);
  }
});

test("a pinned certificate is believed though nobody signed it, its name is another one and its time is over", async () => {
  for (const fingerprint of [SELF_SIGNED_FINGERPRINT, SELF_SIGNED_FINGERPRINT.replaceAll(":", "").toLowerCase()]) {
    await using peer = await startTlsPeer(SELF_SIGNED);
    const { connection, ended } = await connectTo(peer.at({ fingerprint }));

    await connection.send(SALE, SEND_TIMEOUT_MS);

    assert.equal(textOf(await ended), '{"approved":true}');
  }
});

const DISBELIEVED = {
  "another certificate than the pinned one": {
    shown: SIGNED,
    tls: { fingerprint: SELF_SIGNED_FINGERPRINT },
    why: /another certificate .* fingerprint is E7:FB:57/,
  },
  "the pinned one, but not of the authority that is set too": {
    shown: SIGNED,
    tls: { fingerprint: SIGNED_FINGERPRINT, ca: SELF_SIGNED, serverName: "terminal.test" },
    why: /signed by nobody who is trusted here/,
  },
  "one of the authority, but another than the pinned one": {
    shown: SIGNED,
    tls: { fingerprint: SELF_SIGNED_FINGERPRINT, ca: AUTHORITY, serverName: "terminal.test" },
    why: /another certificate/,
  },
  "one for another name than the host's": {
    shown: SIGNED,
    tls: { ca: AUTHORITY },
    why: /is for another name/,
  },
  "one for another name than the one that is set": {
    shown: SIGNED,
    tls: { ca: AUTHORITY, serverName: "till.test" },
    why: /is for another name/,
  },
  "one of an authority that only we know, without that setting": {
    shown: SIGNED,
    tls: { serverName: "terminal.test" },
    why: /signed by nobody who is trusted here/,
  },
  "one that has expired": { shown: SELF_SIGNED, tls: { ca: SELF_SIGNED }, why: /is not valid today/ },
} as const;

test("a certificate that is not the right one ends the connection before anything is sent", async () => {
  for (const [what, { shown, tls, why }] of Object.entries(DISBELIEVED)) {
    await using peer = await startTlsPeer(shown);
    const opened = await open(peer.at(tls));

    assert.equal(opened.kind, "failed", what);
    assert.match(opened.why, why, what);
    assert.notEqual(opened.remedy, undefined, what);
    assert.equal(opened.nobodyListens, undefined);
    await (
      await peer.connection(0)
    ).closed;
    assert.equal(peer.text(), "");
    assert.equal(peer.connections.length, 1);
  }
});

test("an authority that cannot be read is not taken for none: nobody is asked", async () => {
  const unreadable = AUTHORITY.replace(/^MII.{20}/m, "");
  for (const ca of ["-----BEGIN CERTIFICATE-----", unreadable, `${AUTHORITY}\n${unreadable}`]) {
    await using peer = await startTlsPeer(SIGNED);
    const opened = await open(peer.at({ ca, serverName: "terminal.test" }));

    assert.equal(opened.kind, "failed");
    assert.match(opened.why, /tls\.ca/);
    assert.equal(peer.connections.length, 0);
  }
});

test("a port without TLS fails with what to do about it", async () => {
  const answers = [
    ({ write }: { write: (text: string) => void }) => write("HTTP/1.1 400 Bad Request\r\n\r\n"),
    ({ end }: { end: () => void }) => end(),
  ];
  for (const answer of answers) {
    await using peer = await startPeer(({ socket }) => {
      socket.once("data", () => answer({ write: (text) => void socket.write(text), end: () => void socket.end() }));
    });
    const opened = await open({ ...peer.address, tls: { fingerprint: SIGNED_FINGERPRINT } });

    assert.equal(opened.kind, "failed");
    assert.match(opened.remedy ?? "", /whether the terminal uses TLS/);
  }
});

test("the time to open ends with TLS, not with the connection", async () => {
  const clock = createVirtualClock();
  await using peer = await startPeer();
  const opening = open({ ...peer.address, tls: {} }, clock);
  const { closed } = await peer.connection(0);

  await clock.advance(OPEN_LIMITS.openTimeoutMs);

  const opened = await opening;
  assert.equal(opened.kind, "failed");
  assert.match(opened.why, /did not answer within 5000 ms/);
  await closed;
});

test("bytes that come with the end of the handshake are lost after the connection is open, never before", async () => {
  await using peer = await startTlsPeer(SIGNED, { greeted: ({ socket }) => void socket.write(APPROVED) });
  const told: string[] = [];
  let isOpen = false;
  const lost = new Promise<void>((resolve) => {
    const listener = {
      answered: () => void told.push("answered"),
      lost: () => {
        told.push(isOpen ? "lost after open" : "lost before open");
        resolve();
      },
    };
    void httpTransport(realClock)
      .open(peer.at({ fingerprint: SIGNED_FINGERPRINT }), listener, OPEN_LIMITS)
      .then(async (opened) => {
        isOpen = true;
        assert.equal(opened.kind, "open");
        await lost;
        assert.equal((await opened.connection.send(SALE, SEND_TIMEOUT_MS)).kind, "refused");
      });
  });
  await lost;

  assert.deepEqual(told, ["lost after open"]);
  await (
    await peer.connection(0)
  ).closed;
  assert.equal(peer.text(), "");
});

test("closed in the very tick of sending, not one byte of the request leaves over TLS either", async () => {
  await using peer = await startTlsPeer(SIGNED);
  const { connection, endings } = await connectTo(peer.at({ fingerprint: SIGNED_FINGERPRINT }));

  const sending = connection.send(SALE, SEND_TIMEOUT_MS);
  await connection.close();

  assert.equal((await sending).kind, "refused");
  await (
    await peer.connection(0)
  ).closed;
  assert.equal(peer.text(), "");
  assert.deepEqual(endings, []);
});

test("a request that is half out over TLS when the peer never reads answers `failed`", async () => {
  const clock = createVirtualClock();
  await using peer = await startTlsPeer(SIGNED, { greeted: ({ socket }) => void socket.pause() });
  const { connection, ended } = await connectTo(peer.at({ fingerprint: SIGNED_FINGERPRINT }), { clock });

  const sending = connection.send({ ...SALE, body: new Uint8Array(64 * 1024 * 1024) }, 2_000);
  await afterSomeTurns();
  await clock.advance(2_000);

  assert.equal((await sending).kind, "failed");
  assert.equal((await ended).kind, "lost");
});

test("bytes that are not encrypted as they should be end an exchange, and its words are for people", async () => {
  await using peer = await startTlsPeer(SIGNED, { asked: () => void peer.connections[0]?.socket.write(APPROVED) });
  const { connection, ended } = await connectTo(peer.at({ fingerprint: SIGNED_FINGERPRINT }));

  await connection.send(SALE, SEND_TIMEOUT_MS);

  assert.match(textOf(await ended), /^lost: the encryption of the connection failed \(ERR_SSL_\w+\)$/);
});

test("an answer that somebody cuts off below TLS is lost, even one that would end with the connection", async () => {
  for (const answer of ["HTTP/1.1 200 OK\r\nContent-Length: 30\r\n\r\nhalf", "HTTP/1.1 200 OK\r\n\r\nhalf"]) {
    await using peer = await startTlsPeer(SIGNED, { asked: ({ socket }) => void socket.write(answer) });
    // A stranger on the way: it passes everything on, and ends both connections in order once the answer has begun.
    await using stranger = await startPeer(({ socket }) => {
      const onward = connect(peer.at({}));
      socket.pipe(onward, { end: false });
      onward.on("data", (chunk) => {
        socket.write(chunk);
        if (peer.text() !== "") setImmediate(() => socket.end());
      });
      socket.on("close", () => onward.destroy());
    });
    const { connection, ended } = await connectTo({
      ...stranger.address,
      tls: { fingerprint: SIGNED_FINGERPRINT },
    });
    await connection.send(SALE, SEND_TIMEOUT_MS);

    assert.equal((await ended).kind, "lost", answer);
  }
});
