import assert from "node:assert/strict";
import { test } from "node:test";
import { startOfLocalDay } from "../../src/daemon/spending.ts";

/** The zone of this process is of this file alone: each test file is a process. */
function dayBegan(zone: string, now: string): string {
  const before = process.env["TZ"];
  process.env["TZ"] = zone;
  try {
    return new Date(startOfLocalDay(Date.parse(now))).toISOString();
  } finally {
    if (before === undefined) delete process.env["TZ"];
    else process.env["TZ"] = before;
  }
}

test("a day begins at midnight on the clock of the shop", () => {
  assert.equal(dayBegan("Europe/Madrid", "2026-11-20T22:59:59.999Z"), "2026-11-19T23:00:00.000Z");
  assert.equal(dayBegan("Europe/Madrid", "2026-11-20T23:00:00.000Z"), "2026-11-20T23:00:00.000Z");
});

test("a day of 25 and one of 23 hours each begin once", () => {
  assert.equal(dayBegan("Europe/Madrid", "2026-10-25T22:30:00Z"), "2026-10-24T22:00:00.000Z");
  assert.equal(dayBegan("Europe/Madrid", "2026-03-29T21:30:00Z"), "2026-03-28T23:00:00.000Z");
});

test("a day whose midnight is skipped begins when the clock is set", () => {
  assert.equal(dayBegan("America/Santiago", "2026-09-06T04:30:00Z"), "2026-09-06T04:00:00.000Z");
});

test("a day whose last hour comes twice goes on in the second one", () => {
  assert.equal(dayBegan("America/Santiago", "2026-04-05T02:30:00Z"), "2026-04-04T03:00:00.000Z");
  assert.equal(dayBegan("America/Santiago", "2026-04-05T03:30:00Z"), "2026-04-04T03:00:00.000Z");
});

test("a day whose first hour comes twice begins with the first of them", () => {
  assert.equal(dayBegan("America/Havana", "2026-11-01T05:30:00Z"), "2026-11-01T04:00:00.000Z");
});
