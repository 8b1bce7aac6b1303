import assert from "node:assert/strict";
import { test } from "node:test";
import type { DaemonEvent, TerminalView } from "../../src/daemon/api.ts";
import { StandingAlarms } from "../../src/daemon/standing-alarms.ts";
import type { Transaction } from "../../src/core/transaction.ts";
import type { Alarm } from "../../src/journal/journal.ts";
import { createVirtualClock } from "../support/virtual-clock.ts";

const AT = "2026-01-02T03:04:05.000Z";
const DAY_MS = 86_400_000;

function alarmed(alarm: Partial<Alarm>, isOver?: () => boolean): DaemonEvent {
  const whole: Alarm = { severity: "critical", code: "journalOlder", text: "What.", remedy: "Look.", ...alarm };
  return { kind: "alarm", at: AT, alarm: whole, ...(isOver === undefined ? {} : { isOver }) };
}

function told(id: string, kind: "approved" | "unknown"): DaemonEvent {
  const outcome = { kind, revision: 1, final: true } as unknown as Transaction["outcome"];
  const transaction = { id, outcome } as Transaction;
  const seen = { transaction, live: {} as never };
  return { kind: "told", pos: "till-1", seq: 1, at: AT, type: "transaction.settled", seen };
}

function opened() {
  const clock = createVirtualClock();
  const standing = new StandingAlarms(clock);
  const texts = () => standing.list().alarms.map(({ text }) => text);
  return { clock, standing, texts };
}

test("an alarm about a payment stands until that is decided, and one that comes with its end stays", () => {
  const { standing, texts } = opened();
  standing.hear(alarmed({ transaction: "T1", terminal: "counter-1", text: "In doubt." }));
  standing.hear(told("T2", "approved"));
  standing.hear(told("T1", "unknown"));
  standing.hear({ kind: "terminalState", terminal: { id: "counter-1", state: "ready" } as TerminalView });
  assert.deepEqual(texts(), ["In doubt."]);
  standing.hear(told("T1", "approved"));
  assert.deepEqual(texts(), []);
  standing.hear(alarmed({ transaction: "T1", text: "Only a part." }));
  assert.deepEqual(texts(), ["Only a part."]);
});

test("an alarm about a terminal stands until it is ready, or gone", () => {
  const { standing, texts } = opened();
  const state = (id: string, is: TerminalView["state"]) =>
    standing.hear({ kind: "terminalState", terminal: { id, state: is } as TerminalView });
  standing.hear(alarmed({ terminal: "counter-1", text: "Another device." }));
  standing.hear(alarmed({ terminal: "counter-2", text: "Another one." }));
  state("counter-1", "offline");
  state("counter-1", "fenced");
  assert.deepEqual(texts(), ["Another one.", "Another device."]);
  state("counter-1", "ready");
  assert.deepEqual(texts(), ["Another one."]);
  standing.hear({ kind: "terminalRemoved", terminal: "counter-2" });
  assert.deepEqual(texts(), []);
});

test("an alarm that says itself when it is over is asked, and what nothing ends is over after a day", async () => {
  const { clock, standing, texts } = opened();
  let isOver = false;
  standing.hear(alarmed({ code: "accountRefused", text: "The account." }, () => isOver));
  await clock.advance(1_000);
  standing.hear(alarmed({ code: "journalOlder", text: "An older journal." }));
  assert.deepEqual(texts(), ["An older journal.", "The account."]);
  isOver = true;
  assert.deepEqual(texts(), ["An older journal."]);
  await clock.advance(DAY_MS - 1);
  assert.deepEqual(texts(), ["An older journal."]);
  await clock.advance(1);
  assert.deepEqual(texts(), []);
});

test("the same alarm again is one, and of very many the last hundred stand", () => {
  const { standing } = opened();
  standing.hear(alarmed({ transaction: "T1", text: "It says this." }));
  standing.hear(alarmed({ transaction: "T1", text: "It says that." }));
  assert.deepEqual(
    standing.list().alarms.map(({ text }) => text),
    ["It says that."],
  );
  for (let nth = 0; nth < 102; nth += 1) standing.hear(alarmed({ terminal: "counter-1", text: `${nth}` }));
  const { alarms, missing } = standing.list();
  assert.deepEqual([alarms.length, alarms[0]?.text, alarms.at(-1)?.text, missing], [100, "101", "2", 3]);
});
