import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { poynt } from "../../src/drivers/poynt/vendor.ts";
import { World, type WorldTerminal } from "./world.ts";

const { account: _beside, ...withoutAccount } = poynt;
const PAIRED = "the secret of the pairing";
const AT_ONCE = { customerMs: 1, stageMs: 1, currency: "USD", pairedWith: PAIRED };
/** One whose terminals are reached at the vendor's servers; all else is as usual. */
const TERMINAL: WorldTerminal = {
  vendor: { ...withoutAccount, links: ["cloud"] },
  settings: { currency: "USD", timeoutMs: 10_000, answerMarginMs: 10_000, aliveEveryMs: 500, askEveryMs: 500 },
  scenario: AT_ONCE,
  pairing: { pairing: PAIRED },
};

describe("a world with a cloud", () => {
  it("has it at a base URL of its own, with what a person keeps for it", async () => {
    const world = new World({ ...TERMINAL, secrets: { mp: "token" } });
    await world.startReady();

    assert.equal(await world.settled(await world.accepted(world.sale(700))), "approved");

    const link = { type: "cloud", baseUrl: "https://counter-1.test" };
    assert.deepEqual(world.till.terminals.get("counter-1")?.link, link);
    assert.equal(world.secrets.get("mp"), "token");
    assert.equal(world.link.ledger.length, 1);
  });

  it("finds it where it was: a cloud does not move", async () => {
    const world = new World(TERMINAL);
    await world.startReady();
    world.move("counter-1");
    await world.crash();
    await world.startReady();

    assert.equal(await world.settled(await world.accepted(world.sale(700))), "approved");
    assert.equal(world.isWhereConfigured("counter-1"), true);
  });

  it("may have several terminals behind one", async () => {
    const link = { type: "cloud", baseUrl: "https://counter-1.test" };
    const world = new World({ terminals: { "counter-1": TERMINAL, "counter-2": { ...TERMINAL, link } } });
    await world.start();
    await world.until(() => ["counter-1", "counter-2"].every((name) => world.stateOf(name) === "ready"), 60_000);

    for (const name of ["counter-1", "counter-2"]) {
      const started = await world.startOperation(world.sale(700), name, undefined, name);
      assert(started.kind === "done", JSON.stringify(started));
      assert.equal(await world.settled(started.value.transaction.id), "approved");
    }

    assert.deepEqual([world.linkOf("counter-1").ledger.length, world.linkOf("counter-2").ledger.length], [2, 0]);
  });
});
