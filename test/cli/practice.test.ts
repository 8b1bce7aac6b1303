import assert from "node:assert/strict";
import { test } from "node:test";
import { practiceRequestId } from "../../src/core/practice.ts";
import { homeWithDaemon, requestsOf, run } from "./command.ts";

const PRACTICE = ["practice", "acme", "--amount", "15.00", "--currency", "EUR"];

for (const [kind, code] of [
  ["approved", 0],
  ["notPerformed", 1],
] as const) {
  test(`a practice payment that is ${kind} is told as one without money, and ends with ${code}`, async (t) => {
    const { home, daemon } = await homeWithDaemon(t);
    const outcome = { kind, revision: 1, reason: "noRecord", decidedBy: { kind: "terminal" } };
    const operation = { type: "sale", amount: { value: 1500, currency: "EUR" } };
    const transaction = {
      ...{ id: "T1", pos: "page", requestId: practiceRequestId("1"), terminal: "practice", operation, outcome },
      ...{ state: "settled", acknowledged: true, createdAt: "2026-01-02T03:04:05.000Z" },
    };
    daemon.answers.set("events.subscribe", () => ({}));
    daemon.answers.set("practice.run", () => ({ vendor: "acme", transaction }));

    const ended = await run(t, [...PRACTICE, "--home", home]);

    assert.equal(ended.code, code, ended.stderr);
    assert.match(ended.stderr, /Practice: no money has moved/);
    assert.match(ended.stdout, /^terminal +practice$/m);
    assert.deepEqual(requestsOf(daemon, "practice.run"), [
      { amount: { value: 1500, currency: "EUR" }, vendor: "acme" },
    ]);
  });
}
