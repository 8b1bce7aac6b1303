import assert from "node:assert/strict";
import { test } from "node:test";
import {
  array,
  assert as hold,
  asyncProperty,
  constantFrom,
  integer,
  record,
  uint8Array,
} from "../support/properties.ts";
import type { ExchangeLimits } from "../../src/transports/exchange.ts";
import {
  APPROVED,
  connectTo,
  OPEN_LIMITS,
  SALE,
  SEND_TIMEOUT_MS,
  startPeer,
  textOf,
  type Ending,
  type PeerConnection,
} from "./http-peer.ts";

const CHUNKED =
  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" +
  '6;note=x\r\n{"appr\r\n00b\r\noved":true}\r\n0\r\nSignature: x\r\n\r\n';

/** What one request hears from a peer that behaves like this once it has it. */
async function hear(
  behave: (connection: PeerConnection) => void | Promise<void>,
  limits: ExchangeLimits = OPEN_LIMITS,
): Promise<Ending> {
  await using peer = await startPeer();
  const { connection, ended, endings } = await connectTo(peer.address, { limits });
  assert.equal((await connection.send(SALE, SEND_TIMEOUT_MS)).kind, "sent");
  const atPeer = await peer.connection(0);
  await atPeer.requested;
  await behave(atPeer);
  const ending = await ended;
  await atPeer.closed;
  await connection.close();
  assert.equal(endings.length, 1);
  return ending;
}

/** Each piece in a turn of its own, so that the other side reads one by one. */
async function inPieces({ socket }: PeerConnection, pieces: readonly Uint8Array[]): Promise<void> {
  socket.setNoDelay(true);
  for (const piece of pieces) {
    if (!socket.writable) return;
    socket.write(piece);
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}

function cutAt(bytes: Uint8Array, places: readonly number[]): readonly Uint8Array[] {
  const cuts = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((one, other) => one - other);
  return [...cuts, bytes.length].map((end, index) => bytes.subarray(cuts[index - 1] ?? 0, end));
}

const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, "latin1"));
const singly = (bytes: Uint8Array) => cutAt(bytes, [...bytes.keys()]);

test("an answer is the same however it is coded and cut, whatever comes before it and behind it", async () => {
  const form = record({
    body: uint8Array({ maxLength: 300 }),
    chunkBytes: array(integer({ min: 1, max: 100 }), { maxLength: 10 }),
    coding: constantFrom("length", "chunked"),
    before: constantFrom("", "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"),
    behind: constantFrom("", "junk", APPROVED),
    cuts: array(integer({ min: 0, max: 2_000 }), { maxLength: 12 }),
  });
  await hold(
    asyncProperty(form, async ({ body, chunkBytes, coding, before, behind, cuts }) => {
      const [field, coded] =
        coding === "length"
          ? [`Content-Length: ${body.length}`, body]
          : ["transfer-encoding: Chunked", chunked(body, chunkBytes)];
      const head = bytesOf(`${before}HTTP/1.1 402 Declined\r\n${field}\r\nX: one\r\nx: two\r\n\r\n`);
      const bytes = Buffer.concat([head, coded, bytesOf(behind)]);

      const ending = await hear((connection) => inPieces(connection, cutAt(bytes, cuts)));

      assert.equal(ending.kind, "answered");
      assert.equal(ending.answer.status, 402);
      assert.equal(ending.answer.headers["x"], "one, two");
      assert.deepEqual(ending.answer.body, body);
    }),
    { numRuns: 150 },
  );
});

function chunked(body: Uint8Array, sizes: readonly number[]): Uint8Array {
  const parts: Uint8Array[] = [];
  let rest = body;
  for (const size of [...sizes, Number.POSITIVE_INFINITY]) {
    const chunk = rest.subarray(0, size);
    if (chunk.length === 0) break;
    parts.push(bytesOf(`${chunk.length.toString(16)}\r\n`), chunk, bytesOf("\r\n"));
    rest = rest.subarray(size);
  }
  return Buffer.concat([...parts, bytesOf("0\r\n\r\n")]);
}

