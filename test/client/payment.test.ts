import assert from "node:assert/strict";
import { test } from "node:test";
import { PaymentNotStarted, PaymentUnclear } from "../../src/client/errors.ts";
import { createFakeDaemon, type Fate } from "../support/fake-daemon.ts";
import { count, emptyDisk, openTill, SALE, watch } from "./till.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test("a payment resolves with its outcome, once it was handed over, and is acknowledged and forgotten", async () => {
  const till = await openTill();
  till.daemon.onAccepted = ({ requestId }) => till.daemon.settle(requestId, { kind: "approved" });

  const payment = till.client.pay({ terminal: "counter-1", operation: SALE });
  const transaction = await payment.ended;
  await till.clock.settle();

  assert.match(payment.requestId, UUID);
  assert.equal(transaction.outcome?.kind, "approved");
  assert.deepEqual(till.outcomes, [transaction]);
  assert.equal(till.daemon.stored[0]?.acknowledged, true);
  assert.equal(till.disk.attempts.size, 0);
});

test("the attempt is on the disk, with the journal, before anything leaves", async () => {
  const disk = emptyDisk();
  const seen: unknown[] = [];
  const daemon = createFakeDaemon();
  daemon.fate = ({ method }) => {
    if (method === "transactions.start") seen.push(...disk.attempts.values());
    return undefined;
  };
  const till = await openTill({ daemon, disk });

  till.client.pay({ terminal: "counter-1", operation: SALE, requestId: "R1" }).ended.catch(() => {});
  await till.clock.settle();

  assert.deepEqual(seen, [{ requestId: "R1", terminal: "counter-1", operation: SALE, journal: "J1" }]);
});

test("a store that fails keeps the payment from leaving", async () => {
  const till = await openTill();
  const full = new Error("disk full");
  const store = { saveAttempt: () => Promise.reject(full), removeAttempt: () => {}, attempts: () => [] };
  const broken = await openTill({
    daemon: till.daemon,
    store: { ...store, savePosition: () => {}, position: () => undefined },
  });

  await assert.rejects(broken.client.pay({ terminal: "counter-1", operation: SALE }).ended, full);
  assert.equal(count(till.daemon, "transactions.start"), 0);
});

for (const fate of [
  "lost",
  "replyLost",
  "silent",
  "unheard",
  { refuse: "timeout" },
  { refuse: "internal" },
  { refuse: "shuttingDown" },
] satisfies Fate[]) {
  test(`after a start that is ${JSON.stringify(fate)} it asks again with the same request id, and one is stored`, async () => {
    const till = await openTill();
    till.daemon.fate = ({ method }) =>
      method === "transactions.start" && count(till.daemon, method) === 1 ? fate : undefined;

    const payment = till.client.pay({ terminal: "counter-1", operation: SALE });
    const seen = watch(payment.ended);
    await till.clock.advance(60_000);
    assert.deepEqual(seen, {}, "still open");
    till.daemon.settle(payment.requestId, { kind: "approved" });
    await till.clock.settle();

    const starts = till.daemon.requests.filter(({ method }) => method === "transactions.start");
    assert.ok(starts.length >= 2);
    for (const { params } of starts) assert.deepEqual(params, starts[0]?.params);
    assert.equal(till.daemon.stored.length, 1);
    assert.equal(seen.value?.outcome?.kind, "approved");
  });
}

test("an event that got lost costs half a minute, not the payment", async () => {
  const till = await openTill();
  const payment = till.client.pay({ terminal: "counter-1", operation: SALE });
  const seen = watch(payment.ended);
  await till.clock.settle();

  till.daemon.mute = true;
  till.daemon.settle(payment.requestId, { kind: "declined", reason: "other" });
  till.daemon.mute = false;
  await till.clock.advance(29_999);
  assert.deepEqual(seen, {});
  await till.clock.advance(1);

  assert.equal(seen.value?.outcome?.kind, "declined");
});

