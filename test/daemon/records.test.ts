import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Fact } from "../../src/core/facts.ts";
import { Records } from "../../src/daemon/records.ts";
import { Doubts } from "../../src/daemon/terminal/doubts.ts";
import { createMemoryJournal } from "../support/memory-journal.ts";
import { createVirtualClock } from "../support/virtual-clock.ts";
import { dispatchedFact } from "./terminal/records-of.ts";

const AT = "2026-01-02T03:04:05.000Z";
const ACCEPTED: Fact = {
  at: AT,
  kind: "accepted",
  pos: "till-1",
  requestId: "r1",
  terminal: "counter-1",
  operation: { type: "sale", amount: { value: 1_000, currency: "EUR" } },
  content: "{}",
};
const ENDED = { kind: "notPerformed", reason: "noRecord", revision: 1, decidedBy: { kind: "person" } } as const;

async function loaded() {
  const clock = createVirtualClock();
  const journal = createMemoryJournal();
  await journal.append({ transaction: "X1", place: 0, facts: [ACCEPTED, { at: AT, ...dispatchedFact }] });
  const records = new Records({ clock, journal, settings: { appendLimitMs: 2_000 }, emit: () => undefined });
  const [transaction] = await journal.open();
  assert(transaction !== undefined);
  return { journal, records, record: records.add(transaction) };
}

describe("a transaction in memory has one writer", () => {
  it("so whoever asks the terminal about it keeps it there when a person ended it meanwhile", async () => {
    const { records, record } = await loaded();
    const doubts = new Doubts(records, () => undefined);
    doubts.add(record, "linkLost", true);
    await records.use("X1", () => record.write(() => ({ facts: [{ kind: "settled", outcome: ENDED }] })));
    assert.equal(records.peek("X1"), record);
    doubts.sweep();
    assert.equal(records.peek("X1"), undefined, "and forgets it when nobody works on it any more");
  });

  it("so it stays while a write is on its way to the disk", async () => {
    const { journal, records, record } = await loaded();
    const ending = record.write(() => ({ facts: [{ kind: "settled", outcome: ENDED }] }));
    const noting = record.write(() => ({ facts: [{ kind: "note", text: "later" }] }));
    await ending;
    records.tidy("X1");
    assert.equal(records.peek("X1"), record);
    await noting;
    await Promise.resolve();
    records.tidy("X1");
    assert.equal(records.peek("X1"), undefined);
    assert.equal((await journal.facts("X1")).length, 4);
  });
});