for (const [coding, answer] of Object.entries({ "with a length": APPROVED, "in chunks": CHUNKED })) {
  test(`an answer ${coding} that is cut short anywhere is lost, whether the connection is closed or reset`, async () => {
    assert.equal(textOf(await hear(({ socket }) => void socket.write(answer))), '{"approved":true}');
    for (let length = 0; length < answer.length; length += 1) {
      const cut = answer.slice(0, length);
      const closed = await hear(({ socket }) => void socket.end(cut));
      assert.match(textOf(closed), /^lost: the other side closed the connection before its answer was whole/, cut);
      const reset = await hear(({ socket }) => {
        socket.write(cut, () => socket.resetAndDestroy());
      });
      assert.match(textOf(reset), /^lost: the other side broke the connection off/, cut);
    }
  });
}

test("an answer that comes one byte at a time is waited for, until the caller has had enough", async () => {
  const whole = await hear((connection) => inPieces(connection, singly(bytesOf(CHUNKED))));
  assert.equal(textOf(whole), '{"approved":true}');

  await using peer = await startPeer();
  const { connection, endings } = await connectTo(peer.address);
  await connection.send(SALE, SEND_TIMEOUT_MS);
  const atPeer = await peer.connection(0);
  await inPieces(atPeer, singly(bytesOf(APPROVED)).slice(0, -1));
  await connection.close();
  await atPeer.closed;
  assert.deepEqual(endings, []);
});

const NO_ANSWERS = {
  "a length and a coding":
    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
  "a coding and a length":
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
  "two lengths": "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nhi!",
  "a list of lengths": "HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nhi",
  "a negative length": "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nhi",
  "a length that is no number": "HTTP/1.1 200 OK\r\nContent-Length: 0x2\r\n\r\nhi",
  "no length at all": "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhi",
  "the older kind without a length": "HTTP/1.0 200 OK\r\n\r\nhi",
  "a compressed transfer": "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
  "a transfer that chunks twice":
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
  "a coding that is none": "HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\nConnection: close\r\n\r\nhi",
  "another protocol": "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n",
  "a 101 with a length": "HTTP/1.1 101 Switching Protocols\r\nContent-Length: 2\r\n\r\nhi",
  "a bare 101": `HTTP/1.1 101 Switching Protocols\r\n\r\n${APPROVED}`,
  "HTTP/2": "HTTP/2.0 200 OK\r\nContent-Length: 2\r\n\r\nhi",
  "a folded header": "HTTP/1.1 200 OK\r\nA: b\r\n c\r\nContent-Length: 2\r\n\r\nhi",
  "line feeds alone": "HTTP/1.1 200 OK\nContent-Length: 2\n\nhi",
  "a chunk without a size": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nhi\r\n0\r\n\r\n",
  "a chunk that is longer than it says": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nhi\r\n0\r\n\r\n",
  "another language": "220 mail.example ESMTP\r\n",
  "a web page alone": "<!doctype html><title>Router</title>",
  "zero bytes": "\0".repeat(100),
};

test("what is no whole HTTP answer, or could be read in two ways, is lost", async () => {
  for (const [what, bytes] of Object.entries(NO_ANSWERS)) {
    const atOnce = await hear(({ socket }) => void socket.end(bytes, "latin1"));
    assert.equal(atOnce.kind, "lost", what);
    const byByte = await hear((connection) => inPieces(connection, singly(bytesOf(bytes))));
    assert.equal(byByte.kind, "lost", `${what}, byte by byte`);
  }
});

test("a wish to go on in another protocol is told as one, and one that is only possible takes nothing from an answer", async () => {
  assert.match(
    textOf(await hear(({ socket }) => void socket.write(NO_ANSWERS["another protocol"]))),
    /another protocol/,
  );
  const offering = APPROVED.replace("\r\n", "\r\nConnection: upgrade\r\nUpgrade: h2c\r\n");
  assert.equal(textOf(await hear(({ socket }) => void socket.write(offering))), '{"approved":true}');
});

test("an answer without a body needs no length", async () => {
  for (const status of ["204 No Content", "304 Not Modified"]) {
    const ending = await hear(({ socket }) => void socket.write(`HTTP/1.1 ${status}\r\n\r\n`));
    assert.equal(textOf(ending), "");
  }
});

test("an answer may be as long as the limit and not a byte longer", async () => {
  const limits = { ...OPEN_LIMITS, maxAnswerBytes: 5_000 };
  for (const head of ["Content-Length: LENGTH\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n"]) {
    const answerOf = (length: number) => {
      const body = new Uint8Array(length).fill(65);
      const coded = head.startsWith("Content") ? body : chunked(body, []);
      return Buffer.concat([bytesOf(`HTTP/1.1 200 OK\r\n${head.replace("LENGTH", String(length))}`), coded]);
    };
    const fits = await hear(({ socket }) => void socket.write(answerOf(5_000)), limits);
    assert.equal(textOf(fits).length, 5_000);
    const tooLong = await hear(({ socket }) => void socket.write(answerOf(5_001)), limits);
    assert.equal(textOf(tooLong), "lost: the answer is longer than 5000 bytes");
  }
});

