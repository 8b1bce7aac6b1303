import assert from "node:assert/strict";
import { test } from "node:test";
import { afterEvent, isInDoubt, isOpen, listOf } from "../../../src/daemon/page/session/open-list.ts";
import { afterTerminalEvent } from "../../../src/daemon/page/session/terminal-list.ts";
import { eventOf, terminal, transaction } from "./things.ts";

const APPROVED = {
  kind: "approved",
  revision: 1,
  decidedBy: { kind: "terminal" },
  partial: false,
  captured: true,
  final: true,
} as const;
const UNKNOWN = {
  kind: "unknown",
  revision: 1,
  decidedBy: { kind: "daemon" },
  since: "timeout",
  advice: { code: "askOperator", text: "Ask." },
} as const;

test("open is what runs and what is in doubt, the oldest first; what has ended goes", () => {
  const [old, young] = [transaction("T1", { createdAt: "2026-01-01T10:00:00Z" }), transaction("T2")];
  let list = listOf([young, old, young]);
  assert.deepEqual(
    list.map(({ id }) => id),
    ["T1", "T2"],
  );
  list = afterEvent(list, eventOf("transaction.settled", { transaction: { ...old, outcome: APPROVED } }), 0);
  list = afterEvent(list, eventOf("transaction.settled", { transaction: { ...young, outcome: UNKNOWN } }), 0);
  assert.deepEqual(
    list.map(({ id }) => id),
    ["T2"],
  );
  assert.ok(isInDoubt(list[0] ?? assert.fail()));
  list = afterEvent(list, eventOf("transaction.resolved", { transaction: { ...young, outcome: APPROVED } }), 0);
  assert.deepEqual(list, []);
});

test("two stories about an outcome are a doubt, also where it was approved", () => {
  const told = transaction("T1", { outcome: APPROVED, contradicted: { evidence: "no slip" } });
  assert.deepEqual([isOpen(told), isInDoubt(told)], [true, true]);
  assert.deepEqual([isOpen(transaction("T2")), isInDoubt(transaction("T2"))], [true, false]);
  assert.ok(isInDoubt(transaction("T3", { recovering: true })));
});

test("progress moves a payment on, with the time that is left; of one that has ended or is not known it changes nothing", () => {
  const list = listOf([transaction("T1", { queuePosition: 1 })]);
  const progress = { transaction: "T1", requestId: "r", stage: "enterPin", text: "PIN?", remainingMs: 30_000 } as const;
  const [moved] = afterEvent(list, eventOf("transaction.progress", progress), 1_000);
  assert.deepEqual(
    [moved?.progress, moved?.endsAtMs, moved?.queuePosition],
    [{ stage: "enterPin", text: "PIN?" }, 31_000, undefined],
  );
  assert.equal(afterEvent(list, eventOf("transaction.progress", { ...progress, transaction: "T9" }), 0), list);
  const ended = listOf([transaction("T1", { outcome: UNKNOWN })]);
  assert.equal(afterEvent(ended, eventOf("transaction.progress", progress), 0), ended);
});

test("terminals come, change and go with the events, by their ids", () => {
  let list = [terminal("b")] as readonly ReturnType<typeof terminal>[];
  list = afterTerminalEvent(list, eventOf("terminal.state", { terminal: terminal("a") }));
  list = afterTerminalEvent(list, eventOf("terminal.state", { terminal: terminal("b", { state: "offline" }) }));
  assert.deepEqual(
    list.map(({ id, state }) => [id, state]),
    [
      ["a", "ready"],
      ["b", "offline"],
    ],
  );
  assert.equal(afterTerminalEvent(list, eventOf("terminal.vanished", {})), list);
  assert.deepEqual(
    afterTerminalEvent(list, eventOf("terminal.vanished", { terminal: "a" })).map(({ id }) => id),
    ["b"],
  );
});
