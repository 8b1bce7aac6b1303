import assert from "node:assert/strict";
import { test } from "node:test";
import { PaymentNotStarted, PaymentUnclear, RequestRefused } from "../../src/client/errors.ts";
import { createFakeDaemon, socketsTo } from "../support/fake-daemon.ts";
import { count, openTill, SALE, watch } from "./till.ts";

const START = { terminal: "counter-1", operation: SALE, requestId: "R1" };

test("a cancel is recorded, and the result decides", async () => {
  const till = await openTill();
  const payment = till.client.pay(START);
  await till.clock.settle();

  await payment.cancel();
  till.daemon.settle("R1", { kind: "approved" });

  assert.equal((await payment.ended).outcome?.kind, "approved");
  assert.equal(count(till.daemon, "transactions.cancel"), 1);
});

test("a cancel whose reply is lost is told again", async () => {
  const till = await openTill();
  const payment = till.client.pay(START);
  await till.clock.settle();
  till.daemon.fate = ({ method }) =>
    method === "transactions.cancel" && count(till.daemon, method) === 1 ? "replyLost" : undefined;

  const told = watch(payment.cancel().then(() => "told"));
  await till.clock.advance(10_000);

  assert.deepEqual(told, { value: "told" });
  assert.equal(count(till.daemon, "transactions.cancel"), 2);
});

test("what cannot be canceled is said, and the payment goes on", async () => {
  const till = await openTill();
  const payment = till.client.pay(START);
  await till.clock.settle();
  till.daemon.fate = ({ method }) => (method === "transactions.cancel" ? { refuse: "notCancelable" } : undefined);

  await assert.rejects(payment.cancel(), RequestRefused);
  till.daemon.settle("R1", { kind: "approved" });

  assert.equal((await payment.ended).outcome?.kind, "approved");
});

test("canceled before there is a session, it never leaves", async () => {
  const daemon = createFakeDaemon();
  let reachable = false;
  const connect = socketsTo(daemon);
  const till = await openTill({
    daemon,
    connect: (url, listener) => {
      if (reachable) return connect(url, listener);
      queueMicrotask(() => listener.closed(1006, ""));
      return { send: () => {}, close: () => {} };
    },
  });

  const payment = till.client.pay(START);
  void payment.cancel();
  reachable = true;
  const seen = watch(payment.ended);
  await till.clock.advance(5000);

  assert.ok(seen.error instanceof PaymentNotStarted);
  assert.equal(count(daemon, "transactions.start"), 0);
});

test("canceled after a start that never arrived, it is looked for twice and not started late", async () => {
  const till = await openTill();
  till.daemon.fate = ({ method }) => (method === "transactions.start" ? "lost" : undefined);
  const payment = till.client.pay(START);
  const seen = watch(payment.ended);
  await till.clock.settle();
  void payment.cancel();
  await till.clock.advance(10_000);

  assert.ok(seen.error instanceof PaymentNotStarted);
  assert.equal(count(till.daemon, "transactions.start"), 1);
  assert.equal(count(till.daemon, "transactions.get"), 2);
});

test("canceled after a start whose reply was lost, the stored one is canceled", async () => {
  const till = await openTill();
  till.daemon.fate = ({ method }) => (method === "transactions.start" ? "replyLost" : undefined);
  const payment = till.client.pay(START);
  const seen = watch(payment.ended);
  await till.clock.settle();
  till.daemon.fate = () => undefined;
  const told = watch(payment.cancel().then(() => "told"));
  await till.clock.advance(1000);

  assert.deepEqual(told, { value: "told" });
  till.daemon.settle("R1", { kind: "canceled", by: "pos" });
  await till.clock.settle();
  assert.equal(seen.value?.outcome?.kind, "canceled");
});

test("who stops waiting is told that it is unclear, once something has left", async () => {
  const till = await openTill();
  const stop = new AbortController();
  const payment = till.client.pay({ ...START, signal: stop.signal });
  await till.clock.settle();

  stop.abort();

  await assert.rejects(payment.ended, PaymentUnclear);
  assert.ok(till.disk.attempts.has("R1"));
});

test("who stops waiting while the attempt is being stored has sent nothing, and nothing is sent later", async () => {
  const stored = Promise.withResolvers<undefined>();
  const daemon = createFakeDaemon();
  const till = await openTill({
    daemon,
    store: {
      saveAttempt: () => stored.promise,
      removeAttempt: () => {},
      attempts: () => [],
      savePosition: () => {},
      position: () => undefined,
    },
  });
  const stop = new AbortController();
  const payment = till.client.pay({ ...START, signal: stop.signal });
  const seen = watch(payment.ended);
  await till.clock.settle();

  stop.abort();
  stored.resolve(undefined);
  await till.clock.advance(60_000);

  assert.ok(seen.error instanceof PaymentNotStarted);
  assert.equal(count(daemon, "transactions.start"), 0);
});

test("without a session within the limit nothing is sent, also not later", async () => {
  const daemon = createFakeDaemon();
  let reachable = false;
  const connect = socketsTo(daemon);
  const till = await openTill({
    daemon,
    connectLimitMs: 2000,
    connect: (url, listener) => {
      if (reachable) return connect(url, listener);
      queueMicrotask(() => listener.closed(1006, ""));
      return { send: () => {}, close: () => {} };
    },
  });
  const seen = watch(till.client.pay(START).ended);

  await till.clock.advance(2000);
  assert.ok(seen.error instanceof PaymentNotStarted);
  reachable = true;
  await till.clock.advance(60_000);

  assert.equal(daemon.sessions, 1);
  assert.equal(count(daemon, "transactions.start"), 0);
});