test("a server that never answers is asked again and again, and nothing is given up or invented", async () => {
  const till = await openTill();
  till.daemon.fate = ({ method }) => (method === "session.open" ? undefined : "unheard");

  const payment = till.client.pay({ terminal: "counter-1", operation: SALE });
  const seen = watch(payment.ended);
  await till.clock.advance(3_600_000);

  assert.deepEqual(seen, {});
  const ids = till.daemon.requests
    .filter(({ method }) => method === "transactions.start")
    .map(({ params }) => params["requestId"]);
  assert.ok(ids.length > 100);
  assert.deepEqual(new Set(ids), new Set([payment.requestId]));
  assert.ok(till.disk.attempts.has(payment.requestId));
});

test("a first start that is refused was not stored, and its attempt is forgotten", async () => {
  const till = await openTill();
  till.daemon.fate = ({ method }) => (method === "transactions.start" ? { refuse: "terminalOffline" } : undefined);

  const payment = till.client.pay({ terminal: "counter-1", operation: SALE });

  await assert.rejects(payment.ended, (error) => {
    assert.ok(error instanceof PaymentNotStarted);
    assert.equal(error.refusal?.reason, "terminalOffline");
    assert.equal(error.refusal.retry, "same");
    return true;
  });
  assert.equal(till.disk.attempts.size, 0);
});

test("a repeat that is refused before the look-up proves nothing: unclear, and the attempt stays", async () => {
  const till = await openTill();
  till.daemon.fate = ({ method }) => {
    if (method !== "transactions.start") return undefined;
    return count(till.daemon, method) === 1 ? "replyLost" : { refuse: "forbidden" };
  };

  const payment = till.client.pay({ terminal: "counter-1", operation: SALE });
  const seen = watch(payment.ended);
  await till.clock.advance(20_000);

  assert.ok(seen.error instanceof PaymentUnclear);
  assert.equal(seen.error.refusal?.reason, "forbidden");
  assert.equal(till.daemon.stored.length, 1, "and indeed it was stored");
  assert.ok(till.disk.attempts.has(payment.requestId));
});

test("a repeat that is refused after the look-up proves that nothing is stored", async () => {
  const till = await openTill();
  till.daemon.fate = ({ method }) => {
    if (method !== "transactions.start") return undefined;
    return count(till.daemon, method) === 1 ? "lost" : { refuse: "terminalOffline" };
  };

  const seen = watch(till.client.pay({ terminal: "counter-1", operation: SALE }).ended);
  await till.clock.advance(20_000);

  assert.ok(seen.error instanceof PaymentNotStarted);
});

test("a repeat is not sent into another journal", async () => {
  const till = await openTill();
  till.daemon.fate = ({ method }) => (method === "transactions.start" ? "lost" : undefined);
  const seen = watch(till.client.pay({ terminal: "counter-1", operation: SALE, requestId: "R1" }).ended);
  await till.clock.settle();

  till.daemon.fate = () => undefined;
  till.daemon.journal = "J2";
  await till.clock.advance(20_000);

  assert.ok(seen.error instanceof PaymentUnclear);
  assert.match(seen.error.message, /another journal/);
  assert.equal(till.daemon.stored.length, 0);
  assert.ok(till.disk.attempts.has("R1"));
});

test("a request id that is taken is unclear, and the stored transaction comes along", async () => {
  const till = await openTill();
  till.client.pay({ terminal: "counter-1", operation: SALE, requestId: "R1" }).ended.catch(() => {});
  await till.clock.settle();
  const other = await openTill({ daemon: till.daemon });

  const payment = other.client.pay({ terminal: "counter-2", operation: SALE, requestId: "R1" });

  await assert.rejects(payment.ended, (error) => {
    assert.ok(error instanceof PaymentUnclear);
    assert.equal(error.refusal?.reason, "requestIdReused");
    assert.deepEqual(error.refusal.data["transaction"], JSON.parse(JSON.stringify(till.daemon.stored[0])));
    return true;
  });
});

