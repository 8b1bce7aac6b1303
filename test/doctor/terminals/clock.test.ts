import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ClockReading } from "../../../src/core/terminal.ts";
import { clockFindings } from "../../../src/doctor/terminals/clock.ts";
import { inEnglish } from "../told.ts";
import { knownTerminal, served } from "./known-terminal.ts";

const AT = "2026-01-02T12:00:00.000Z";
const CHILE = () => 180;

function told(localTime: string, zoneOffset: (atMs: number) => number = CHILE) {
  const clock: ClockReading = { localTime, at: AT };
  const found = inEnglish(clockFindings(knownTerminal({ served: served("ready", { clock }) }), zoneOffset));
  return found.map(({ id, verdict, evidence, remedy }) => ({ id, verdict, evidence, remedy }));
}

describe("a terminal's own clock", () => {
  it("is nothing to talk about where it has told none", () => {
    assert.deepEqual(clockFindings(knownTerminal({ served: served("ready") })), []);
    assert.deepEqual(clockFindings(knownTerminal()), []);
  });

  it("is well within five minutes of the local time here", () => {
    for (const localTime of ["2026-01-02T08:55:00", "2026-01-02T09:00:00", "2026-01-02T09:05:00"])
      assert.deepEqual(
        told(localTime).map(({ id, verdict }) => [id, verdict]),
        [["terminal.counter-1.clock", "ok"]],
      );
  });

  it("that goes wrong is told with both times and by how much", () => {
    const [found] = told("2026-01-02T08:37:30");
    assert.ok(found !== undefined);
    assert.equal(found.verdict, "warning");
    assert.equal(
      found.evidence,
      "When it answered last, its clock showed 2026-01-02 08:37:30; here it was 2026-01-02 09:00:00. It is 23 min behind.",
    );
    assert.match(found.remedy ?? "", /Set the clock in the terminal's own menu/);
    assert.match(told("2026-01-02T09:05:01")[0]?.evidence ?? "", /It is 5 min ahead\.$/);
    assert.match(told("2025-12-30T08:00:00")[0]?.evidence ?? "", /It is 3 d behind\.$/);
  });

  it("that is off by whole hours is likely in another time zone", () => {
    assert.match(told("2026-01-02T12:02:00")[0]?.evidence ?? "", /It is 3 h ahead\. Whole hours: .*time zone/);
    assert.match(told("2026-01-02T07:58:00")[0]?.evidence ?? "", /It is 62 min behind\. Whole hours/);
    assert.doesNotMatch(told("2026-01-02T10:30:00")[0]?.evidence ?? "", /Whole hours/);
    assert.doesNotMatch(told("2026-01-12T09:00:00")[0]?.evidence ?? "", /Whole hours/);
  });

  it("is compared with the zone of the moment when it was heard", () => {
    assert.equal(told("2026-01-02T13:00:00", () => -60)[0]?.verdict, "ok");
    assert.equal(told("2026-01-02T12:00:00", (ms) => (ms === Date.parse(AT) ? 0 : 60))[0]?.verdict, "ok");
  });

  it("is nothing where a driver told what is no time", () => assert.deepEqual(told("yesterday"), []));
});
