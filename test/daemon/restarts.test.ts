import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../../src/core/json.ts";
import { getnet } from "../../src/drivers/getnet/vendor.ts";
import { vendors } from "../../src/drivers/registry.ts";
import { AMOUNT, SAMPLES } from "../conformance/samples.ts";
import { World } from "../support/world.ts";

const QUICK: JsonObject = { currency: "CLP", quietMs: 1_000, askEveryMs: 500, answerMs: 5_000, cancelGraceMs: 500 };
const FAST = { gapMs: 1, customerMs: 1, stageMs: 1 };

describe("rule 1, a start", () => {
  it("is answered, and told, only once the sale is on the disk", async () => {
    const world = new World({ vendor: getnet, settings: QUICK, scenario: FAST });
    await world.startReady();
    world.journal.hold();
    let answered = false;
    const starting = world.startOperation(world.sale(1_250)).then(() => (answered = true));
    await world.clock.advance(1_000);
    assert.equal(answered, false);
    assert.deepEqual(
      world.events.filter(({ kind }) => kind === "told"),
      [],
    );
    assert.equal(world.link.ledger.length, 0);
    world.journal.release();
    await starting;
  });
});

describe("rule 4, what was told as unknown and only a person can decide", () => {
  it("keeps the terminal fenced over a restart: it is as much in doubt as before", async () => {
    const silent = { when: { amount: 1_250 }, then: [{ kind: "silent", from: "request" }] };
    const world = new World({ vendor: getnet, settings: QUICK, scenario: { ...FAST, rules: [silent] } });
    await world.startReady();
    const id = await world.accepted(world.sale(1_250));
    await world.until(() => world.state === "fenced", 60_000);
    assert.equal(await world.outcomeOf(id), "unknown");
    await world.crash();
    await world.start();
    const next = await world.startOperation(world.sale(300));
    await world.until(() => world.state === "fenced", 60_000);
    assert.equal(world.link.ledger.length, 0, next.kind);
    assert.equal(world.till.terminals.get("counter-1")?.fence?.transaction, id);
  });
});

describe("rule 2, a payment that the service left in doubt when it was killed", () => {
  /** The money moved, the reply is lost, and the terminal is switched off and on: it remembers nothing. */
  async function killedFor(downMs: number) {
    const vendor = vendors.find(({ wire }) => wire.kind === "http");
    assert(vendor !== undefined);
    const { settings, pairing, approves, stories } = SAMPLES[vendor.id] ?? assert.fail("it has a sample");
    const world = new World({
      vendor,
      settings,
      ...(pairing === undefined ? {} : { pairing }),
      scenario: stories.isSilentAfterTheMoney.scenario,
    });
    await world.startReady();
    const id = await world.accepted(world.sale(AMOUNT));
    await world.until(() => world.link.ledger.length === 1, 5_000, 1);
    await world.crash();
    await world.clock.advance(downMs);
    return { world, id, forget: () => world.link.replace(approves, "forgets") };
  }

  it("is not sent again where that took longer than the terminal needs to forget it: a person decides", async () => {
    const { world, id, forget } = await killedFor(12_000);
    forget();
    await world.start();
    assert.equal(await world.ended(id), "unknown");
    assert.equal((await world.see(id)).transaction.attempts, 1);
    assert.equal(world.link.ledger.length, 1, "the customer pays once");
  });

  it("is asked for by the same request where it was short, and the customer pays once", async () => {
    const { world, id } = await killedFor(2_000);
    await world.start();
    assert.equal(await world.settled(id), "approved");
    assert.equal((await world.see(id)).transaction.attempts, 2);
    assert.equal(world.link.ledger.length, 1);
  });
});
