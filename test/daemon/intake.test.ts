import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { getnet } from "../../src/drivers/getnet/vendor.ts";
import type { JsonObject } from "../../src/core/json.ts";
import { World } from "../support/world.ts";

const SETTINGS: JsonObject = { currency: "CLP", quietMs: 1_000, askEveryMs: 500, answerMs: 5_000, cancelGraceMs: 500 };
const FAST = { gapMs: 1, customerMs: 1, stageMs: 1 };

async function readyWorld(rules: readonly JsonObject[] = []): Promise<World> {
  const world = new World({ vendor: getnet, settings: SETTINGS, scenario: { ...FAST, rules: [...rules] } });
  await world.startReady();
  return world;
}

/** The refusal of a request, in its words. */
async function refusalOf(world: World, requestId: string): Promise<string> {
  const started = await world.startOperation(world.sale(1_250), requestId);
  return started.kind === "refused" ? `${started.refusal.reason}: ${started.refusal.message}` : "taken";
}

describe("new transactions that are held back", () => {
  it("are refused with the reason, before anything is stored, and taken when they are released", async () => {
    const world = await readyWorld();
    const hold = world.intake.hold("version 2 is put in");
    assert.equal(world.intake.state, "held");
    const refusal = await refusalOf(world, "r1");
    assert.match(refusal, /^shuttingDown: .*version 2 is put in.*same request id/);
    assert.deepEqual(world.journal.durable(), []);
    hold.release();
    assert.equal(world.intake.state, "open");
    assert.equal(await refusalOf(world, "r1"), "taken");
  });

  it("stay held until the last who asked for it has released them", async () => {
    const world = await readyWorld();
    const [first, second] = [world.intake.hold("one"), world.intake.hold("two")];
    first.release();
    first.release();
    assert.match(await refusalOf(world, "r1"), /^shuttingDown: .*two/);
    second.release();
    assert.equal(await refusalOf(world, "r1"), "taken");
  });

  it("do not hide what was taken before: its request is answered with the truth", async () => {
    const world = await readyWorld();
    const id = await world.accepted(world.sale(1_250), "r1");
    world.intake.hold("a new version");
    assert.equal(await world.settled(id), "approved");
    const again = await world.startOperation(world.sale(1_250), "r1");
    assert(again.kind === "done");
    assert.deepEqual([again.value.transaction.id, again.value.replayed], [id, true]);
    assert.equal(world.link.ledger.length, 1);
  });

  it("are in force only when what was let in before is stored", async () => {
    const world = await readyWorld();
    world.journal.hold();
    const starting = world.startOperation(world.sale(1_250), "r1");
    await world.clock.settle();
    let inForce = false;
    void world.intake.hold("a new version").inForce.then(() => (inForce = true));
    await world.clock.settle();
    assert.equal(inForce, false);
    world.journal.release();
    const started = await starting;
    await world.clock.settle();
    assert.deepEqual([started.kind, inForce], ["done", true]);
  });
});

describe("a version on trial", () => {
  it("takes no money", async () => {
    const world = await readyWorld();
    world.intake.beginTrial();
    assert.match(await refusalOf(world, "r1"), /^shuttingDown: .*new version.*same request id/);
    await world.clock.advance(5_000);
    assert.deepEqual([world.journal.durable(), world.link.ledger], [[], []]);
    world.intake.endTrial();
    assert.equal(await world.settled(await world.accepted(world.sale(1_250), "r1")), "approved");
  });

  it("finds out how what was in doubt ended, and tells it", async () => {
    const world = await readyWorld([{ when: { command: "sale" }, then: [{ kind: "silent", from: "money" }] }]);
    const id = await world.accepted(world.sale(1_250), "r1");
    await world.until(() => world.link.ledger.length === 1, 5_000);
    await world.crash();
    await world.start();
    world.intake.beginTrial();
    assert.equal(await world.settled(id), "approved");
    const again = await world.startOperation(world.sale(1_250), "r1");
    assert(again.kind === "done");
    assert.equal(again.value.transaction.outcome?.kind, "approved");
    assert.equal(world.link.ledger.length, 1);
  });
});

it("a service that ends says so, whatever else it waits for", async () => {
  const world = await readyWorld();
  world.intake.hold("a new version");
  world.intake.stop();
  assert.match(await refusalOf(world, "r1"), /^shuttingDown: The service is shutting down/);
  assert.equal(world.intake.state, "stopping");
});
