import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { pauseAskedBy, ServerClock } from "../../../src/daemon/account/server-clock.ts";
import { createVirtualClock } from "../../support/virtual-clock.ts";

const answer = (status: number, headers: Readonly<Record<string, string>>) => ({
  status,
  headers,
  body: new Uint8Array(),
});

describe("the clock of an account's servers", () => {
  const START = Date.UTC(2026, 0, 2, 3, 4, 5);

  it("is told by the date of their answers (RFC 9110 6.6.1)", () => {
    const clock = new ServerClock(createVirtualClock(START));
    clock.heard(answer(200, { date: "Fri, 02 Jan 2026 03:09:05 GMT" }));
    assert.equal(clock.offsetMs, 300_000);
    clock.heard(answer(401, { date: "Fri, 02 Jan 2026 02:04:05 GMT" }));
    assert.equal(clock.offsetMs, -3_600_000);
  });

  it("is ours where it is as good as ours, and where nothing or nonsense is told", () => {
    const clock = new ServerClock(createVirtualClock(START));
    clock.heard(answer(200, { date: "Fri, 02 Jan 2026 03:04:06 GMT" }));
    assert.equal(clock.offsetMs, 0);
    clock.heard(answer(200, {}));
    clock.heard(answer(200, { date: "yesterday" }));
    clock.heard(answer(200, { date: "Sat, 13 Sep 275760 00:00:00 GMT" }));
    assert.equal(clock.offsetMs, 0);
  });
});

describe("a pause that servers ask for (RFC 9110 10.2.3)", () => {
  const now = Date.UTC(2026, 0, 2, 3, 4, 5);

  it("is told in seconds or as a date", () => {
    assert.equal(pauseAskedBy(answer(429, { "retry-after": "7" }), now), 7_000);
    assert.equal(pauseAskedBy(answer(503, { "retry-after": "Fri, 02 Jan 2026 03:04:35 GMT" }), now), 30_000);
  });

  it("is none in an answer that means something else, and in nonsense", () => {
    assert.equal(pauseAskedBy(answer(200, { "retry-after": "7" }), now), undefined);
    assert.equal(pauseAskedBy(answer(429, {}), now), undefined);
    assert.equal(pauseAskedBy(answer(429, { "retry-after": "soon" }), now), undefined);
  });

  it("is no longer than a shop can wait, and never negative", () => {
    assert.equal(pauseAskedBy(answer(429, { "retry-after": "86400" }), now), 300_000);
    assert.equal(pauseAskedBy(answer(503, { "retry-after": "Fri, 02 Jan 2026 03:00:00 GMT" }), now), 0);
  });
});
