import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../../src/core/json.ts";
import { getnet } from "../../src/drivers/getnet/vendor.ts";
import { World } from "../support/world.ts";

const SETTINGS: JsonObject = { currency: "CLP", quietMs: 1_000, askEveryMs: 500, answerMs: 5_000, cancelGraceMs: 500 };
const FAST = { gapMs: 1, customerMs: 1, stageMs: 1 };

/** It takes connections, and hangs up as soon as it is asked who it is: a web server, another vendor's terminal. */
const HANGS_UP = { ...FAST, rules: [{ when: {}, then: [{ kind: "linkCut", at: "request", how: "end" }] }] };

describe("somebody who takes connections and breaks off each handshake", () => {
  it("is no terminal that is just connecting: it is offline, in words, and a payment is refused", async () => {
    const world = new World({ vendor: getnet, settings: SETTINGS, scenario: HANGS_UP });
    await world.start();
    await world.until(() => world.state === "offline", 30_000);
    await world.clock.advance(120_000);
    assert.equal(world.state, "offline", "a new connection each time proves nothing");
    assert.match(world.till.terminals.get("counter-1")?.detail ?? "", /before the terminal had answered who it is$/);
    const started = await world.startOperation(world.sale(900));
    assert.equal(started.kind === "refused" ? started.refusal.reason : started.kind, "terminalOffline");
  });

  it("is forgotten as soon as the terminal is there", async () => {
    const world = new World({ vendor: getnet, settings: SETTINGS, scenario: HANGS_UP });
    await world.start();
    await world.until(() => world.state === "offline", 30_000);
    world.link.replace(FAST, "forgets");
    await world.until(() => world.state === "ready", 60_000);
    assert.equal(world.till.terminals.get("counter-1")?.detail, undefined);
    assert.equal(await world.settled(await world.accepted(world.sale(700))), "approved");
  });
});
