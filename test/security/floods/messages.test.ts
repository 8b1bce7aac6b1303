import assert from "node:assert/strict";
import { test } from "node:test";
import { MAX_VALUES } from "../../../src/protocol/json.ts";
import { TILL_TOKEN } from "../../support/protocol-server.ts";
import { openHall, SOCKETS } from "./hall.ts";

const LIMIT = { timeout: 110_000 };
const LARGE = 65_536;
const SECONDS = 20;
const A_SECOND_MS = 1_000;

test(
  "the largest and the deepest messages at full rate: each is answered, in its time, and the POS sells",
  LIMIT,
  async (t) => {
    const hall = openHall(t);
    const pos = await hall.enterTill();
    // As many values as are looked at, and each of them twice.
    const dear = `[${"1.0,".repeat(MAX_VALUES - 2)}1]`.padEnd(LARGE);
    const deep = "[".repeat(LARGE);
    const sent = { dear: 0, deep: 0 };
    const greedy = await Promise.all([hall.enterTill(), hall.enterTill()]);
    for (let second = 0; second < SECONDS; second += 1) {
      for (const guest of greedy) {
        while (!guest.isPaused()) {
          guest.sendText(dear);
          sent.dear += 1;
        }
      }
      const stranger = hall.enter();
      while (stranger !== undefined && stranger.closedWith() === undefined && !stranger.isPaused()) {
        stranger.sendText(deep);
        sent.deep += 1;
        await hall.clock.settle();
      }
      stranger?.hangUp();
      await hall.sell(pos);
      await hall.clock.advance(A_SECOND_MS);
    }
    const answered = greedy.map(
      ({ said }) => said.filter(({ error }) => error?.data["reason"] === "invalidMessage").length,
    );
    assert.equal((answered[0] ?? 0) + (answered[1] ?? 0), sent.dear, "no answer is lost");
    // Two at once, then one a second.
    assert.ok(sent.dear <= 2 * (SECONDS + 3), `${sent.dear} were read in ${SECONDS} s`);
    assert.ok(sent.deep <= 3 * SECONDS, `${sent.deep} deep ones were read`);
  },
);

test(
  "requests at full rate from many sockets of one POS: each has its answer, and another POS sells",
  LIMIT,
  async (t) => {
    const hall = openHall(t);
    const pos = await hall.enterTill();
    const others = await Promise.all(Array.from({ length: 30 }, () => hall.enterTill()));
    let sent = 0;
    for (let second = 0; second < SECONDS; second += 1) {
      for (const other of others) {
        while (!other.isPaused()) {
          other.send("ping", {});
          sent += 1;
          if (sent % 16 === 0) await hall.clock.settle();
        }
      }
      await hall.sell(pos);
      await hall.clock.advance(A_SECOND_MS);
    }
    const replies = others.flatMap(({ said }) => said.filter(({ id }) => typeof id === "number" && id !== 1));
    const opening = others.length;
    assert.ok(replies.length >= sent - opening, `${replies.length} replies to ${sent} requests`);
    const done = replies.filter(({ result }) => result !== undefined);
    assert.ok(done.length <= others.length * 50 * (SECONDS + 1), `${done.length} were served in ${SECONDS} s`);
    for (const other of others) other.hangUp();
    assert.equal(hall.sockets(), 1);
  },
);

test("a POS that reads nothing is dropped at its megabyte, and its other sockets hear everything", LIMIT, async (t) => {
  const hall = openHall(t);
  const pos = await hall.enterTill();
  const deaf = await Promise.all(Array.from({ length: 20 }, () => hall.enterTill()));
  for (const guest of deaf) guest.stopReading();
  const text = "x".repeat(60_000);
  const heard = () => pos.said.filter(({ params }) => params?.["type"] === "transaction.progress").length;
  await hall.sell(pos);
  const told = 40;
  for (let count = 0; count < told; count += 1) {
    hall.till.emit({ kind: "progress", pos: "till-1", transaction: "T1", requestId: "sale-1", stage: "other", text });
  }
  await hall.clock.settle();
  assert.deepEqual(new Set(deaf.map((guest) => guest.closedWith())), new Set([4003]));
  assert.equal(heard(), told);
  assert.equal(hall.sockets(), 1);
  await hall.sell(pos);
});

test("strangers on every socket keep nobody out for longer than two seconds", LIMIT, async (t) => {
  const hall = openHall(t);
  const pos = await hall.enterTill();
  const timers = hall.clock.pendingTimers();
  let turnedAway = 0;
  for (let count = 0; count < 2_000; count += 1) if (hall.enter() === undefined) turnedAway += 1;
  assert.equal(hall.sockets(), SOCKETS);
  assert.equal(turnedAway, 2_000 - (SOCKETS - 1));
  await hall.sell(pos);

  await hall.clock.advance(2_000);
  await hall.sell(await hall.enterTill());
  await hall.clock.advance(10_000);
  await hall.sell(pos);
  assert.equal(hall.sockets(), 2);
  assert.ok(hall.clock.pendingTimers() <= timers + 1, "nothing of them is left; the till that came has its own");
});

test("what is sent behind a session's opening a thousand times is opened once", LIMIT, async (t) => {
  const hall = openHall(t);
  const guest = hall.enter();
  assert.ok(guest);
  for (let count = 0; count < 1_000; count += 1) {
    guest.send("session.open", { protocol: 1, pos: "till-1", token: TILL_TOKEN });
  }
  await hall.clock.settle();
  assert.equal(guest.said.filter(({ result }) => result?.["session"] !== undefined).length, 1);
  await hall.clock.advance(A_SECOND_MS);
  await hall.sell(guest);
});
