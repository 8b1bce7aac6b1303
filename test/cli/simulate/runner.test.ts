import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { once } from "node:events";
import { lstatSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer as createHttpServer } from "node:http";
import { connect, createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { SimulatorFailure } from "../../../src/cli/simulate/failure.ts";
import { openPtyPort } from "../../../src/cli/simulate/pty-port.ts";
import type { PortAddress } from "../../../src/cli/simulate/port.ts";
import type { Listen } from "../../../src/cli/simulate/outlet.ts";
import { runSimulator, type SimulatorOptions } from "../../../src/cli/simulate/runner.ts";
import type { JsonObject } from "../../../src/core/json.ts";
import { Type } from "../../../src/core/schema.ts";
import { getnetSimulator } from "../../../src/drivers/getnet/simulator.ts";
import { poyntSimulator } from "../../../src/drivers/poynt/simulator.ts";
import type { Simulator } from "../../../src/drivers/simulator.ts";
import { serialTransport } from "../../../src/transports/serial.ts";
import { tcpTransport } from "../../../src/transports/tcp.ts";
import type { Link } from "../../../src/transports/transport.ts";
import { realClock } from "../../support/clock.ts";
import { createKeptLog } from "../../support/kept-log.ts";
import { createRecordingListener, type RecordingListener } from "../../support/recording-listener.ts";
import { nodeCrypto } from "../../support/terminal-bench.ts";

const LIMIT_MS = 20_000;
const LOOPBACK: Listen = { kind: "tcp", host: "127.0.0.1", port: 0, secondClient: "replaces" };
const AT_ONCE = { gapMs: 0, customerMs: 0, stageMs: 0 };

function signed(inner: string): string {
  const sign = createHash("sha256").update(inner, "utf8").digest("hex").toUpperCase();
  return JSON.stringify({ JsonSerialized: inner, Sign: sign });
}
const POLL = signed('{"Command":106}');
const SALE = signed('{"Command":100,"Amount":1250,"TicketNumber":"A1"}');
const LAST_VOUCHER = signed('{"Command":101}');

/** Starts a simulated terminal that ends with the test. */
async function simulated(t: TestContext, options: Partial<SimulatorOptions> = {}) {
  const running = await runSimulator({
    vendor: { id: "getnet", simulator: getnetSimulator },
    scenario: AT_ONCE,
    listen: LOOPBACK,
    clock: realClock,
    crypto: nodeCrypto,
    log: createKeptLog(),
    ...options,
  });
  t.after(() => running.close());
  return running;
}

async function folderFor(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "simulator-"));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
}

type Ends = { readonly link: Link; readonly heard: RecordingListener };

async function linked(
  t: TestContext,
  address: { type: string; host?: string; port?: number; path?: string },
): Promise<Ends> {
  const heard = createRecordingListener();
  const { host = "", port = 0, path = "" } = address;
  const opened =
    address.type === "tcp"
      ? await tcpTransport(realClock).open({ type: "tcp", host, port }, heard, LIMIT_MS)
      : await serialTransport(realClock).open({ type: "serial", path }, heard, LIMIT_MS);
  assert.equal(opened.kind, "open", opened.kind === "failed" ? opened.why : "");
  t.after(() => opened.link.close());
  return { link: opened.link, heard };
}

/** Sends, and waits for an answer that holds these words. */
async function exchange({ link, heard }: Ends, text: string, words: string): Promise<string> {
  assert.deepEqual(await link.send(new TextEncoder().encode(text), LIMIT_MS), { kind: "sent" });
  return heard.until((received) => received.includes(words));
}

/** A log that answers when a line with these words comes. */
function logUntil(words: string) {
  const { promise: line, resolve } = Promise.withResolvers<string>();
  const info = (_event: string, message: string): void => {
    if (message.includes(words)) resolve(message);
  };
  return { log: { ...createKeptLog(), info }, line };
}

/** The connection is reset, during the opening or right after it. */
async function refused(address: PortAddress): Promise<void> {
  assert.equal(address.type, "tcp");
  const socket = connect(address.port, address.host);
  const [error] = (await once(socket, "close", { signal: AbortSignal.timeout(LIMIT_MS) }).catch((cause: unknown) => [
    cause,
  ])) as [unknown];
  assert.match(String(error), /ECONNRESET/);
}

function onPty(name: string, run: (t: TestContext) => Promise<void>): void {
  if (process.platform !== "win32") test(name, run);
}

