import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../../src/core/json.ts";
import type { DaemonEvent } from "../../src/daemon/api.ts";
import { getnet } from "../../src/drivers/getnet/vendor.ts";
import { poynt } from "../../src/drivers/poynt/vendor.ts";
import { TILL_1, World, type WorldTerminal } from "../support/world.ts";

const SETTINGS: JsonObject = { currency: "CLP", quietMs: 1_000, askEveryMs: 500, answerMs: 5_000, cancelGraceMs: 500 };
const FAST = { gapMs: 1, customerMs: 1, stageMs: 1 };
const OWN = "SIM0000001";
const STRANGER = { ...FAST, identity: { terminalId: "9", serialNumber: "SIM9" } };

/** A Getnet terminal that tells who it is. */
const telling = (scenario: JsonObject = FAST): WorldTerminal => ({ vendor: getnet, settings: SETTINGS, scenario });

const knownOf = (world: World, terminal = "counter-1") => world.till.terminals.get(terminal)?.serialNumber;
const turnedAwayAt = (world: World) => world.till.terminals.get("counter-1")?.turnedAway;
const detailOf = (world: World, terminal = "counter-1") => world.till.terminals.get(terminal)?.detail ?? "";
const reasonOf = async (world: World, terminal = "counter-1") => {
  const started = await world.startOperation(world.sale(900, {}, terminal), undefined, TILL_1, terminal);
  return started.kind === "refused" ? started.refusal.reason : "started";
};

/** The next process, as long as nobody answers it: what it knows is what was written down. */
async function knownAfterRestart(world: World): Promise<string | undefined> {
  for (const link of world.links.values()) link.unreachable = true;
  await world.crash();
  await world.start();
  const known = knownOf(world);
  for (const link of world.links.values()) link.unreachable = false;
  return known;
}

/** Met, and then another device is put in its place. */
async function exchanged(scenario: JsonObject = STRANGER): Promise<World> {
  const world = new World(telling());
  await world.startReady();
  world.link.replace(scenario, "forgets");
  await world.until(() => world.state === "offline", 30_000);
  return world;
}

function alarmTexts(events: readonly DaemonEvent[]): readonly string[] {
  return events.flatMap((event) => (event.kind === "alarm" ? [`${event.alarm.text} ${event.alarm.remedy}`] : []));
}

describe("the first device that a terminal meets", () => {
  it("is the terminal from then on, also for the next process", async () => {
    const world = new World(telling());
    await world.start();
    assert.equal(knownOf(world), undefined);
    await world.until(() => world.state === "ready", 30_000);
    assert.equal(knownOf(world), OWN);
    assert.equal(await knownAfterRestart(world), OWN);
    await world.until(() => world.state === "ready", 30_000);
    assert.equal(await world.settled(await world.accepted(world.sale(700))), "approved");
    assert.deepEqual(world.alarms(), []);
  });

  it("is any device where it does not say which it is", async () => {
    const world = new World({ vendor: getnet, settings: { ...SETTINGS, identity: false }, scenario: FAST });
    await world.startReady();
    assert.equal(knownOf(world), undefined);
    world.link.replace(STRANGER, "forgets");
    await world.until(() => world.state === "ready", 30_000);
    assert.equal(await world.settled(await world.accepted(world.sale(700))), "approved");
  });
});

describe("another device at the address of a known terminal", () => {
  it("is no terminal: it is offline in words, and an alarm tells of it once", async () => {
    const world = await exchanged();
    assert.match(detailOf(world), /another device answers in its place: serial number SIM9, not SIM0000001/);
    assert.deepEqual(turnedAwayAt(world), { kind: "otherDevice", told: "SIM9", expected: OWN }, "the doctor knows it");
    await world.clock.advance(120_000);
    assert.equal(world.state, "offline");
    assert.deepEqual(world.alarms(), ["otherDevice"]);
    const [told = ""] = alarmTexts(world.events);
    assert.match(told, /counter-1.*SIM9, not SIM0000001.*terminals update counter-1 --serial-number SIM9/);
    assert.equal(knownOf(world), OWN);
  });

  it("gets no sale: none is taken, and the till hears why", async () => {
    const world = await exchanged();
    const started = await world.startOperation(world.sale(900));
    assert(started.kind === "refused");
    assert.equal(started.refusal.reason, "terminalOffline");
    assert.match(started.refusal.message, /SIM9/);
    await world.clock.advance(60_000);
    assert.equal(world.link.ledger.length, 0);
  });

  it("gets no sale that waited for the terminal either", async () => {
    const slow = { when: { command: "sale", nth: 1 }, then: [{ kind: "slow", phase: "customer", ms: 4_000 }] };
    const world = new World(telling({ ...FAST, rules: [slow] }));
    await world.startReady();
    const first = await world.accepted(world.sale(700));
    await world.until(async () => (await world.see(first)).transaction.dispatched !== undefined, 5_000);
    const waiting = await world.accepted(world.sale(900));
    world.link.replace(STRANGER, "forgets");
    await world.until(async () => (await world.outcomeOf(waiting)) !== undefined, 120_000);
    const { outcome, dispatched } = (await world.see(waiting)).transaction;
    assert.equal(outcome?.kind, "notPerformed");
    assert.equal(dispatched, undefined);
    assert.equal(world.link.ledger.length, 0);
    assert.notEqual(await world.outcomeOf(first), "approved", "the stranger's word is no evidence");
  });

  it("is the terminal as soon as a technician says so", async () => {
    const world = await exchanged();
    const updated = await world.till.terminals.update({ id: "counter-1", serialNumber: "SIM9" });
    assert.equal(updated.kind, "done");
    await world.until(() => world.state === "ready", 30_000);
    assert.equal(await world.settled(await world.accepted(world.sale(900))), "approved");
    assert.equal(await knownAfterRestart(world), "SIM9");
  });

  it("is the terminal where the technician lets the number be forgotten", async () => {
    const world = await exchanged();
    await world.till.terminals.update({ id: "counter-1", serialNumber: null });
    assert.equal(knownOf(world), undefined);
    await world.until(() => world.state === "ready", 30_000);
    assert.equal(knownOf(world), "SIM9");
  });

  it("is left when the terminal is back, and the next stranger is an alarm again", async () => {
    const world = await exchanged();
    world.link.replace(FAST, "forgets");
    await world.until(() => world.state === "ready", 30_000);
    world.link.replace(STRANGER, "forgets");
    await world.until(() => world.state === "offline", 30_000);
    assert.deepEqual(world.alarms(), ["otherDevice", "otherDevice"]);
  });

  it("stays a stranger after a change of the settings", async () => {
    const world = await exchanged();
    await world.till.terminals.update({ id: "counter-1", settings: { ...SETTINGS, answerMs: 6_000 } });
    await world.clock.advance(30_000);
    assert.equal(world.state, "offline");
    assert.equal(knownOf(world), OWN);
  });
});