test("too many requests: it waits and sends the same", async () => {
  const till = await openTill();
  till.daemon.fate = ({ method }) =>
    method === "transactions.start" && count(till.daemon, method) < 3 ? { refuse: "tooManyRequests" } : undefined;

  till.client.pay({ terminal: "counter-1", operation: SALE }).ended.catch(() => {});
  await till.clock.advance(5000);

  assert.equal(till.daemon.stored.length, 1);
});

test("a payment that the daemon would not read is refused before it leaves", async () => {
  const till = await openTill();
  const operation = { ...SALE, vendor: { text: "é".repeat(40_000) } };

  await assert.rejects(till.client.pay({ terminal: "counter-1", operation }).ended, PaymentNotStarted);
  assert.equal(count(till.daemon, "transactions.start"), 0);
});

test("an unknown outcome is an outcome: it is handed over with its advice, and its later revision too", async () => {
  const till = await openTill();
  const payment = till.client.pay({ terminal: "counter-1", operation: SALE });
  await till.clock.settle();

  const advice = { code: "lookAtTerminal", text: "Look at the terminal." } as const;
  till.daemon.settle(payment.requestId, { kind: "unknown", since: "timeout", advice });
  const transaction = await payment.ended;
  assert.deepEqual(transaction.outcome?.kind === "unknown" && transaction.outcome.advice, advice);
  assert.ok(till.disk.attempts.has(payment.requestId), "not at its end");

  till.daemon.resolve(payment.requestId, { kind: "approved" });
  await till.clock.settle();

  assert.deepEqual(
    till.outcomes.map(({ outcome }) => `${outcome?.kind} ${outcome?.revision}`),
    ["unknown 1", "approved 2"],
  );
  const acknowledged = till.daemon.requests.filter(({ method }) => method === "transactions.acknowledge");
  assert.deepEqual(
    acknowledged.map(({ params }) => params["revision"]),
    [1, 2],
  );
  assert.equal(till.disk.attempts.size, 0);
});

test("asked for twice, a payment is one payment", async () => {
  const till = await openTill();

  const one = till.client.pay({ terminal: "counter-1", operation: SALE, requestId: "R1" });
  const other = till.client.pay({ terminal: "counter-1", operation: SALE, requestId: "R1" });
  await till.clock.settle();
  till.daemon.settle("R1", { kind: "approved" });

  assert.equal(await one.ended, await other.ended);
  assert.equal(count(till.daemon, "transactions.start"), 1);
});

const OTHER_SALE = { ...SALE, amount: { value: 990, currency: "EUR" } };

test("a counter that begins anew: what is heard of the earlier order with the id is not taken for this one's", async () => {
  const disk = emptyDisk();
  const before = await openTill({ disk });
  before.client.pay({ terminal: "counter-1", operation: SALE, requestId: "R1" }).ended.catch(() => {});
  await before.clock.settle();
  await before.client.close();

  const till = await openTill({ daemon: before.daemon });
  till.daemon.fate = ({ method }) => (method === "transactions.start" ? "silent" : undefined);
  const ended = watch(till.client.pay({ terminal: "counter-1", operation: OTHER_SALE, requestId: "R1" }).ended);
  await till.clock.settle();
  till.daemon.settle("R1", { kind: "approved" });
  await till.clock.settle();
  assert.equal(ended.value, undefined, "the approval is another customer's");
  till.daemon.fate = () => undefined;
  await till.clock.advance(60_000);

  assert(ended.error instanceof PaymentNotStarted || ended.error instanceof PaymentUnclear, String(ended.error));
});

test("another order under the id of one that is running is refused, and the running one goes on", async () => {
  const till = await openTill();
  const first = watch(till.client.pay({ terminal: "counter-1", operation: SALE, requestId: "R1" }).ended);
  const second = watch(till.client.pay({ terminal: "counter-1", operation: OTHER_SALE, requestId: "R1" }).ended);
  await till.clock.settle();
  till.daemon.settle("R1", { kind: "approved" });
  await till.clock.settle();

  assert(second.error instanceof PaymentNotStarted);
  assert.match(second.error.message, /R1/);
  assert.equal(first.value?.outcome?.kind, "approved");
});
