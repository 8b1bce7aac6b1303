import assert from "node:assert/strict";
import { test } from "node:test";
import { systemClock } from "../../src/client/clock.ts";
import { connectPos, type PosClientOptions } from "../../src/client/pos-client.ts";
import { connectWebSocket } from "../../src/client/socket.ts";
import { createFakeDaemon, FAKE_POS, FAKE_TOKEN } from "../support/fake-daemon.ts";
import { serve } from "../support/fake-daemon-server.ts";
import { emptyDisk, SALE, storeOn } from "./till.ts";

const OPTIONS: PosClientOptions = {
  pos: FAKE_POS,
  token: FAKE_TOKEN,
  store: storeOn(emptyDisk()),
  onOutcome: () => {},
  // The first reconnection comes at once, so that the test does not wait.
  clock: { ...systemClock, after: (delayMs, ring) => systemClock.after(delayMs < 1000 ? 0 : delayMs, ring) },
};

test("over a real socket, cut between the start and its reply, a payment is one payment", async (t) => {
  const daemon = createFakeDaemon();
  let starts = 0;
  daemon.fate = ({ method }) => (method === "transactions.start" && (starts += 1) === 1 ? "replyLost" : undefined);
  const server = await serve(t, daemon);
  const client = await connectPos({ ...OPTIONS, url: server.url });

  const payment = client.pay({ terminal: "counter-1", operation: SALE });
  const accepted = Promise.withResolvers<undefined>();
  daemon.onAccepted = () => accepted.resolve(undefined);
  await accepted.promise;
  daemon.settle(payment.requestId, { kind: "approved" });
  const transaction = await payment.ended;
  await client.close();

  assert.equal(transaction.outcome?.kind, "approved");
  assert.equal(daemon.stored.length, 1);
  assert.ok(starts >= 2);
  assert.deepEqual(new Set(server.origins), new Set([undefined]), "a program on Node has no Origin");
});

test("a close code and its reason arrive", async (t) => {
  const daemon = createFakeDaemon();
  const server = await serve(t, daemon);
  const closing = Promise.withResolvers<unknown>();
  const socket = connectWebSocket(server.url, {
    opened: () => {},
    received: (text) => {
      assert.match(text, /"hello"/);
      daemon.cutAll(4001);
    },
    closed: (code) => closing.resolve(code),
  });

  assert.equal(await closing.promise, 4001);
  socket.close();
});

test("an address that is none ends like a socket that never opened, and is tried again", async () => {
  const closed = Promise.withResolvers<number>();
  connectWebSocket("not an address", {
    opened: () => closed.reject(new Error("it opened")),
    received: () => undefined,
    closed: (code) => closed.resolve(code),
  });

  assert.equal(await closed.promise, 1006);
});
