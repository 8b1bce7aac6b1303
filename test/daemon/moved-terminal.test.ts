import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { getnet } from "../../src/drivers/getnet/vendor.ts";
import { World } from "../support/world.ts";

const SETTINGS = { currency: "CLP", quietMs: 1_000, askEveryMs: 500, answerMs: 5_000, cancelGraceMs: 500 };
const FAST = { gapMs: 1, customerMs: 1, stageMs: 1 };

/** The link is cut after the money moved, and the terminal comes back at another address. */
async function movedInDoubt(): Promise<{ readonly world: World; readonly id: string }> {
  const cut = { when: { command: "sale", nth: 2 }, then: [{ kind: "linkCut", at: "afterMoney", command: "goesOn" }] };
  const world = new World({ vendor: getnet, settings: SETTINGS, scenario: { ...FAST, rules: [cut] } });
  await world.startReady();
  await world.settled(await world.accepted(world.sale(700)));
  const id = await world.accepted(world.sale(1_250));
  world.link.unreachable = true;
  await world.until(() => world.state === "recovering", 30_000, 1);
  world.link.unreachable = false;
  world.move("counter-1");
  return { world, id };
}

describe("a terminal that got another address while a sale is in doubt", () => {
  it("is asked at the new one as soon as somebody says so", async () => {
    const { world, id } = await movedInDoubt();
    await world.clock.advance(30_000);
    assert.equal(world.state, "recovering", "at the old address nobody answers");
    const updated = await world.till.terminals.update(world.configOf("counter-1"));
    assert.equal(updated.kind, "done", JSON.stringify(updated));
    assert.equal(await world.settled(id), "approved");
    assert.equal(world.link.ledger.length, 2);
  });

  it("keeps its settings and its vendor until the doubt has ended", async () => {
    const { world, id } = await movedInDoubt();
    const config = world.configOf("counter-1");
    const updated = await world.till.terminals.update({ ...config, settings: { ...SETTINGS, quietMs: 1 } });
    assert(updated.kind === "refused");
    assert.deepEqual([updated.refusal.reason, updated.refusal.transaction], ["terminalBusy", id]);
  });
});

describe("a fenced terminal that gets another address", () => {
  it("a report that waits for its handshake is answered when the terminal moves", async () => {
    const silent = { when: { amount: 1_250 }, then: [{ kind: "silent", from: "request" }] };
    const world = new World({ vendor: getnet, settings: SETTINGS, scenario: { ...FAST, rules: [silent] } });
    await world.startReady();
    await world.accepted(world.sale(1_250));
    await world.until(() => world.state === "fenced", 60_000);

    const asking = world.till.terminals.report("counter-1", "details", {});
    await world.clock.settle();
    world.move("counter-1");
    const updated = await world.till.terminals.update(world.configOf("counter-1"));
    assert.equal(updated.kind, "done", JSON.stringify(updated));
    const later = world.clock.advance(60_000).then(() => "nobody answered" as const);
    const reported = await Promise.race([asking, later]);
    assert(reported !== "nobody answered");
    assert.equal(reported.kind === "refused" ? reported.refusal.reason : reported.kind, "terminalOffline");
  });
});
