import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Duplex } from "node:stream";
import { test, type TestContext } from "node:test";
import { connectHost, hostLine, type HostLine } from "../../../src/daemon/supervision/host-pipe.ts";
import { realClock } from "../../support/clock.ts";
import { createKeptLog, type KeptLog } from "../../support/kept-log.ts";
import { createVirtualClock } from "../../support/virtual-clock.ts";

type Joined = { readonly line: HostLine; readonly host: Socket; readonly log: KeptLog };

/** A daemon and its host over a unix socket, which Node treats as it does a named pipe of Windows. */
async function joined(t: TestContext): Promise<Joined> {
  const folder = await mkdtemp(join(tmpdir(), "host-pipe-"));
  const server = createServer();
  t.after(async () => {
    server.close();
    await rm(folder, { recursive: true });
  });
  const path = join(folder, "pipe");
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const arrived = new Promise<Socket>((resolve) => server.once("connection", resolve));
  const log = createKeptLog();
  const line = await connectHost(path, { clock: realClock, log });
  const host = await arrived;
  host.on("error", () => undefined);
  t.after(async () => {
    host.destroy();
    await line[Symbol.asyncDispose]();
  });
  return { line, host, log };
}

async function said(host: Socket, count: number): Promise<unknown[]> {
  let text = "";
  for await (const chunk of host.setEncoding("utf8").iterator({ destroyOnReturn: false })) {
    text += String(chunk);
    if (text.split("\n").length > count) break;
  }
  return text
    .split("\n")
    .slice(0, count)
    .map((each): unknown => JSON.parse(each));
}

void test("given a host, when the daemon is ready, alive and has words for the event log, then each is a line", async (t) => {
  const { line, host } = await joined(t);

  line.ready();
  line.alive();
  line.tell("error", "journal.broken", 'two\nlines and a "quote"');

  assert.deepEqual(await said(host, 3), [
    { ready: true },
    { alive: true },
    { log: { level: "error", event: "journal.broken", text: 'two\nlines and a "quote"' } },
  ]);
});

void test("given a host, when it asks for the end in pieces, then the daemon hears it with its limit", async (t) => {
  const { line, host } = await joined(t);

  host.write('{"stop": tr');
  host.write('ue, "limitMs": 12000}\n');

  assert.deepEqual(await line.asked, { kind: "stop", limitMs: 12_000 });
});

for (const [words, limitMs] of [
  ['{"stop": true}', 30_000],
  ['{"stop": true, "limitMs": -1}', 30_000],
  ['{"stop": true, "limitMs": "soon"}', 30_000],
  ['{"stop": true, "limitMs": 1e12}', 600_000],
] as const) {
  void test(`given a host, when it says ${words}, then the limit is ${limitMs} ms`, async (t) => {
    const { line, host } = await joined(t);
    host.write(`${words}\n`);
    assert.deepEqual(await line.asked, { kind: "stop", limitMs });
  });
}

void test("given a host, when it says what nobody knows, then that is logged and a stop is still heard", async (t) => {
  const { line, host, log } = await joined(t);

  host.write(`nonsense\n\n{"stop": false}\n[]\nnull\n${"x".repeat(5_000)}\n{"stop": true, "limitMs": 5}\n`);

  assert.deepEqual(await line.asked, { kind: "stop", limitMs: 5 });
  assert.equal(log.lines.length, 5);
  assert.ok(log.whole.every((each) => each.length < 1_200));
});

void test("given a host that ends, then the daemon is asked to end in order and says why", async (t) => {
  const { line, host, log } = await joined(t);

  host.destroy();

  assert.equal((await line.asked).kind, "hostGone");
  assert.equal(log.lines.length, 1);
  line.alive();
  line.tell("warn", "late", "is left out");
});

void test("given a daemon that leaves, then what it said last arrives and nobody is called gone", async (t) => {
  const { line, host, log } = await joined(t);
  const told = said(host, 1);

  line.tell("warn", "last", "words");
  await line[Symbol.asyncDispose]();

  assert.deepEqual(await told, [{ log: { level: "warn", event: "last", text: "words" } }]);
  assert.deepEqual(log.lines, []);
});

/** A host that takes nothing until it is told to. */
function deafHost() {
  const kept: string[] = [];
  let hold: (() => void) | undefined;
  let deaf = true;
  const stream = new Duplex({
    decodeStrings: false,
    read: () => undefined,
    write: (chunk, _encoding, done) => {
      kept.push(String(chunk));
      if (deaf) hold = done;
      else done();
    },
  });
  const listen = () => {
    deaf = false;
    hold?.();
  };
  return { stream, kept, listen };
}

void test("given a host that does not read, when the daemon has much to say, then little waits and the gap is told", async () => {
  const { stream, kept, listen } = deafHost();
  const clock = createVirtualClock();
  const line = hostLine(stream, { clock, log: createKeptLog() });

  for (let count = 0; count < 100; count += 1) line.tell("warn", "noise", "x".repeat(10_000));
  assert.ok(stream.writableLength < 80_000, `${stream.writableLength} bytes wait`);
  line.alive();
  listen();
  await clock.settle();
  line.tell("warn", "noise", "after");

  assert.ok(kept.includes('{"alive":true}\n'));
  assert.match(kept.at(-2) ?? "", /"linesLeftOut","text":"\d+ lines are missing/);
  assert.match(kept.at(-1) ?? "", /"after"/);
});

void test("given a host that does not read, when the daemon leaves, then it waits a second and no longer", async () => {
  const { stream } = deafHost();
  const clock = createVirtualClock();
  const line = hostLine(stream, { clock, log: createKeptLog() });
  line.ready();
  line.alive();

  const left = line[Symbol.asyncDispose]();
  await clock.advance(1_000);
  await left;

  assert.equal(stream.destroyed, true);
});

void test("given no host, when the daemon connects, then it is told so", async () => {
  const path = join(tmpdir(), "no-such-folder", "pipe");
  await assert.rejects(connectHost(path, { clock: realClock, log: createKeptLog() }), /ENOENT/);
});
