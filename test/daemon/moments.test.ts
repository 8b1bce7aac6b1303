import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Fact, FactBody } from "../../src/core/facts.ts";
import type { Meanwhile, Moment } from "../../src/core/moments.ts";
import { applyFact, type Transaction } from "../../src/core/transaction.ts";
import { Moments } from "../../src/daemon/moments.ts";
import { Records } from "../../src/daemon/records.ts";
import { dispatch } from "../../src/daemon/terminal/dispatch.ts";
import { JournalFailure, type Append } from "../../src/journal/journal.ts";
import type { MemoryJournal } from "../support/memory-journal.ts";
import { approvedVerdict, dispatchedFact, openDesk, stored } from "./terminal/records-of.ts";

const AT = "2026-01-02T03:04:05.000Z";
const MEANWHILE: Meanwhile = { moments: [{ kind: "linkLost", why: "the cable", at: AT }], missing: 2 };
const APPROVED = { ...approvedVerdict(1000), revision: 1, decidedBy: { kind: "terminal" } } as const;
const UNKNOWN = {
  kind: "unknown",
  since: "timeout",
  advice: "wait",
  revision: 1,
  decidedBy: { kind: "daemon" },
} as const;

/** A life with every kind of fact in it, as far as one can have them all. */
const LIVES: readonly (readonly FactBody[])[] = [
  [
    accepted(),
    dispatchedFact,
    { kind: "repeated", attempt: 2, link: "tcp toy #2" },
    { kind: "remembered", data: { order: "1" } },
    { kind: "proposed", verdict: approvedVerdict(1000), movement: "m1" },
    { kind: "note", text: "in doubt" },
    { kind: "settled", outcome: APPROVED },
    { kind: "acknowledged", revision: 1 },
    { kind: "contradicted", evidence: "a slip", verdict: { kind: "declined", reason: "other" } },
  ],
  [
    accepted(),
    dispatchedFact,
    { kind: "cancelRequested", by: "till-1" },
    { kind: "settled", outcome: UNKNOWN },
    { kind: "fenceLifted", operator: "Ana", reason: "a queue" },
    { kind: "resolved", outcome: { ...APPROVED, revision: 2, decidedBy: { kind: "person", name: "Ana" } } },
  ],
];

function accepted(): FactBody {
  const operation = { type: "sale", amount: { value: 1000, currency: "EUR" } } as const;
  return { kind: "accepted", pos: "till-1", requestId: "r1", terminal: "counter-1", operation, content: "{}" };
}

function stage(text: string, second = 0): Moment {
  return { kind: "stage", stage: "other", text, at: `2026-01-02T03:04:${String(second).padStart(2, "0")}.000Z` };
}

