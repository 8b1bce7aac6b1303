import assert from "node:assert/strict";
import { test } from "node:test";
import { createReadingPace } from "../../../src/daemon/server/rate.ts";
import { createVirtualClock } from "../../support/virtual-clock.ts";

const LIMITS = { messageBytes: 65_536, requestsPerSecond: 50 };

test("a stranger is read until he has said what it takes to open a session, and then slowly", () => {
  const pace = createReadingPace(createVirtualClock(), LIMITS, () => true);

  assert.equal(pace.piece(4_096), 0, "a session.open");
  assert.equal(pace.piece(12_288), 0);
  assert.equal(pace.piece(8_192), 1_000, "8 KB cost a second");
});

test("a stranger who says it in pieces of a byte waits for each twentieth of a second", async () => {
  const clock = createVirtualClock();
  const pace = createReadingPace(clock, LIMITS, () => true);
  for (let count = 0; count < 40; count += 1) assert.equal(pace.piece(1), 0);

  assert.equal(pace.piece(1), 50);
  await clock.advance(100);
  assert.equal(pace.piece(1), 0);
});

test("who has a session is read as fast as its requests come, and no faster in pieces", () => {
  const pace = createReadingPace(createVirtualClock(), LIMITS, () => false);
  for (let count = 0; count < 200; count += 1) assert.equal(pace.piece(65_536), 0);

  assert.equal(pace.piece(1), 5);
});

test("pings are not read faster than anybody needs them", () => {
  const pace = createReadingPace(createVirtualClock(), LIMITS, () => false);
  for (let count = 0; count < 20; count += 1) assert.equal(pace.ping(), 0);

  assert.equal(pace.ping(), 100);
  for (let count = 0; count < 99; count += 1) pace.ping();
  assert.equal(pace.ping(), 10_100, "a hundred at once cost ten seconds");
});