test("a sale over TCP is in the ledger when its reply arrives", async (t) => {
  const ledgerFile = join(await folderFor(t), "ledger.jsonl");
  const { address } = await simulated(t, { ledgerFile });
  const ends = await linked(t, address);

  await exchange(ends, SALE, "Aprobado");

  const lines = readFileSync(ledgerFile, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as JsonObject);
  assert.equal(lines.length, 1);
  assert.deepEqual([lines[0]?.["kind"], lines[0]?.["ticket"], lines[0]?.["amount"]], ["sale", "A1", 1250]);
});

/** Pays at a terminal that is asked over HTTP, with the id of the request; answers the status and what became of the payment. */
async function payOverHttp(address: PortAddress, id: string): Promise<readonly [status: number, payment: unknown]> {
  assert.equal(address.type, "http");
  const body = JSON.stringify({ poyntRequestId: id, payment: { referenceId: "A1", amount: 1250 } });
  const signature = createHmac("sha256", "SECRET").update(body).digest("hex");
  const answer = await fetch(`http://${address.host}:${address.port}/devices/cat/authorizeSales`, {
    method: "POST",
    headers: { "content-type": "text/plain", signature },
    body,
    signal: AbortSignal.timeout(LIMIT_MS),
  });
  const { payment } = (await answer.json()) as { readonly payment?: { readonly status: string } };
  return [answer.status, payment?.status];
}

test("a sale over HTTP is in the ledger when its answer arrives, and the next process knows its request", async (t) => {
  const folder = await folderFor(t);
  const [ledgerFile, memoryFile] = [join(folder, "ledger.jsonl"), join(folder, "memory.json")];
  const asked = {
    vendor: { id: "poynt", simulator: poyntSimulator },
    scenario: { customerMs: 0, stageMs: 0, pairedWith: "SECRET" },
    listen: { kind: "http", host: "127.0.0.1", port: 0 },
    ledgerFile,
    memoryFile,
  } as const;
  const id = "2a3f8c1e-6f0b-4b7e-9d53-0c1d2e3f4a5b";
  const first = await simulated(t, asked);
  assert.deepEqual(await payOverHttp(first.address, id), [200, "COMPLETED"]);
  await first.close();

  const second = await simulated(t, asked);

  assert.deepEqual(await payOverHttp(second.address, id), [200, "COMPLETED"]);
  const lines = readFileSync(ledgerFile, "utf8").trim().split("\n");
  assert.deepEqual(
    lines.map((line) => (JSON.parse(line) as JsonObject)["ticket"]),
    ["A1"],
  );
});

test("a terminal on HTTP that restarts after the money moved refuses connections meanwhile, and then tells what it did", async (t) => {
  const { promise: ring, resolve: powerOn } = Promise.withResolvers<() => void>();
  const held = {
    ...realClock,
    after: (delayMs: number, fire: () => void) => {
      if (delayMs !== 7_000) return realClock.after(delayMs, fire);
      powerOn(fire);
      return { cancel: () => {} };
    },
  };
  const then = [{ kind: "restart", at: "afterMoney", offMs: 7_000 }];
  const rules = [{ when: { command: "sale", nth: 1 }, then }];
  const { address } = await simulated(t, {
    vendor: { id: "poynt", simulator: poyntSimulator },
    scenario: { customerMs: 0, stageMs: 0, pairedWith: "SECRET", rules },
    listen: { kind: "http", host: "127.0.0.1", port: 0 },
    clock: held,
  });
  const id = "7a1f0c52-9d0e-4a6b-8c3d-5e6f708192a3";

  await assert.rejects(payOverHttp(address, id));
  await assert.rejects(payOverHttp(address, id), (error: Error) => {
    assert.match(String((error.cause as NodeJS.ErrnoException).code), /ECONNREFUSED/);
    return true;
  });
  (await ring)();

  const limit = AbortSignal.timeout(LIMIT_MS);
  for (;;) {
    const told = await payOverHttp(address, id).catch(() => limit.throwIfAborted());
    if (told === undefined) continue;
    assert.deepEqual(told, [200, "COMPLETED"]);
    return;
  }
});

/** A cloud that calls the address that it is given, and answers with how that ended. */
const callingBack: Simulator = {
  scenarioSchema: Type.Object({ identity: Type.Optional(Type.Object({})) }),
  create: () => ({
    step: (input) => {
      if (input.kind === "requested") {
        const url = new TextDecoder().decode(input.request.body);
        const call = { call: input.exchange, headers: {}, body: new Uint8Array([1, 2]), answerTimeoutMs: LIMIT_MS };
        return [{ kind: "call", url, ...call }];
      }
      if (input.kind !== "callEnded") return [];
      const body = new TextEncoder().encode(String(input.status));
      const headers = [["Content-Length", String(body.length)]] as const;
      return [{ kind: "answer", exchange: input.call, answer: { status: 200, reason: "OK", headers, body } }];
    },
  }),
};

