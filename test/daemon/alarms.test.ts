import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Json, JsonObject } from "../../src/core/json.ts";
import { getnet } from "../../src/drivers/getnet/vendor.ts";
import { World } from "../support/world.ts";

const SETTINGS: JsonObject = { currency: "CLP", quietMs: 1_000, askEveryMs: 500, answerMs: 60_000 };
const FAST = { gapMs: 1, customerMs: 1, stageMs: 1 };

/** A sale that goes otherwise than well at a terminal that sold nothing before, so that no absence is proved there. */
async function saleWith(reaction: Json): Promise<World> {
  const rules = [{ when: { command: "sale" }, then: [reaction] }];
  const world = new World({ vendor: getnet, settings: SETTINGS, scenario: { ...FAST, rules } });
  await world.startReady();
  await world.accepted(world.sale(1_250));
  return world;
}

const count = (world: World, code: string): number => world.alarms().filter((alarm) => alarm === code).length;

describe("an alarm", () => {
  it("that the journal could not take is raised as soon as it can", async () => {
    const world = await saleWith({ kind: "linkCut", at: "card", command: "stops" });
    await world.until(() => world.log.lines.includes("warn a person has to decide"), 60_000, 1);
    assert.equal(count(world, "personNeeded"), 1, "and here it is at once");

    const failing = await saleWith({ kind: "linkCut", at: "card", command: "stops" });
    await failing.until(() => failing.state === "recovering", 5_000, 1);
    failing.journal.failNext(1);
    await failing.until(() => failing.state === "fenced", 60_000);
    assert.equal(count(failing, "personNeeded"), 0);
    await failing.clock.advance(2_000);
    assert.equal(count(failing, "personNeeded"), 1);
  });

  it("goes with an unknown outcome, which is told as soon as the journal takes it", async () => {
    const world = await saleWith({ kind: "linkCut", at: "card", command: "stops" });
    await world.until(() => world.state === "recovering", 5_000, 1);
    const [sale] = world.journal.durable();
    world.link.unreachable = true;
    world.link.cutNow();
    await world.clock.advance(59_000);
    world.journal.failNext(2);
    await world.until(() => world.log.lines.includes("error the journal could not take an unknown outcome"), 10_000);
    await world.until(async () => (await world.outcomeOf(sale?.id ?? "")) === "unknown", 5_000);
  });

  it("about the same is not raised again after each lost link", async () => {
    const world = await saleWith({ kind: "otherAmount", amount: 999, where: "voucher" });
    await world.until(() => world.state === "fenced", 60_000);
    const noted = async () => (await world.journal.facts(world.journal.durable()[0]?.id ?? "")).length;
    const before = await noted();
    for (let loss = 0; loss < 5; loss += 1) {
      world.link.cutNow();
      await world.until(() => world.state === "recovering", 5_000, 1);
      await world.until(() => world.state === "fenced", 60_000);
    }
    assert.equal(await noted(), before);
    assert.equal(count(world, "personNeeded"), 1);
  });

  it("is not raised again by each process that finds the same, and what was told stays in the outbox", async () => {
    const world = await saleWith({ kind: "otherAmount", amount: 999, where: "voucher" });
    await world.until(() => world.state === "fenced", 60_000);
    const told = [...world.alarms()];
    for (let start = 0; start < 3; start += 1) {
      await world.crash();
      await world.start();
      await world.until(() => world.state === "fenced", 120_000);
    }
    assert.deepEqual(world.alarms(), told);
    const kept = await world.journal.keptAfter("till-1", 0, 100);
    assert.deepEqual(
      kept.flatMap((event) => (event.kind === "alarm" ? [event.alarm.code] : [])),
      told,
    );
  });
});
