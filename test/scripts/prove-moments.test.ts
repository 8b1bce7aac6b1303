import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isInDoubt, momentOf, standingOf } from "../../scripts/prove/moments.ts";
import type { Fact, FactBody } from "../../src/core/facts.ts";

const AT = "2026-01-02T03:04:05.000Z";
const facts = (...bodies: readonly FactBody[]): readonly Fact[] => bodies.map((body) => ({ ...body, at: AT }));

const ACCEPTED: FactBody = {
  kind: "accepted",
  pos: "till-1",
  requestId: "r1",
  terminal: "tcp",
  operation: { type: "sale", amount: { value: 1, currency: "CLP" } },
  content: "{}",
};
const DISPATCHED: FactBody = {
  kind: "dispatched",
  attempt: 1,
  request: "",
  ticket: "T1",
  driver: { id: "acme", version: "1" },
  link: "L1",
  deadline: AT,
  lastSeen: AT,
};
const REPEATED: FactBody = { kind: "repeated", attempt: 2, link: "L2" };
const PROPOSED: FactBody = { kind: "proposed", verdict: { kind: "canceled", by: "operator" } };
const CANCELED: FactBody = {
  kind: "settled",
  outcome: { kind: "canceled", by: "operator", revision: 1, decidedBy: { kind: "terminal" } },
};
const UNKNOWN: FactBody = {
  kind: "settled",
  outcome: { kind: "unknown", since: "restart", advice: "wait", revision: 1, decidedBy: { kind: "daemon" } },
};
const ACKNOWLEDGED: FactBody = { kind: "acknowledged", revision: 1 };

describe("how far a transaction had come when the daemon was killed", () => {
  const cases: readonly (readonly [string, boolean, readonly FactBody[]])[] = [
    ["accepted", false, [ACCEPTED, { kind: "cancelRequested", by: "till-1" }]],
    ["dispatched", true, [ACCEPTED, DISPATCHED, { kind: "note", text: "it rings" }]],
    ["repeated", true, [ACCEPTED, DISPATCHED, REPEATED]],
    ["proposed", true, [ACCEPTED, DISPATCHED, PROPOSED]],
    ["settledNotAcknowledged", false, [ACCEPTED, DISPATCHED, PROPOSED, CANCELED]],
    ["ended", false, [ACCEPTED, DISPATCHED, PROPOSED, CANCELED, ACKNOWLEDGED]],
    ["inDoubt", true, [ACCEPTED, DISPATCHED, UNKNOWN]],
    ["inDoubt", true, [ACCEPTED, DISPATCHED, UNKNOWN, ACKNOWLEDGED]],
  ];
  for (const [standing, inDoubt, bodies] of cases) {
    it(`is ${standing} behind ${bodies.at(-1)?.kind ?? ""}`, () => {
      assert.equal(standingOf(facts(...bodies)), standing);
      assert.equal(isInDoubt({ facts: facts(...bodies) }), inDoubt);
    });
  }
});

describe("the moment of a kill", () => {
  const open = (id: string, terminal: string, ...bodies: readonly FactBody[]) => ({
    id,
    terminal,
    facts: facts(...bodies),
  });
  const dead = { wasReady: true, inDoubtAtStart: new Set<string>(), unended: [] };

  it("is idle where nothing runs at this counter", () => {
    assert.equal(momentOf({ ...dead, unended: [open("A", "http", ACCEPTED, DISPATCHED)] }, "tcp"), "idle");
  });

  it("is that of the sale that has come farthest in what can go wrong", () => {
    const unended = [open("A", "tcp", ACCEPTED, DISPATCHED), open("B", "tcp", ACCEPTED)];
    assert.equal(momentOf({ ...dead, unended }, "tcp"), "dispatched");
  });

  it("is recovering where an earlier life had left it in doubt", () => {
    const unended = [open("A", "tcp", ACCEPTED, DISPATCHED)];
    assert.equal(momentOf({ ...dead, unended, inDoubtAtStart: new Set(["A"]) }, "tcp"), "recovering");
  });

  it("is repeated where the request was sent once more and nothing came", () => {
    const unended = [open("A", "tcp", ACCEPTED, DISPATCHED, REPEATED)];
    assert.equal(momentOf({ ...dead, unended, inDoubtAtStart: new Set(["A"]) }, "tcp"), "repeated");
  });

  it("is starting before the daemon said that it is ready", () => {
    const unended = [open("A", "tcp", ACCEPTED, DISPATCHED)];
    assert.equal(momentOf({ ...dead, unended, wasReady: false }, "tcp"), "starting");
  });
});
