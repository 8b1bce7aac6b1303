import assert from "node:assert/strict";
import { test } from "node:test";
import type { TransactionOnWire } from "../../../src/protocol/transaction.ts";
import { APPROVED, COUNTER, SALE, UNKNOWN } from "../../support/fake-till.ts";
import type { Message, ProtocolClient } from "../../support/protocol-client.ts";
import { serveProtocol, tillRecord } from "../../support/protocol-server.ts";

const start = (requestId: string, more: Record<string, unknown> = {}) => ({
  terminal: "counter-1",
  requestId,
  operation: SALE,
  ...more,
});
const eventsOf = (client: ProtocolClient) =>
  client.messages.filter(({ method }) => method === "event").map(({ params }) => params ?? {});
/** `1 transaction.accepted`, and with a dash what is not kept. */
const linesOf = (client: ProtocolClient) =>
  eventsOf(client).map(({ seq, kept, type }) => `${kept === true ? "" : "-"}${String(seq)} ${String(type)}`);
const transactionIn = (message: Message | Record<string, unknown>) =>
  (message as { transaction: TransactionOnWire }).transaction;

test("the reply to a start comes before the first event, and each event shows the transaction as of its fact", async (t) => {
  const { open, till } = await serveProtocol(t);
  const pos = await open();
  const id = pos.post("transactions.start", start("r1"));
  await pos.event("transaction.accepted");
  await till.settle("T1", APPROVED);
  const settled = await pos.event("transaction.settled");

  const order = pos.messages.slice(2).map(({ id: reply, params }) => reply ?? params?.["type"]);
  assert.deepEqual(order, [id, "transaction.accepted", "transaction.dispatched", "transaction.settled"]);
  assert.deepEqual(linesOf(pos), ["1 transaction.accepted", "2 transaction.dispatched", "3 transaction.settled"]);
  const asked = await pos.request("transactions.get", { transaction: "T1" });
  assert.deepEqual(transactionIn(settled), asked.result?.["transaction"]);
});

test("until settled the events come as they happen, and the reply behind them", async (t) => {
  const { open, till } = await serveProtocol(t);
  const pos = await open();
  const id = pos.post("transactions.start", start("r1", { until: "settled" }));
  await pos.event("transaction.accepted");
  till.emit({
    kind: "progress",
    pos: "till-1",
    transaction: "T1",
    requestId: "r1",
    stage: "presentCard",
    text: "Card?",
    remainingMs: 30_000,
  });
  const progress = await pos.event("transaction.progress");
  assert.deepEqual(progress, {
    seq: 1,
    at: "2026-01-02T03:04:05.000Z",
    kept: false,
    type: "transaction.progress",
    transaction: "T1",
    requestId: "r1",
    stage: "presentCard",
    text: "Card?",
    remainingMs: 30_000,
  });
  await till.settle("T1", APPROVED);
  await pos.next((message) => message.id === id);
  assert.equal(pos.messages.at(-1)?.id, id);
});

test("a transaction's events go to every socket of its POS and to nobody else", async (t) => {
  const { open, till } = await serveProtocol(t, { records: [tillRecord({ pos: "till-2" })] });
  const one = await open();
  const alsoOne = await open();
  const two = await open({ pos: "till-2" });
  await one.request("transactions.start", start("r1"));
  await till.alarm("T1", "look");
  till.emit({
    kind: "receipt",
    pos: "till-1",
    transaction: "T1",
    requestId: "r1",
    receipt: { copy: "customer", lines: [{ text: "TOTAL 12.50" }], printedBy: "pos", signatureRequired: false },
  });
  till.emit({
    kind: "prompt",
    pos: "till-1",
    transaction: "T1",
    prompt: "P1",
    ask: "choose",
    text: "Account?",
    choices: ["1", "2"],
    expiresAt: "2026-01-02T03:05:00.000Z",
    default: "1",
  });
  till.emit({ kind: "terminalState", terminal: { ...COUNTER, state: "busy", busyWith: "T1" } });
  till.emit({ kind: "terminalRemoved", terminal: "counter-9" });
  await two.event("terminal.vanished");
  await alsoOne.event("terminal.vanished");

  const all = [
    "1 transaction.accepted",
    "2 alarm",
    "-2 transaction.receipt",
    "-2 transaction.prompt",
    "-2 terminal.state",
    "-2 terminal.vanished",
  ];
  assert.deepEqual(linesOf(one), all);
  assert.deepEqual(linesOf(alsoOne), all);
  assert.deepEqual(linesOf(two), ["-0 terminal.state", "-0 terminal.vanished"]);
});

test("an administrator who subscribes hears what happens to others, not kept", async (t) => {
  const { open, administrator, till } = await serveProtocol(t);
  const pos = await open();
  const operator = await administrator();
  const deaf = await administrator();
  assert.deepEqual((await operator.request("events.subscribe", { all: true })).result, {});
  await pos.request("transactions.start", start("r1"));
  const { severity, code } = { severity: "critical", code: "journalOlder" } as const;
  till.emit({
    kind: "alarm",
    at: "2026-01-02T03:04:05.000Z",
    alarm: { severity, code, text: "set back", remedy: "look" },
  });
  await operator.event("alarm");
  await deaf.request("ping");
  assert.deepEqual(linesOf(operator), ["-0 transaction.accepted", "-0 alarm"]);
  assert.deepEqual(linesOf(deaf), []);
  assert.deepEqual(linesOf(pos), ["1 transaction.accepted"]);
});