describe("a device that does not tell its serial number", () => {
  const SILENT = { ...STRANGER, rules: [{ when: { command: "parameters" }, then: [{ kind: "receivedFalse" }] }] };

  it("is not taken for a known terminal, and is no alarm: nobody knows", async () => {
    const world = await exchanged(SILENT);
    assert.match(detailOf(world), /does not tell its serial number.*terminals update counter-1 --forget-serial-number/);
    assert.equal(await reasonOf(world), "terminalOffline");
    await world.clock.advance(60_000);
    assert.equal(world.state, "offline");
    assert.deepEqual(world.alarms(), []);
    assert.equal(world.link.ledger.length, 0);
    assert.equal(knownOf(world), OWN);
  });

  it("is the terminal once its number is forgotten", async () => {
    const world = await exchanged(SILENT);
    await world.till.terminals.update({ id: "counter-1", serialNumber: null });
    await world.until(() => world.state === "ready", 30_000);
    assert.equal(await world.settled(await world.accepted(world.sale(900))), "approved");
  });
});

describe("one device", () => {
  /** Both terminals lead to devices with one serial number: one device by two addresses. */
  const twice = () => new World({ terminals: { "counter-1": telling(), "counter-2": telling() } });

  it("is one terminal: the second one that is configured for it takes nothing, in words", async () => {
    const world = twice();
    await world.startReady();
    await world.until(() => [world.state, world.stateOf("counter-2")].includes("offline"), 30_000);
    const [ours, second] = world.state === "ready" ? ["counter-1", "counter-2"] : ["counter-2", "counter-1"];
    assert.match(detailOf(world, second), new RegExp(`serial number ${OWN}, is terminal ${ours} already`));
    assert.equal(await reasonOf(world, second), "terminalOffline");
    await world.clock.advance(60_000);
    assert.deepEqual(world.alarms(), ["otherDevice"]);
  });

  it("is not given to a second terminal by its serial number", async () => {
    const world = new World({ terminals: { "counter-1": telling(), "counter-2": telling(STRANGER) } });
    await world.startReady();
    await world.until(() => world.stateOf("counter-2") === "ready", 30_000);
    const updated = await world.till.terminals.update({ id: "counter-2", serialNumber: OWN });
    assert(updated.kind === "refused");
    assert.deepEqual([updated.refusal.field, updated.refusal.terminal], ["serialNumber", "counter-1"]);
    assert.equal(knownOf(world, "counter-2"), "SIM9");
    await world.until(() => world.stateOf("counter-2") === "ready", 30_000);
  });
});

describe("a terminal that is not served", () => {
  it("stays in the configuration when another one learns who it is", async () => {
    const world = new World({
      terminals: { "counter-1": telling(), "counter-2": { vendor: getnet, settings: { currency: "XXXX" } } },
    });
    await world.startReady();
    assert.equal(world.stateOf("counter-2"), "gone");
    assert.equal(knownOf(world), OWN);
    assert.equal(world.isWhereConfigured("counter-2"), true, "a person mends it there");
  });
});

describe("a pairing", () => {
  const POYNT = { currency: "USD" };
  const DEVICE = { customerMs: 1, stageMs: 1, confirmMs: 1, currency: "USD", pairingCode: "CODE11" };
  const device = (serialNumber: string) => ({ ...DEVICE, identity: { serialNumber } });

  it("made anew makes another device the terminal, in front of which a person stood", async () => {
    const world = new World({ vendor: poynt, settings: POYNT, scenario: device("P61A") });
    await world.start();
    await world.until(() => world.state === "unpaired", 30_000);
    const paired = world.till.terminals.pair("counter-1", "CODE11");
    await world.until(() => world.state === "ready", 60_000);
    assert.equal((await paired).kind, "done");
    assert.equal(knownOf(world), "P61A");

    world.link.replace(device("P61B"), "forgets");
    await world.until(() => world.state === "unpaired", 120_000);
    assert.equal(knownOf(world), "P61A");
    const again = world.till.terminals.pair("counter-1", "CODE11");
    await world.until(() => world.state === "ready", 60_000);
    assert.equal((await again).kind, "done");
    assert.equal(knownOf(world), "P61B");
    assert.deepEqual(world.alarms(), []);
    assert.equal(await knownAfterRestart(world), "P61B");
  });
});