describe("what happens around a transaction decides nothing about it", () => {
  it("so the fold of its facts is the same with and without it, whatever the fact", () => {
    for (const life of LIVES) {
      let known: Transaction | undefined;
      for (const body of life) {
        const fact: Fact = { ...body, at: AT };
        const bare = applyFact("X1", known, fact);
        assert.deepEqual(applyFact("X1", known, { ...fact, meanwhile: MEANWHILE }), bare, body.kind);
        assert(bare.kind === "legal");
        known = bare.transaction;
      }
    }
  });

  it("so nothing is appended for it: a dispatch finds no other commit in front of it", async () => {
    const desk = openDesk();
    const record = await desk.accepted("X1");
    const appends = countAppends(desk.journal);
    record.setProgress({ stage: "waitingForTerminal" });
    record.recount({ kind: "linkOpened" });
    await settled();
    assert.equal(appends.length, 0, "nothing is written for a moment");
    const sends: string[] = [];
    await dispatch(
      {
        record,
        ticket: "T1",
        bytes: new Uint8Array([1]),
        link: "tcp toy #1",
        driver: { id: "toy", version: "1" },
        answerMs: 130_000,
        lastSeenMs: 0,
      },
      {
        clock: desk.clock,
        openLink: () => "tcp toy #1",
        send: async () => {
          sends.push(appends.map(({ facts }) => facts.map(({ kind }) => kind).join("+")).join(","));
          return { kind: "sent" };
        },
        dispatched: () => undefined,
      },
    );
    assert.deepEqual(sends, ["dispatched"], "one commit, with one fact");
    assert.deepEqual(
      appends[0]?.facts[0].meanwhile?.moments.map(({ kind }) => kind),
      ["stage", "linkOpened"],
    );
  });

  it("so an acknowledgement takes along that its POS was told, although nobody had the transaction in memory", async () => {
    const desk = openDesk();
    const record = await desk.accepted("X1", dispatchedFact, { kind: "settled", outcome: APPROVED });
    const records = new Records({ ...portsOf(desk) });
    records.recount(record.id, { kind: "told", revision: 1 });
    assert.deepEqual(records.moments("X1")?.pending?.moments, [{ kind: "told", revision: 1, at: AT }]);
    await records.use("X1", async (found) => {
      await found?.write(() => ({ facts: [{ kind: "acknowledged", revision: 1 }] }));
    });
    const last = (await desk.journal.facts("X1")).at(-1);
    assert.deepEqual(last?.meanwhile?.moments, [{ kind: "told", revision: 1, at: AT }]);
    assert.equal(records.moments("X1"), undefined, "and it is not kept a second time");
    assert.equal((await stored(desk.journal, "X1")).acknowledgedRevision, 1);
  });

  it("so a commit that fails leaves it waiting for the next one", async () => {
    const desk = openDesk();
    const record = await desk.accepted("X1", dispatchedFact);
    record.recount({ kind: "linkLost", why: "the cable" });
    const append = desk.journal.append.bind(desk.journal);
    desk.journal.append = () => {
      record.recount({ kind: "linkOpened" });
      return Promise.reject(new JournalFailure("the disk is full"));
    };
    await assert.rejects(record.write(() => ({ facts: [{ kind: "note", text: "one" }] })));
    desk.journal.append = append;
    await record.write(() => ({ facts: [{ kind: "note", text: "two" }] }));
    const last = (await desk.journal.facts("X1")).at(-1);
    assert.deepEqual(
      last?.meanwhile?.moments.map(({ kind }) => kind),
      ["linkLost", "linkOpened"],
    );
  });
});

describe("of what happens around a transaction", () => {
  it("the newest is kept where there is too much: the oldest stages give way, and are counted", () => {
    const moments = new Moments();
    moments.add({ kind: "linkLost", why: "first of all", at: AT });
    for (let number = 0; number < 100; number += 1) moments.add(stage(`line ${number}`));
    const pending = moments.pending;
    assert.equal(pending?.moments.length, 64);
    assert.equal(pending.missing, 37);
    assert.equal(pending.moments[0]?.kind, "linkLost", "a stage gives way before what matters more");
    assert.deepEqual(pending.moments.at(-1), stage("line 99"));
  });

  it("a terminal that never stops talking fills no journal", () => {
    const moments = new Moments();
    let written = 0;
    for (let number = 0; number < 5_000; number += 1) {
      moments.add(stage(`line ${number}`));
      written += moments.take()?.moments.length ?? 0;
      moments.written();
    }
    assert.equal(written, 512);
  });

  it("what is shown again is told once, and questions are counted until the link changes", () => {
    const moments = new Moments();
    for (let time = 0; time < 3; time += 1) {
      moments.add(stage("insert card"));
      moments.add({ kind: "recoveryBegan", at: AT });
      moments.add({ kind: "askedAgain", times: 1, at: AT });
    }
    moments.add({ kind: "linkLost", why: "the cable", at: AT });
    moments.add({ kind: "askedAgain", times: 1, at: AT });
    assert.deepEqual(
      moments.pending?.moments.map((moment) => (moment.kind === "askedAgain" ? moment.times : moment.kind)),
      ["stage", "recoveryBegan", 3, "linkLost", 1],
    );
  });

  it("no card number reaches the disk, whatever the terminal shows", () => {
    const moments = new Moments();
    moments.add(stage(`${"x".repeat(150)} 4111 1111 1111 1111`));
    moments.add({ kind: "linkLost", why: "after 4111111111111111", at: AT });
    assert.doesNotMatch(JSON.stringify(moments.pending), /4111/);
  });
});

function countAppends(journal: MemoryJournal): Append[] {
  const appends: Append[] = [];
  const append = journal.append.bind(journal);
  journal.append = (written: Append) => {
    appends.push(written);
    return append(written);
  };
  return appends;
}

function portsOf({ clock, journal }: ReturnType<typeof openDesk>) {
  return { clock, journal, settings: { appendLimitMs: 2_000 }, emit: () => undefined };
}

/** Everything that was begun without being waited for has had its turn. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}
