import assert from "node:assert/strict";
import { test } from "node:test";
import { isUndecided, pageOf } from "../../src/daemon/undecided.ts";
import { propose, settle } from "../../src/daemon/terminal/settling.ts";
import { approvedVerdict, dispatchedFact, openDesk } from "./terminal/records-of.ts";

const byDaemon = { kind: "daemon" } as const;
const unknown = { kind: "unknown", since: "timeout", advice: "wait" } as const;

test("undecided is what is unknown, contradicted or asked about; neither what runs nor what is known", async () => {
  const desk = openDesk();
  const running = await desk.accepted("A", dispatchedFact);
  const asked = await desk.accepted("B", dispatchedFact);
  asked.setRecovery("running");
  const left = await desk.accepted("C", dispatchedFact);
  await settle(left, { verdict: unknown, decidedBy: byDaemon });
  const known = await desk.accepted("D", dispatchedFact);
  await settle(known, { verdict: approvedVerdict(1000), decidedBy: { kind: "terminal" } });
  const challenged = await desk.accepted("E", dispatchedFact);
  await settle(challenged, { verdict: { kind: "declined", reason: "other" }, decidedBy: { kind: "terminal" } });
  await settle(challenged, { verdict: approvedVerdict(1000), decidedBy: { kind: "recovery" } });
  const proposed = await desk.accepted("F", dispatchedFact);
  await propose(proposed, { verdict: approvedVerdict(1000) });
  const all = [running, asked, left, known, challenged, proposed];
  assert.deepEqual(
    all.filter(isUndecided).map(({ id }) => id),
    ["B", "C", "E"],
  );
});

test("a page of them is the newest first, filtered, and goes on where it ended although new ones came", async () => {
  const desk = openDesk();
  const transactions = [];
  for (const id of ["A", "B", "C", "D", "E"]) {
    await desk.clock.advance(1_000);
    transactions.push((await desk.accepted(id, dispatchedFact)).transaction);
  }
  const [oldest, ...others] = transactions;
  assert.ok(oldest !== undefined);
  const ids = (page: ReturnType<typeof pageOf>) => [page.transactions.map(({ id }) => id).join(""), page.cursor];
  const early = [oldest, ...others.slice(0, 3)];
  assert.deepEqual(ids(pageOf(early, { limit: 2 })), ["DC", "2"]);
  assert.deepEqual(ids(pageOf(transactions, { limit: 2, cursor: "2" })), ["BA", undefined]);
  assert.deepEqual(ids(pageOf(transactions, { limit: 9, to: others[0]?.createdAt ?? "" })), ["A", undefined]);
  assert.deepEqual(ids(pageOf(transactions, { limit: 9, from: others[3]?.createdAt ?? "" })), ["E", undefined]);
  for (const none of [{ pos: "till-9" }, { terminal: "x" }, { reference: "x" }, { state: "settled" as const }])
    assert.deepEqual(ids(pageOf(transactions, { limit: 9, ...none })), ["", undefined]);
});
