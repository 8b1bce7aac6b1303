import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { timeToEnd } from "../../../src/daemon/ending.ts";

describe("the time for an end in order", () => {
  it("is our own after a signal", () => {
    assert.deepEqual(timeToEnd({ kind: "signal", why: "SIGTERM" }, 20_000), { graceMs: 20_000, closingMs: 10_000 });
  });

  it("is the system's where that is shorter, with a third of it left for closing", () => {
    const asked = { kind: "supervisor", why: "the Windows service stops" } as const;
    assert.deepEqual(timeToEnd({ ...asked, limitMs: 15_000 }, 20_000), { graceMs: 10_000, closingMs: 5_000 });
    assert.deepEqual(timeToEnd({ ...asked, limitMs: 180_000 }, 20_000), { graceMs: 20_000, closingMs: 10_000 });
    assert.deepEqual(timeToEnd({ ...asked, limitMs: 180_000 }, 600_000), { graceMs: 170_000, closingMs: 10_000 });
  });
});
