import assert from "node:assert/strict";
import { test } from "node:test";
import { APPROVED, SALE, type FakeTill } from "../../support/fake-till.ts";
import { roundTrip } from "../../support/protocol-client.ts";
import { serveProtocol } from "../../support/protocol-server.ts";

const start = (requestId: string, more: Record<string, unknown> = {}) => ({
  terminal: "counter-1",
  requestId,
  operation: SALE,
  ...more,
});

/** When the server has noticed that the POS has no session any more. */
function posLeft(till: FakeTill): Promise<void> {
  return new Promise((resolve) => {
    const original = till.transactions.posLeft;
    till.transactions.posLeft = (pos) => {
      original(pos);
      resolve();
    };
  });
}

test("a socket without a session is closed after 10 s, one with a session is not", async (t) => {
  const { connect, open, clock } = await serveProtocol(t);
  const silent = await connect();
  const pos = await open();
  await clock.advance(9_999);
  await roundTrip(silent.socket);
  assert.equal(silent.socket.readyState, silent.socket.OPEN);
  await clock.advance(1);
  assert.equal(await silent.closed, 4002);
  assert.ok((await pos.request("ping")).result);
});

test("a peer that is there is pinged every 15 s and kept; one that is dead is dropped within 35 s", async (t) => {
  const { open, clock, till } = await serveProtocol(t);
  const pos = await open();
  let pings = 0;
  pos.socket.on("ping", () => (pings += 1));
  for (let seconds = 0; seconds < 120; seconds += 5) {
    await clock.advance(5_000);
    await roundTrip(pos.socket);
  }
  assert.ok(pings >= 7, `${pings} pings in two minutes`);
  assert.equal(pos.socket.readyState, pos.socket.OPEN);

  const left = posLeft(till);
  pos.socket.pause();
  await clock.advance(35_000);
  await left;
});

test("any message is a sign of life, also where no ping is answered", async (t) => {
  const { open, clock } = await serveProtocol(t);
  const pos = await open();
  pos.socket.pong = () => {};
  for (let seconds = 0; seconds < 60; seconds += 20) {
    await clock.advance(20_000);
    assert.ok((await pos.request("ping")).result);
  }
});

test("a client that vanishes without a word leaves its place and cancels nothing", async (t) => {
  const { open, till } = await serveProtocol(t);
  const pos = await open();
  const left = posLeft(till);
  pos.post("transactions.start", start("r1", { until: "settled" }));
  await pos.event("transaction.accepted");
  pos.socket.terminate();
  await left;

  await till.settle("T1", APPROVED);
  const again = await open();
  const repeated = await again.request("transactions.start", start("r1", { until: "settled" }));
  assert.equal(repeated.result?.["replayed"], true);
  assert.deepEqual(till.started, ["T1"]);
});

test("a client that never reads is dropped before it costs memory, and the others notice nothing", async (t) => {
  const { open, till, log } = await serveProtocol(t, { settings: { limits: { unreadBytes: 64 * 1024 } } });
  const lazy = await open({ client: { name: "pos", version: "1", installation: "A" } });
  const left = posLeft(till);
  lazy.socket.pause();
  const text = "x".repeat(100_000);
  const emit = () =>
    till.emit({ kind: "progress", pos: "till-1", transaction: "T1", requestId: "r1", stage: "other", text });
  for (let count = 0; count < 400 && !log.lines.some((line) => line.includes("does not read")); count += 1) {
    emit();
    await new Promise((resolve) => setImmediate(resolve));
  }
  await left;
  assert.ok(log.lines.some((line) => line.includes("does not read")));

  const pos = await open({ client: { name: "pos", version: "1", installation: "B" } });
  assert.ok(pos.opened.result, "its place is free at once");
  lazy.socket.resume();
  assert.ok([4003, 1006].includes(await lazy.closed));
});

test("one answer that is larger than what may wait is no fault of a client that reads", async (t) => {
  const { open, till } = await serveProtocol(t, { settings: { limits: { unreadBytes: 64 * 1024 } } });
  const pos = await open();

  const text = "x".repeat(8_000_000);
  till.emit({ kind: "progress", pos: "till-1", transaction: "T1", requestId: "r1", stage: "other", text });

  assert.equal((await pos.event("transaction.progress"))["text"], text);
  assert.ok((await pos.request("ping")).result);
});

test("a replay goes no faster than the client reads", async (t) => {
  const { open, till, clock } = await serveProtocol(t, { settings: { limits: { unreadBytes: 400 * 1024 } } });
  const pos = await open();
  await pos.request("transactions.start", start("r1"));
  for (let count = 0; count < 300; count += 1) {
    await till.writeInSilence("T1", { kind: "note", text: "n" });
    await till.alarm("T1", "y".repeat(2_000));
  }
  await clock.advance(0);
  const late = await open({ resumeAfter: 0 });
  await late.next(({ params }) => params?.["seq"] === 301);
  const seqs = late.messages.flatMap(({ params }) => (params?.["kept"] === true ? [params["seq"]] : []));
  assert.deepEqual(
    seqs,
    Array.from({ length: 301 }, (_, index) => index + 1),
  );
});

test("while it stops, nothing new is begun and what runs can be followed; then every socket gets 1012", async (t) => {
  const { server, open, connect, till, log } = await serveProtocol(t);
  const pos = await open();
  await pos.request("transactions.start", start("r1"));
  const early = await connect();
  server.stopAccepting();

  const reasonFor = async (method: string, params: unknown) =>
    (await pos.request(method, params)).error?.data["reason"];
  assert.equal(await reasonFor("transactions.start", start("r2")), "shuttingDown");
  assert.equal(await reasonFor("terminals.poll", { terminal: "counter-1" }), "shuttingDown");
  assert.equal(await reasonFor("transactions.get", { requestId: "r1" }), undefined);
  assert.equal((await early.request("session.open", {})).error?.data["reason"], "shuttingDown");
  await assert.rejects(connect(), /503/);
  await till.settle("T1", APPROVED);
  await pos.event("transaction.settled");
  assert.equal(await reasonFor("transactions.acknowledge", { requestId: "r1" }), undefined);
  assert.equal(await reasonFor("transactions.cancel", { requestId: "r1" }), undefined);

  const held = till.holdNext();
  const waiting = pos.post("transactions.get", { requestId: "r1" });
  await roundTrip(pos.socket);
  const closing = server.close();
  const answer = await pos.next(({ id }) => id === waiting);
  assert.equal(answer.error?.data["reason"], "shuttingDown");
  assert.deepEqual([await pos.closed, await early.closed], [1012, 1012]);
  await closing;
  held();
  await assert.rejects(connect(), /ECONNREFUSED/);
  assert.deepEqual(till.presence, ["arrived till-1", "left till-1"]);
  assert.deepEqual(
    log.lines.filter((line) => line.startsWith("error")),
    [],
  );
});

test("a client that does not answer the goodbye does not hold the daemon up", async (t) => {
  const { server, open } = await serveProtocol(t);
  const pos = await open();
  pos.socket.pause();
  await server.close();
  pos.socket.resume();
  await pos.closed;
});

test("no timer is left behind", async (t) => {
  const { server, open, connect, clock } = await serveProtocol(t);
  const pos = await open();
  const other = await connect();
  await pos.request("transactions.start", start("r1"));
  other.socket.close();
  await other.closed;
  await server.close();
  await pos.closed;
  assert.equal(clock.pendingTimers(), 0);
});
