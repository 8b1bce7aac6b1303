import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../../src/core/json.ts";
import { getnet } from "../../src/drivers/getnet/vendor.ts";
import { poynt } from "../../src/drivers/poynt/vendor.ts";
import { World } from "../support/world.ts";

const SETTINGS: JsonObject = { currency: "CLP", quietMs: 1_000, askEveryMs: 500, answerMs: 5_000, cancelGraceMs: 500 };
const FAST = { gapMs: 1, customerMs: 1, stageMs: 1 };
const device = (number: number) => ({
  ...FAST,
  identity: { terminalId: `7000000${number}`, serialNumber: `SIM${number}` },
});

/** Counters that are ready, each with a device of its own. */
async function shopOf(counters: number): Promise<{ readonly world: World; readonly names: readonly string[] }> {
  const names = Array.from({ length: counters }, (_, index) => `counter-${index + 1}`);
  const terminals = Object.fromEntries(
    names.map((name, index) => [name, { vendor: getnet, settings: SETTINGS, scenario: device(index + 1) }]),
  );
  const world = new World({ terminals });
  await world.start();
  await world.until(() => names.every((name) => world.stateOf(name) === "ready"), 30_000);
  return { world, names };
}

/** The network gives each address to the device that is named for it. */
function give(world: World, devices: Readonly<Record<string, number>>): void {
  for (const [name, number] of Object.entries(devices)) {
    world.linkOf(name).replace(device(number), "forgets");
    world.linkOf(name).cutNow();
  }
}

const hostsOf = (world: World) =>
  Object.fromEntries(world.till.terminals.list().map(({ serialNumber = "", link }) => [serialNumber, link["host"]]));

async function allReady(world: World, names: readonly string[]): Promise<void> {
  await world.until(() => names.every((name) => world.stateOf(name) === "ready"), 120_000);
}

describe("terminals that have changed places", () => {
  it("change their links, so that each counter has its own device again, and that outlives a restart", async () => {
    const { world, names } = await shopOf(2);

    give(world, { "counter-1": 2, "counter-2": 1 });
    await allReady(world, names);

    assert.deepEqual(hostsOf(world), { SIM1: "counter-2", SIM2: "counter-1" });
    const sale = await world.startOperation(world.sale(700, {}, "counter-1"), "R1", undefined, "counter-1");
    assert(sale.kind === "done");
    assert.equal(await world.settled(sale.value.transaction.id), "approved");
    assert.equal(world.linkOf("counter-2").ledger.length, 1, "device 1, which is at the other address now");
    assert.equal(world.linkOf("counter-1").ledger.length, 0);
    await world.crash();
    await world.start();
    await allReady(world, names);
    assert.deepEqual(hostsOf(world), { SIM1: "counter-2", SIM2: "counter-1" });
  });

  it("come back where three have gone round in a circle", async () => {
    const { world, names } = await shopOf(3);

    give(world, { "counter-1": 2, "counter-2": 3, "counter-3": 1 });
    await allReady(world, names);

    assert.deepEqual(hostsOf(world), { SIM1: "counter-3", SIM2: "counter-1", SIM3: "counter-2" });
  });

  it("do not where the other one is at home: that is another device under a number that is not its own", async () => {
    const { world } = await shopOf(2);

    give(world, { "counter-1": 2 });
    await world.until(() => world.stateOf("counter-1") === "offline", 30_000);
    await world.clock.advance(60_000);

    assert.equal(world.stateOf("counter-2"), "ready");
    assert.deepEqual(hostsOf(world), { SIM1: "counter-1", SIM2: "counter-2" });
    assert.deepEqual([...new Set(world.alarms())], ["otherDevice"]);
  });

  it("are asked about what is in doubt where they are now", async () => {
    const { world, names } = await shopOf(2);
    const settled = await world.startOperation(world.sale(100, {}, "counter-1"), "R0", undefined, "counter-1");
    assert(settled.kind === "done");
    await world.settled(settled.value.transaction.id);
    const cut = {
      rules: [{ when: { command: "sale" }, then: [{ kind: "linkCut", at: "request", command: "stops" }] }],
    };
    world.linkOf("counter-1").replace({ ...device(1), ...cut }, "remembers");
    const lost = await world.startOperation(world.sale(700, {}, "counter-1"), "R1", undefined, "counter-1");
    assert(lost.kind === "done");
    await world.until(() => world.stateOf("counter-1") === "recovering", 30_000, 1);
    give(world, { "counter-1": 2, "counter-2": 1 });

    assert.equal(
      await world.ended(lost.value.transaction.id, 600_000),
      "unknown",
      "its memory is gone: a person decides",
    );
    await world.till.transactions.resolve(
      { pos: "cli", seesAll: true },
      { transaction: lost.value.transaction.id },
      undefined,
      { kind: "notPerformed", reason: "noRecord" },
      { operator: "ana", reason: "looked" },
    );
    await allReady(world, names);
    assert.deepEqual(hostsOf(world), { SIM1: "counter-2", SIM2: "counter-1" });
  });
});

describe("a device that is not the terminal's", () => {
  it("is left in peace in the end: asking it may cut somebody else's link to it", async () => {
    const { world } = await shopOf(1);
    give(world, { "counter-1": 9 });
    await world.clock.advance(120_000);
    const opened = () => world.log.lines.filter((line) => line === "info link open").length;

    const before = opened();
    await world.clock.advance(300_000);

    assert.ok(opened() - before <= 6, `${opened() - before} links in five minutes`);
    await world.till.terminals.update({ id: "counter-1", serialNumber: "SIM9" });
    await allReady(world, ["counter-1"]);
  });
});

describe("terminals that know no more than a pairing", () => {
  it("look for each other where both have lost their own, and are found", async () => {
    const lane = (number: number) => ({
      customerMs: 1,
      stageMs: 1,
      currency: "USD",
      identity: { serialNumber: `P61-${number}` },
      pairingCode: `CODE0${number}`,
    });
    const names = ["counter-1", "counter-2"];
    const terminals = Object.fromEntries(
      names.map((name, index) => [name, { vendor: poynt, settings: { currency: "USD" }, scenario: lane(index + 1) }]),
    );
    const world = new World({ terminals });
    await world.start();
    await world.until(() => names.every((name) => world.stateOf(name) === "unpaired"), 30_000);
    names.forEach((name, index) => void world.till.terminals.pair(name, `CODE0${index + 1}`));
    await allReady(world, names);
    for (const name of names) world.announced.add(name);

    world.linkOf("counter-1").replace({ ...lane(2), pairedWith: "CODE02" }, "forgets");
    world.linkOf("counter-2").replace({ ...lane(1), pairedWith: "CODE01" }, "forgets");
    await world.until(() => names.every((name) => world.stateOf(name) === "unpaired"), 60_000);
    await world.until(() => names.every((name) => world.stateOf(name) === "ready"), 600_000);

    assert.deepEqual(hostsOf(world), { "P61-1": "counter-2", "P61-2": "counter-1" });
  });
});
