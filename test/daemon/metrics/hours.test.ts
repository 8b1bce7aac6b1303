import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { hoursBetween, type Offset } from "../../../src/daemon/metrics/hours.ts";

const HOUR_MS = 3_600_000;

/** As a machine in this zone would know it, whatever the zone of the machine that tests. */
function offsetIn(timeZone: string): Offset {
  const format = new Intl.DateTimeFormat("en-GB", { timeZone, timeZoneName: "longOffset" });
  return (atMs) => {
    const name = format.formatToParts(atMs).find(({ type }) => type === "timeZoneName")?.value ?? "";
    const [, sign, hours, minutes] = /GMT(?:([+-])(\d\d):(\d\d))?/.exec(name) ?? [];
    return hours === undefined ? 0 : (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
  };
}

function starts(from: string, to: string, timeZone: string): readonly string[] {
  return hoursBetween(Date.parse(from), Date.parse(to), offsetIn(timeZone)).map(({ fromMs }) =>
    new Date(fromMs).toISOString(),
  );
}

describe("hours of a day on the clock on the wall", () => {
  it("are 24 on a day like any other", () => {
    const hours = starts("2026-06-10T22:00:00Z", "2026-06-11T22:00:00Z", "Europe/Berlin");
    assert.equal(hours.length, 24);
    assert.equal(hours[1], "2026-06-10T23:00:00.000Z");
  });

  it("are 23 on the day on which an hour is left out, and 25 on the day that has one twice", () => {
    const short = hoursBetween(
      Date.parse("2026-03-28T23:00:00Z"),
      Date.parse("2026-03-29T22:00:00Z"),
      offsetIn("Europe/Berlin"),
    );
    const long = hoursBetween(
      Date.parse("2026-10-24T22:00:00Z"),
      Date.parse("2026-10-25T23:00:00Z"),
      offsetIn("Europe/Berlin"),
    );
    assert.equal(short.length, 23);
    assert.equal(long.length, 25);
    for (const { fromMs, toMs } of [...short, ...long]) assert.equal(toMs - fromMs, HOUR_MS);
  });

  it("begin at full hours of the wall also where that is no full hour of UTC", () => {
    assert.deepEqual(starts("2026-06-10T18:30:00Z", "2026-06-10T21:00:00Z", "Asia/Kolkata"), [
      "2026-06-10T18:30:00.000Z",
      "2026-06-10T19:30:00.000Z",
      "2026-06-10T20:30:00.000Z",
    ]);
    assert.equal(starts("2026-06-10T18:15:00Z", "2026-06-11T18:15:00Z", "Asia/Kathmandu").length, 24);
  });

  it("come to an end, without a gap, where clocks are set by half an hour", () => {
    const zone = offsetIn("Australia/Lord_Howe");
    for (const day of ["2026-04-04T13:00:00Z", "2026-10-03T13:30:00Z"]) {
      const fromMs = Date.parse(day);
      const hours = hoursBetween(fromMs, fromMs + 25 * HOUR_MS, zone);
      assert.ok(hours.length >= 25 && hours.length <= 26, `${day}: ${hours.length}`);
      hours.slice(1).forEach((hour, index) => assert.equal(hour.fromMs, hours[index]?.toMs));
      assert.equal(hours.at(-1)?.toMs, fromMs + 25 * HOUR_MS);
    }
  });

  it("are cut off at the moments that were asked for", () => {
    assert.deepEqual(
      hoursBetween(Date.parse("2026-06-10T10:20:00Z"), Date.parse("2026-06-10T11:10:00Z"), () => 0),
      [
        { fromMs: Date.parse("2026-06-10T10:20:00Z"), toMs: Date.parse("2026-06-10T11:00:00Z") },
        { fromMs: Date.parse("2026-06-10T11:00:00Z"), toMs: Date.parse("2026-06-10T11:10:00Z") },
      ],
    );
    assert.deepEqual(hoursBetween(5, 5), []);
  });
});