test("resuming replays what was missed behind the reply, with the old numbers, then goes on", async (t) => {
  const { open, till } = await serveProtocol(t);
  const first = await open();
  await first.request("transactions.start", start("r1"));
  first.socket.close();
  await first.closed;
  await till.settle("T1", UNKNOWN);
  await till.alarm("T1", "look");

  const again = await open({ resumeAfter: 1, journal: "J1" });
  assert.deepEqual([again.opened.result?.["lastEvent"], again.opened.result?.["resume"]], [4, "replay"]);
  await till.write("T1", { kind: "resolved", outcome: { ...APPROVED, revision: 2, decidedBy: { kind: "recovery" } } });
  const resolved = await again.event("transaction.resolved");
  assert.equal(transactionIn(resolved).outcome?.revision, 2);
  assert.equal(again.messages[1], again.opened);
  assert.deepEqual(linesOf(again), [
    "2 transaction.dispatched",
    "3 transaction.settled",
    "4 alarm",
    "5 transaction.resolved",
  ]);
  assert.equal(transactionIn(eventsOf(again)[0] ?? {}).state, "dispatched", "as it was told then");
});

test("without resumeAfter nothing is replayed; with one that is not of this past, neither", async (t) => {
  const { open } = await serveProtocol(t);
  const first = await open();
  await first.request("transactions.start", start("r1"));
  for (const [params, resume] of [
    [{}, "none"],
    [{ resumeAfter: 2 }, "reset"],
    [{ resumeAfter: 0, journal: "another" }, "reset"],
    [{ resumeAfter: 1 }, "replay"],
  ] as const) {
    const later = await open(params);
    assert.equal(later.opened.result?.["resume"], resume, JSON.stringify(params));
    await later.request("ping");
    assert.deepEqual(linesOf(later), []);
  }
});

test("an event that is told late or out of order is put into order; none is doubled or lost", async (t) => {
  const { open, till } = await serveProtocol(t);
  const pos = await open();
  await pos.request("transactions.start", start("r1"));
  const dispatched = await till.writeInSilence("T1", { kind: "dispatched", ...DISPATCH });
  await till.alarm("T1", "overtakes");
  await pos.event("alarm");
  for (const event of dispatched) till.emit(event);
  await till.alarm("T1", "last");
  await pos.event("alarm");
  assert.deepEqual(linesOf(pos), ["1 transaction.accepted", "2 transaction.dispatched", "3 alarm", "4 alarm"]);
});

test("an event that was committed but not yet told when the session opened is told once", async (t) => {
  const { open, till } = await serveProtocol(t);
  const first = await open();
  await first.request("transactions.start", start("r1"));
  const untold = await till.writeInSilence("T1", { kind: "dispatched", ...DISPATCH });

  const second = await open();
  const resumed = await open({ resumeAfter: 0 });
  for (const event of untold) till.emit(event);
  await till.alarm("T1", "next");
  await second.event("alarm");
  await resumed.event("alarm");

  assert.equal((second.opened.result?.["open"] as TransactionOnWire[])[0]?.state, "dispatched");
  assert.deepEqual(linesOf(second), ["3 alarm"]);
  assert.deepEqual(linesOf(resumed), ["1 transaction.accepted", "2 transaction.dispatched", "3 alarm"]);
});

test("a start that is refused or fails holds nobody's events back", async (t) => {
  const { open, till } = await serveProtocol(t);
  const pos = await open();
  await pos.request("transactions.start", start("r1"));
  till.failNext(new Error("inside"));
  await pos.request("transactions.start", start("r2"));
  await pos.request("transactions.start", start("r2", { terminal: "nowhere" }));
  await pos.request("transactions.start", start("r2"));
  await till.settle("T1", APPROVED);
  await pos.event("transaction.settled");
  assert.deepEqual(linesOf(pos).slice(0, 2), ["1 transaction.accepted", "2 transaction.accepted"]);
});

test("a trace is sent while it is wanted, to whoever may, and stops with the socket", async (t) => {
  const listening = new Set<string>();
  let say: (terminal: string, entry: { bytes: number }) => unknown = () => {};
  const { open, till } = await serveProtocol(t, {
    records: [tillRecord({ scopes: ["trace"] })],
    ports: {
      recorder: {
        listen: (terminal, listener) => {
          const name = terminal ?? "all";
          listening.add(name);
          say = listener;
          return () => listening.delete(name);
        },
        page: () => Promise.resolve({ entries: [], missing: 0 }),
      },
    },
  });
  const pos = await open();
  const trace = (params: unknown) => pos.request("diagnostics.trace", params);
  assert.equal((await trace({ enable: true, terminal: "nowhere" })).error?.data["reason"], "terminalNotFound");
  assert.deepEqual((await trace({ enable: true })).result, {});
  say("counter-1", { bytes: 3 });
  assert.deepEqual((await pos.event("trace"))["entry"], { bytes: 3 });
  await trace({ enable: true, terminal: "counter-1" });
  assert.deepEqual([...listening], ["counter-1"]);
  await trace({ enable: false });
  assert.deepEqual([...listening], []);
  await trace({ enable: true });
  const left = new Promise<void>((resolve) => {
    const posLeft = till.transactions.posLeft;
    till.transactions.posLeft = (name) => {
      posLeft(name);
      resolve();
    };
  });
  pos.socket.terminate();
  await left;
  assert.deepEqual([...listening], []);
});

const DISPATCH = {
  attempt: 1,
  request: "",
  ticket: "T1",
  driver: { id: "acme", version: "1" },
  link: "L1",
  deadline: "2026-01-02T03:06:05.000Z",
  lastSeen: "2026-01-02T03:04:05.000Z",
};