test("a body in chunks of one byte counts by its bytes, not by what is around them", async () => {
  const body = new Uint8Array(10_000).fill(65);
  const bytes = Buffer.concat([
    bytesOf("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
    chunked(body, Array<number>(10_000).fill(1)),
  ]);
  assert.equal(textOf(await hear(({ socket }) => void socket.write(bytes))).length, 10_000);
});

test("50 MB are announced: lost at the head, and what follows is not taken", async () => {
  const head = `HTTP/1.1 200 OK\r\nContent-Length: ${50 * 1024 * 1024}\r\n\r\n`;
  assert.equal(
    textOf(await hear(({ socket }) => void socket.write(head))),
    "lost: the answer is longer than 10000 bytes",
  );

  let written = 0;
  const ending = await hear(async (connection) => {
    connection.socket.write(head);
    written = await flood(connection, "x".repeat(65_536), 800);
  });
  assert.equal(ending.kind, "lost");
  assert.ok(written < 10_000_000, `${written} bytes were taken`);
});

const TALK_WITHOUT_END = {
  "a body in chunks": {
    start: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
    again: `400\r\n${"x".repeat(1024)}\r\n`,
    why: /longer than 10000 bytes/,
  },
  "a body in tiny chunks": {
    start: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
    again: "0000001\r\nx\r\n".repeat(100),
    why: /bytes/,
  },
  headers: { start: "HTTP/1.1 200 OK\r\n", again: "A: b\r\n".repeat(100), why: /headers are longer than 16384 bytes/ },
  "one header": { start: "HTTP/1.1 200 OK\r\nA: b", again: "b".repeat(1_000), why: /headers are longer/ },
  "a header of blanks": { start: "HTTP/1.1 200 OK\r\nA:", again: " ".repeat(1_000), why: /still no whole answer/ },
  "a status line": { start: "HTTP/1.1 200 O", again: "K".repeat(1_000), why: /headers are longer/ },
  "line ends before the answer": { start: "", again: "\r\n".repeat(1_000), why: /still no whole answer/ },
  "answers that one is to come": { start: "", again: "HTTP/1.1 102 Processing\r\n\r\n", why: /only interim answers/ },
  "the note of a chunk": {
    start: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;",
    again: "x".repeat(1_000),
    why: /no HTTP answer/,
  },
  trailers: {
    start: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
    again: "A: b\r\n".repeat(100),
    why: /headers are longer/,
  },
};

test("talk without end is lost before it takes room or time", async () => {
  for (const [what, { start, again, why }] of Object.entries(TALK_WITHOUT_END)) {
    let written = 0;
    const ending = await hear(async (connection) => {
      connection.socket.write(start);
      written = await flood(connection, again, 50_000);
    });
    assert.match(textOf(ending), why, what);
    assert.ok(written < 10_000_000, `${what}: ${written} bytes were taken`);
  }
});

test("talk without end behind a whole answer takes nothing from it and is not listened to", async () => {
  let written = 0;
  const ending = await hear(async (connection) => {
    connection.socket.write(APPROVED);
    written = await flood(connection, "x".repeat(65_536), 800);
  });
  assert.equal(textOf(ending), '{"approved":true}');
  assert.ok(written < 10_000_000, `${written} bytes were taken`);
});

/** Writes the same again and again, each time when the last is taken, until the other side has gone. Answers how much went out. */
async function flood({ socket }: PeerConnection, text: string, mostTimes: number): Promise<number> {
  let written = 0;
  for (let time = 0; time < mostTimes; time += 1) {
    const failed = await new Promise((resolve) => socket.write(text, resolve));
    if (failed instanceof Error) return written;
    written += text.length;
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  return written;
}

test("the last of thousands of small headers is still there", async () => {
  const head = `HTTP/1.1 200 OK\r\nContent-Length: 0\r\n${"a:b\r\n".repeat(3_000)}Signature: x\r\n\r\n`;
  const ending = await hear(({ socket }) => void socket.write(head));
  assert.equal(ending.kind, "answered");
  assert.equal(ending.answer.headers["signature"], "x");
});
