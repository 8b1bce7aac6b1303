import assert from "node:assert/strict";
import { test } from "node:test";
import { NoAnswer, NotConnected, PaymentNotStarted, RequestRefused } from "../../src/client/errors.ts";
import type { SocketListener } from "../../src/client/socket.ts";
import { createFakeDaemon, socketsTo } from "../support/fake-daemon.ts";
import { count, emptyDisk, openTill, SALE, watch } from "./till.ts";

test("a lost session comes back, later each time while nobody answers, and at once again after a success", async () => {
  const daemon = createFakeDaemon();
  const connect = socketsTo(daemon);
  const connectedAt: number[] = [];
  let now = () => 0;
  let reachable = true;
  const till = await openTill({
    daemon,
    connect: (url, listener) => {
      connectedAt.push(now());
      if (reachable) return connect(url, listener);
      queueMicrotask(() => listener.closed(1006, ""));
      return { send: () => {}, close: () => {} };
    },
  });
  now = till.clock.monotonicMs;

  reachable = false;
  daemon.cutAll();
  await till.clock.advance(60_000);
  const gaps = connectedAt.slice(1).map((at, index) => at - (connectedAt[index] ?? 0));
  assert.deepEqual(gaps.slice(0, 8), [188, 375, 750, 1500, 3000, 6000, 7500, 7500], "with a jitter of one half");

  reachable = true;
  await till.clock.advance(10_000);
  assert.equal(daemon.sessions, 1);
  const before = connectedAt.length;
  daemon.cutAll();
  await till.clock.advance(188);
  assert.equal(connectedAt.length, before + 1);
  assert.equal(daemon.sessions, 1);
});

test("it resumes after the last event it dealt with, also in another run of the program, and hears each one once", async () => {
  const daemon = createFakeDaemon();
  const disk = emptyDisk();
  const first = await openTill({ daemon, disk });
  const one = daemon.alarm("one");
  await first.clock.settle();
  daemon.say(one);
  await first.clock.settle();
  daemon.cutAll();
  const missed = daemon.alarm("two");
  await first.clock.advance(1000);
  await first.client.close();
  daemon.alarm("three");
  const second = await openTill({ daemon, disk });

  assert.deepEqual(
    first.events.map(({ seq }) => seq),
    [one.seq, missed.seq],
  );
  assert.deepEqual(
    second.events.map(({ seq }) => seq),
    [3],
  );
  const opens = daemon.requests.filter(({ method }) => method === "session.open");
  assert.deepEqual(
    opens.map(({ params }) => [params["resumeAfter"], params["journal"]]),
    [
      [undefined, undefined],
      [1, "J1"],
      [2, "J1"],
    ],
  );
});

test("what is not kept comes through, whatever its number", async () => {
  const till = await openTill();
  till.client.pay({ terminal: "counter-1", operation: SALE, requestId: "R1" }).ended.catch(() => {});
  await till.clock.settle();

  till.daemon.progress("R1", "presentCard");
  till.daemon.progress("R1", "enterPin");
  await till.clock.settle();

  const stages = till.events.flatMap((event) => (event.type === "transaction.progress" ? [event.stage] : []));
  assert.deepEqual(stages, ["presentCard", "enterPin"]);
});

test("a position of another journal starts anew at the present state", async () => {
  const daemon = createFakeDaemon();
  const disk = emptyDisk();
  disk.position = { journal: "J0", seq: 900 };

  const till = await openTill({ daemon, disk });
  daemon.alarm("one");
  await till.clock.settle();

  assert.equal(till.events.length, 1);
  assert.deepEqual(disk.position, { journal: "J1", seq: 1 });
});

test("a token that is not good ends it: nothing is tried again, and calls say why", async () => {
  const till = await openTill({ token: "wrong" });

  assert.deepEqual(till.states, ["connecting", "ended"]);
  await assert.rejects(till.client.call("terminals.list", {}), (error) => {
    assert.ok(error instanceof NotConnected);
    assert.equal(error.refusal?.reason, "unauthorized");
    return true;
  });
  await assert.rejects(till.client.pay({ terminal: "counter-1", operation: SALE }).ended, PaymentNotStarted);
  await till.clock.advance(60_000);
  assert.equal(count(till.daemon, "session.open"), 1);
});

test("paired anew elsewhere, it does not come back", async () => {
  const till = await openTill();

  till.daemon.cutAll(4004);
  await till.clock.advance(60_000);

  assert.equal(till.states.at(-1), "ended");
  assert.equal(count(till.daemon, "session.open"), 1);
});

test("a name that is in use is asked for again", async () => {
  const daemon = createFakeDaemon();
  daemon.fate = ({ method }) =>
    method === "session.open" && count(daemon, method) === 1 ? { refuse: "posInUse" } : undefined;
  const till = await openTill({ daemon });

  await till.clock.advance(1000);

  assert.equal(daemon.sessions, 1);
});

test("a daemon that falls silent is noticed within half a minute, and left for a new connection", async () => {
  const till = await openTill();
  till.daemon.fate = ({ method }) => (method === "ping" ? "unheard" : undefined);

  await till.clock.advance(24_999);
  assert.equal(count(till.daemon, "session.open"), 1);
  await till.clock.advance(1000);

  assert.equal(count(till.daemon, "session.open"), 2);
});

test("what is reached and says no hello, or no JSON, is left", async () => {
  for (const word of [undefined, "SSH-2.0-OpenSSH", "[]"]) {
    let closed = 0;
    const till = await openTill({
      connect: (_url: string, listener: SocketListener) => {
        queueMicrotask(() => {
          listener.opened();
          if (word !== undefined) listener.received(word);
        });
        return { send: () => {}, close: () => (closed += 1) };
      },
    });

    await till.clock.advance(5000);

    assert.equal(closed, word === undefined ? 1 : closed, `${word}`);
    assert.ok(closed >= 1, `${word}`);
    assert.ok(till.states.includes("waiting"));
    await till.client.close();
  }
});

test("a call is tried once: refused, unanswered, or cut", async () => {
  const till = await openTill();
  till.daemon.answers.set("terminals.list", () => ({ terminals: [] }));
  assert.deepEqual(await till.client.call("terminals.list", {}), { terminals: [] });
  await assert.rejects(till.client.call("vendors.list", {}), RequestRefused);

  till.daemon.fate = ({ method }) => (method === "terminals.list" ? "unheard" : undefined);
  const unanswered = watch(till.client.call("terminals.list", {}, 2000));
  await till.clock.advance(2000);
  assert.ok(unanswered.error instanceof NoAnswer);

  till.daemon.fate = ({ method }) => (method === "terminals.list" ? "lost" : undefined);
  await assert.rejects(till.client.call("terminals.list", {}), NoAnswer);
  assert.equal(count(till.daemon, "terminals.list"), 3);
});

test("closed by the program, it stays closed and leaves no timer behind", async () => {
  const till = await openTill();

  await till.client.close();
  await till.clock.advance(60_000);

  assert.equal(count(till.daemon, "session.open"), 1);
  assert.equal(till.clock.pendingTimers(), 0);
  await assert.rejects(till.client.call("terminals.list", {}), NotConnected);
});
