import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { getnet } from "../../src/drivers/getnet/vendor.ts";
import { poynt } from "../../src/drivers/poynt/vendor.ts";
import { World } from "../support/world.ts";

const GETNET = { currency: "CLP", quietMs: 1_000, askEveryMs: 500, answerMs: 5_000, cancelGraceMs: 500 };
const HOUR_MS = 3_600_000;

describe("while nothing happens", () => {
  it("not a line is written to the log in six hours", async () => {
    const world = new World({
      terminals: {
        "counter-1": { vendor: getnet, settings: GETNET },
        "counter-2": { vendor: poynt, settings: { currency: "USD" } },
      },
    });
    await world.start();
    await world.clock.advance(HOUR_MS);
    const lines = [...world.log.lines];
    assert.deepEqual(lines, ["info link open"]);

    await world.clock.advance(6 * HOUR_MS);

    assert.deepEqual(world.log.lines, lines);
  });
});