test("a simulated cloud calls back, and hears how that ended", async (t) => {
  const called = createHttpServer((_request, response) => void response.writeHead(204).end());
  called.listen(0, "127.0.0.1");
  await once(called, "listening");
  t.after(() => called.close());
  const { address } = await simulated(t, {
    vendor: { id: "cloud", simulator: callingBack },
    scenario: {},
    listen: { kind: "http", host: "127.0.0.1", port: 0 },
  });
  assert.equal(address.type, "http");
  const endOf = async (url: string): Promise<string> => {
    const signal = AbortSignal.timeout(LIMIT_MS);
    const answer = await fetch(`http://127.0.0.1:${address.port}/`, { method: "POST", body: url, signal });
    return answer.text();
  };

  assert.equal(await endOf(`http://127.0.0.1:${(called.address() as AddressInfo).port}/`), "204");
  assert.equal(await endOf("https://shop.example/"), "undefined");
});

test("messages come one at a time, so that a client that takes a chunk for a message can follow", async (t) => {
  const { address } = await simulated(t, { scenario: { customerMs: 0, stageMs: 0, gapMs: 250 } });
  assert.equal(address.type, "tcp");
  const socket = connect(address.port, address.host);
  t.after(() => socket.destroy());
  const chunks: string[] = [];
  socket.on("data", (chunk) => chunks.push(chunk.toString()));

  socket.write(signed('{"Command":100,"Amount":1250,"TicketNumber":"A1","SendMessage":true}'));
  while (!chunks.join("").includes("Aprobado")) await once(socket, "data");

  assert.equal(chunks.length, 5);
  for (const chunk of chunks) JSON.parse(chunk);
});

test("the vendor's client that reads until the end of the stream gets its reply", async (t) => {
  const { address } = await simulated(t, { scenario: { ...AT_ONCE, closeAfterReply: true } });
  const ends = await linked(t, address);

  await exchange(ends, POLL, "Aprobado");

  assert.equal((await ends.heard.untilLost()).loss, "ended");
  await exchange(await linked(t, address), POLL, "Aprobado");
});

test("a cut connection is a reset, the terminal goes on and takes the next connection", async (t) => {
  const rules = [{ when: { command: "sale" }, then: [{ kind: "linkCut", at: "afterMoney" }] }];
  const { address } = await simulated(t, { scenario: { ...AT_ONCE, rules } });
  const first = await linked(t, address);

  await first.link.send(new TextEncoder().encode(SALE), LIMIT_MS);

  assert.equal((await first.heard.untilLost()).loss, "failed");
  await exchange(await linked(t, address), LAST_VOUCHER, String.raw`\"Ticket\":\"A1\"`);
});

test("a second connection takes the first one's place, or is refused", async (t) => {
  const replacing = await simulated(t);
  const first = await linked(t, replacing.address);
  await exchange(first, POLL, "Aprobado");
  const second = await linked(t, replacing.address);
  assert.equal((await first.heard.untilLost()).loss, "failed");
  await exchange(second, POLL, "Aprobado");

  const refusing = await simulated(t, { listen: { ...LOOPBACK, secondClient: "refused" } });
  const only = await linked(t, refusing.address);
  await exchange(only, POLL, "Aprobado");
  await refused(refusing.address);
  assert.equal(only.link.isOpen, true);
});

test("a process with the same memory file remembers what the one before it did", async (t) => {
  const memoryFile = join(await folderFor(t), "memory.json");
  const first = await simulated(t, { memoryFile });
  await exchange(await linked(t, first.address), SALE, "Aprobado");
  await first.close();

  const second = await simulated(t, { memoryFile });

  await exchange(await linked(t, second.address), LAST_VOUCHER, String.raw`\"Ticket\":\"A1\"`);
});

test("32 terminals in one process each have their own memory", async (t) => {
  const terminals = await Promise.all(
    Array.from({ length: 32 }, (_, index) =>
      simulated(t, { scenario: { ...AT_ONCE, identity: { terminalId: String(index) } } }),
    ),
  );
  await Promise.all(
    terminals.map(async ({ address }, index) => {
      const ends = await linked(t, address);
      await exchange(ends, SALE, String.raw`\"TerminalId\":\"${index}\"`);
      assert.match(ends.heard.text(), /\\"OperationId\\":1,/);
    }),
  );
});

