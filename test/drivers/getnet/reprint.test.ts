import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { getnet } from "../../../src/drivers/getnet/vendor.ts";
import { World } from "../../support/world.ts";

const open = async (scenario = {}): Promise<World> => {
  const world = new World({ vendor: getnet, settings: { currency: "CLP" }, scenario: { gapMs: 1, ...scenario } });
  await world.startReady();
  return world;
};

describe("a voucher that is printed again", () => {
  it("of a sale of ours is told as approved, names no amount and moves nothing", async () => {
    const world = await open();
    const sale = await world.accepted(world.sale(1250));
    assert.equal(await world.settled(sale), "approved");
    const again = await world.accepted({ type: "duplicateReceipt", original: { transaction: sale } });

    assert.equal(await world.settled(again), "approved");
    const { outcome } = (await world.see(again)).transaction;
    assert(outcome?.kind === "approved");
    assert.equal(outcome.amounts, undefined);
    assert.equal(world.link.ledger.length, 1);
    assert.equal(world.state, "ready");
    assert.deepEqual(world.alarms(), []);
  });

  it("that the terminal does not find leaves no doubt", async () => {
    const world = await open({ rules: [{ when: { command: "duplicate" }, then: [{ kind: "declines" }] }] });
    const sale = await world.accepted(world.sale(1250));
    assert.equal(await world.settled(sale), "approved");
    const again = await world.accepted({ type: "duplicateReceipt", original: { transaction: sale } });

    assert.equal(await world.settled(again), "declined");
    assert.equal(world.state, "ready");
  });
});
