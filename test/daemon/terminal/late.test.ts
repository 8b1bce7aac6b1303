import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { foldFacts } from "../../../src/core/transaction.ts";
import type { Fact, FactBody } from "../../../src/core/facts.ts";
import { Records } from "../../../src/daemon/records.ts";
import { lateEvidence } from "../../../src/daemon/terminal/late.ts";
import { createKeptLog } from "../../support/kept-log.ts";
import { approvedVerdict, dispatchedFact, openDesk } from "./records-of.ts";

const unknown: FactBody = {
  kind: "settled",
  outcome: { kind: "unknown", since: "timeout", advice: "wait", revision: 1, decidedBy: { kind: "daemon" } },
};

/** A sale of ticket T1 that was told as unknown, and that nobody asks about any more. */
async function toldAsUnknown() {
  const desk = openDesk();
  await desk.accepted("X1", dispatchedFact, unknown);
  const { clock, journal } = desk;
  const records = new Records({ clock, journal, settings: { appendLimitMs: 2_000 }, emit: () => undefined });
  const facts: readonly Fact[] = await journal.facts("X1");
  const folded = foldFacts("X1", facts);
  assert(folded.kind === "legal");
  records.add(folded.transaction);
  return { journal, ports: { terminal: "counter-1", records, log: createKeptLog() } };
}

describe("rule 5, late evidence that a sale was paid", () => {
  it("claims what moved: no other sale can be paid with it", async () => {
    const { journal, ports } = await toldAsUnknown();
    await lateEvidence(ports, { ticket: "T1", verdict: approvedVerdict(1000), movement: "m1" });
    assert.equal((await journal.get("X1"))?.outcome?.kind, "approved");
    assert.deepEqual(await journal.claimed(["m1"]), ["m1"]);
  });

  it("of a ticket that is nobody's is logged, and changes nothing", async () => {
    const { journal, ports } = await toldAsUnknown();
    await lateEvidence(ports, { ticket: "T2", verdict: approvedVerdict(1000), movement: "m1" });
    assert.equal((await journal.get("X1"))?.outcome?.kind, "unknown");
    assert.deepEqual(await journal.claimed(["m1"]), []);
    assert.deepEqual(ports.log.lines, ["warn the terminal told of an operation that is not ours"]);
  });
});