test("what cannot run says why and what to do", async (t) => {
  const folder = await folderFor(t);
  const broken = join(folder, "broken.json");
  writeFileSync(broken, "{");
  const taken = createServer();
  taken.listen(0, "127.0.0.1");
  await once(taken, "listening");
  t.after(() => taken.close());
  const { port } = taken.address() as AddressInfo;

  const cases: readonly (readonly [Partial<SimulatorOptions>, RegExp])[] = [
    [{ scenario: { gapMs: -1 } }, /The scenario is wrong: gapMs/],
    [{ scenario: { surprise: 1 } }, /The scenario is wrong: surprise is not known here/],
    [{ scenario: { rules: [{ when: {}, then: [{ kind: "explodes" }] }] } }, /The scenario is wrong: rules\.0\.then\.0/],
    [{ memoryFile: broken }, /not JSON\. Remove it/],
    [{ listen: { kind: "tcp", host: "127.0.0.1", port, secondClient: "replaces" } }, /choose another port/],
    [
      { listen: { kind: "serial", path: join(folder, "ttyNONE"), baudRate: 115_200 } },
      /there is no device .*plugged in/,
    ],
  ];
  for (const [options, message] of cases) {
    await assert.rejects(simulated(t, options), (error) => {
      assert.ok(error instanceof SimulatorFailure);
      assert.match(error.message, message);
      return true;
    });
  }
});

onPty("a sale over a pseudo-terminal that the simulator makes", async (t) => {
  const linkPath = join(await folderFor(t), "ttyTEST0");
  const { address } = await simulated(t, { listen: { kind: "pty", linkPath } });
  assert.deepEqual(address, { type: "serial", path: linkPath });

  await exchange(await linked(t, address), SALE, "Aprobado");
});

onPty("the program at the other end of a pseudo-terminal may come and go", async (t) => {
  const { address } = await simulated(t, { listen: { kind: "pty" } });
  for (let count = 0; count < 3; count += 1) {
    const ends = await linked(t, address);
    await exchange(ends, POLL, "Aprobado");
    await ends.link.close();
  }
});

onPty("a cut pseudo-terminal is an unplugged cable, and comes back under the same name", async (t) => {
  const linkPath = join(await folderFor(t), "ttyTEST0");
  const { log, line } = logUntil(linkPath);
  const rules = [{ when: { command: "sale" }, then: [{ kind: "linkCut", at: "afterMoney" }] }];
  const { address } = await simulated(t, { listen: { kind: "pty", linkPath }, scenario: { ...AT_ONCE, rules }, log });
  const first = await linked(t, address);

  await first.link.send(new TextEncoder().encode(SALE), LIMIT_MS);
  assert.equal((await first.heard.untilLost()).loss, "failed");
  await line;

  await exchange(await linked(t, address), LAST_VOUCHER, String.raw`\"Ticket\":\"A1\"`);
});

onPty("the name that a killed simulator left leads nowhere while the next device is set up", async (t) => {
  const linkPath = join(await folderFor(t), "ttyTEST0");
  symlinkSync("/dev/pts/of-one-that-was-killed", linkPath);
  const named: boolean[] = [];
  const watched = {
    ...realClock,
    after: (delayMs: number, ring: () => void) => {
      named.push(lstatSync(linkPath, { throwIfNoEntry: false }) !== undefined);
      return realClock.after(delayMs, ring);
    },
  };
  const port = await openPtyPort(linkPath, { connected() {}, disconnected() {}, received() {}, log() {} }, watched);
  t.after(() => port.close());

  assert.equal(named[0], false, "the first timer is the one for opening the device as a serial port");
  assert.match(realpathSync(linkPath), /^\/dev\/pts\/[0-9]+$/);
});

onPty("a sale over a serial device that is there already, which may vanish and come back", async (t) => {
  const path = join(await folderFor(t), "ttyTEST0");
  const heard = createRecordingListener();
  const far = await openPtyPort(path, { ...heard, connected() {}, disconnected() {}, log() {} }, realClock);
  t.after(() => far.close());
  const hurried = { ...realClock, after: (delayMs: number, ring: () => void) => realClock.after(delayMs / 20, ring) };
  const { log, line } = logUntil("is open again");
  const { address } = await simulated(t, { listen: { kind: "serial", path, baudRate: 115_200 }, clock: hurried, log });
  assert.deepEqual(address, { type: "serial", path });

  far.write(new TextEncoder().encode(SALE));
  await heard.until((text) => text.includes("Aprobado"));
  far.hangUp("cut");
  await line;

  far.write(new TextEncoder().encode(POLL));
  await heard.until((text) => text.includes(String.raw`\"FunctionCode\":106`));
});
