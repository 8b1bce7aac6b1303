import assert from "node:assert/strict";
import { test } from "node:test";
import type { AuditEntry } from "../../../src/journal/journal.ts";
import { openCounter, type Visitor } from "../../support/counter.ts";

const GUESSES = 20_000;

const answered = ({ replies }: Visitor) => replies.filter(({ error }) => error !== undefined).length;

test("each wrong token on a socket is answered later than the one before, and the fifth ends the socket", async () => {
  const { arrive, clock } = openCounter();
  const guesser = arrive();
  const waits = [];
  for (let guesses = 1; guesses <= 5; guesses += 1) {
    const startMs = clock.monotonicMs();
    await guesser.open("till-1", `guess ${guesses}`);
    while (answered(guesser) < guesses) await clock.advance(50);
    waits.push(clock.monotonicMs() - startMs);
  }

  assert.deepEqual(waits, [0, 100, 200, 400, 800]);
  assert.equal(guesser.closed, 4002);
});

test("guesses that are sent all at once are looked at one by one, five of them, and the right one behind them never", async () => {
  const { arrive, clock, till } = openCounter();
  const guesser = arrive();
  for (let guesses = 1; guesses <= 5; guesses += 1)
    guesser.ask("session.open", { protocol: 1, pos: "till-1", token: "x" });
  await guesser.open();
  await clock.advance(60_000);

  assert.equal(answered(guesser), 5);
  assert.equal(guesser.closed, 4002);
  assert.deepEqual(till.presence, []);
});

test("wrong codes count like wrong tokens, and mistakes of a program do not", async () => {
  const { arrive, clock } = openCounter();
  const guesser = arrive();
  for (let mistakes = 0; mistakes < 6; mistakes += 1) {
    const refused = await guesser.request("session.pair", { pos: "till-1" });
    assert.equal(refused?.error?.data["reason"], "invalidParams");
  }
  for (let guesses = 0; guesses < 5; guesses += 1) {
    guesser.ask("session.pair", { pos: "till-1", code: "22222222" });
    await clock.advance(1_000);
  }

  assert.equal(guesser.closed, 4002);
});

test("nobody else waits: a till opens and pays while a stranger guesses its token, whose name is never locked", async () => {
  const { arrive } = openCounter();
  for (let strangers = 0; strangers < 50; strangers += 1) {
    const stranger = arrive();
    for (let guesses = 0; guesses < 5; guesses += 1)
      stranger.ask("session.open", { protocol: 1, pos: "till-1", token: "x" });
  }
  const till = arrive();

  assert.ok((await till.open())?.result, "at once: the clock stood still");
});

test("twenty thousand wrong tokens leave some lines in the log and in the journal, and nothing that stays", async () => {
  const entries: AuditEntry[] = [];
  const journal = { ...NO_EVENTS, audit: async (entry: AuditEntry) => void entries.push(entry) };
  const { arrive, clock, log, reception } = openCounter(undefined, { journal });
  const strangers: Visitor[] = [];
  const timersBefore = clock.pendingTimers();
  for (let guesses = 1; guesses <= GUESSES; guesses += 1) {
    const stranger = arrive({ origin: `https://evil-${guesses % 300}.example`, from: "thisMachine" });
    const pos = guesses % 2 === 0 ? "till-1" : `made-up-${guesses}`;
    stranger.ask("session.open", { protocol: 1, pos, token: `guess ${guesses}` });
    strangers.push(stranger);
    if (strangers.length < 50) continue;
    await clock.settle();
    for (const each of strangers.splice(0)) each.hangUp();
    if (guesses % 1_000 === 0) await clock.advance(2_000);
  }
  const duringTimers = clock.pendingTimers() - timersBefore;
  // A till whose token was guessed at is remembered longest: until ten minutes have been quiet.
  await clock.advance(3_600_000);

  assert.equal(reception.context.refusals.counts().unauthorized, GUESSES);
  assert.ok(duringTimers < 100, `${duringTimers} timers`);
  assert.equal(clock.pendingTimers(), timersBefore, "nothing is remembered of them");
  assert.ok(entries.length < 300, `${entries.length} entries`);
  assert.ok(log.lines.length < 300, `${log.lines.length} lines`);
  const told = entries.map(({ detail }) => (JSON.parse(detail) as { times?: number }).times ?? 1);
  assert.equal(
    told.reduce((sum, times) => sum + times, 0),
    GUESSES,
    "every one of them was counted",
  );
});

const NO_EVENTS = { lastSeq: async () => 0, keptAfter: async () => [] };
