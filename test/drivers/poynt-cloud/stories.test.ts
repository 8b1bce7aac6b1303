import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Json, JsonObject } from "../../../src/core/json.ts";
import type { Operation } from "../../../src/core/operation.ts";
import { poyntCloud } from "../../../src/drivers/poynt-cloud/vendor.ts";
import { World } from "../../support/world.ts";
import { APP, BUSINESS, PRIVATE_PEM, PUBLIC_PEM, STORE } from "./support.ts";

const DEVICE_ID = "7c1d9e20-5b3a-4f6e-9d87-1a2b3c4d5e6f";
const usd = (value: number) => ({ value, currency: "USD" });
const original = (transaction: string) => ({ original: { transaction } });

async function worldWith(scenario: JsonObject = {}, settings: JsonObject = {}) {
  const world = new World({
    vendor: poyntCloud,
    settings: {
      appId: APP,
      privateKey: { secret: "poynt-key" },
      businessId: BUSINESS,
      storeId: STORE,
      deviceId: `urn:tid:${DEVICE_ID}`,
      currency: "USD",
      ...settings,
    },
    scenario: {
      customerMs: 2_000,
      stageMs: 5,
      identity: { deviceId: DEVICE_ID, storeId: STORE, businessId: BUSINESS },
      applicationId: APP,
      publicKey: PUBLIC_PEM,
      ...scenario,
    },
    secrets: { "poynt-key": PRIVATE_PEM },
  });
  await world.start();
  return world;
}

async function run(world: World, operation: Operation) {
  const id = await world.accepted(operation);
  await world.ended(id);
  const { outcome } = (await world.see(id)).transaction;
  assert(outcome !== undefined, "it ended");
  return { id, outcome };
}

async function approved(world: World, operation: Operation) {
  world.link.ledger.splice(0);
  const { id, outcome } = await run(world, operation);
  assert(outcome.kind === "approved", JSON.stringify(outcome));
  const [movement, ...more] = world.link.ledger;
  assert.deepEqual(more, []);
  return { id, outcome, amount: movement?.["amount"], reserved: movement?.["reserved"] };
}

const onSale = (...then: readonly Json[]): JsonObject => ({ rules: [{ when: { command: "sale", nth: 1 }, then }] });

for (const dataForm of ["flat", "nested"] as const) {
  describe(`in the ${dataForm} form`, () => {
    it("a sale is approved, refunded in part and in full by the cloud", async () => {
      const world = await worldWith({}, { dataForm });
      const sale = await approved(world, world.sale(1_000, { tip: usd(100) }));
      assert.deepEqual([sale.amount, sale.outcome.amounts?.approved], [1_100, usd(1_100)]);
      const part = await approved(world, { type: "refund", amount: usd(300), ...original(sale.id) });
      assert.equal(part.amount, -300);
    });

    it("a reservation is captured, another one released", async () => {
      const world = await worldWith({}, { dataForm });
      const first = await approved(world, { type: "preauthorization", amount: usd(1_000) });
      assert.deepEqual([first.outcome.captured, first.reserved], [false, 1_000]);
      const capture = await approved(world, { type: "capture", amount: usd(600), ...original(first.id) });
      assert.equal(capture.amount, 600);
      const second = await approved(world, { type: "preauthorization", amount: usd(700) });
      const release = await approved(world, { type: "releaseAuthorization", ...original(second.id) });
      assert.equal(release.reserved, -700);
    });

    it("a sale is voided, and money is given back without a sale", async () => {
      const world = await worldWith({}, { dataForm });
      const sale = await approved(world, world.sale(1_000));
      assert.equal((await approved(world, { type: "void", ...original(sale.id) })).amount, -1_000);
      assert.equal((await approved(world, { type: "refund", amount: usd(250) })).amount, -250);
    });
  });
}

describe("a sale", () => {
  it("that the issuer refuses is declined once the terminal has called", async () => {
    const world = await worldWith(onSale({ kind: "declines" }));
    const { outcome } = await run(world, world.sale(1_000));
    assert.equal(outcome.kind, "declined");
  });

  it("that is canceled at the terminal is canceled, and the next one is taken", async () => {
    const world = await worldWith(onSale({ kind: "cancels" }));
    const { outcome } = await run(world, world.sale(1_000));
    assert.deepEqual([outcome.kind, world.link.ledger], ["canceled", []]);
    await approved(world, world.sale(500));
  });

  it("of which the terminal never tells is found in the cloud", async () => {
    const world = await worldWith(onSale({ kind: "noCallback" }));
    await approved(world, world.sale(1_000));
  });

  it("whose message's answer is lost is found in the cloud", async () => {
    const world = await worldWith(onSale({ kind: "linkCut", at: "afterMoney" }));
    await approved(world, world.sale(1_000));
  });

  it("that the cloud refuses with an error was not performed", async () => {
    const world = await worldWith(onSale({ kind: "error", code: "STORE_DEVICE_NOT_ACTIVATED" }));
    const { outcome } = await run(world, world.sale(1_000));
    assert.deepEqual([outcome.kind === "notPerformed" && outcome.reason, world.link.ledger], ["refused", []]);
  });

  it("adjusted by a tip is told with it", async () => {
    const world = await worldWith({ purchaseAction: "AUTHORIZE" });
    const sale = await approved(world, world.sale(1_000));
    const adjusted = await approved(world, {
      type: "adjustment",
      amount: usd(1_000),
      tip: usd(200),
      ...original(sale.id),
    });
    assert.deepEqual(adjusted.outcome.amounts?.approved, usd(1_200));
  });
});

it("a message to the merchant's own app goes through the cloud, and none to the vendor's", async () => {
  const world = await worldWith();
  await world.until(() => world.state === "ready", 10_000);
  const ask = async (name: string, params: JsonObject) => {
    const asked = world.till.terminals.deviceFunction("counter-1", name, params);
    await world.clock.advance(1_000);
    return asked;
  };
  const app = { packageName: "com.example.points", className: "com.example.points.Receiver", data: "7 points" };
  const sent = await ask("cloudMessage", app);
  assert.deepEqual(sent, { kind: "done", value: { accepted: true } });
  assert.equal((await ask("pushProfile", {})).kind, "done");
  const got = world.link.story.filter(({ kind }) => kind === "log").map((line) => JSON.stringify(line));
  assert.ok(got.some((line) => line.includes("com.example.points on P61SIM000000001 got a message of 8 characters")));
  const own = { ...app, packageName: "co.poynt.services" };
  assert.equal((await ask("cloudMessage", own)).kind, "refused");
});

describe("where the terminal or the cloud misbehaves,", () => {
  const told: readonly (readonly [string, readonly Json[], string])[] = [
    ["a call that comes thrice", [{ kind: "thriceCallback" }], "approved"],
    ["a call that is torn", [{ kind: "tornCallback" }], "approved"],
    ["a call that comes late", [{ kind: "lateCallback", ms: 60_000 }], "approved"],
    ["a call about another payment", [{ kind: "otherReference", referenceId: "OTHER", where: "callback" }], "approved"],
    ["a call of another amount", [{ kind: "otherAmount", amount: 1, where: "callback" }], "approved"],
    ["a call that says CANCELED of what was paid", [{ kind: "otherStatus", status: "CANCELED" }], "approved"],
    ["a call with a status that nobody knows", [{ kind: "otherStatus", status: "STEWED" }], "approved"],
    ["a search that lags", [{ kind: "hidden", ms: 20_000, from: "search" }], "approved"],
    ["a cloud that says it late", [{ kind: "hidden", ms: 20_000, from: "everybody" }], "approved"],
    ["a refusal without a call", [{ kind: "declines" }, { kind: "noCallback" }], "declined"],
    ["an error although it went on", [{ kind: "error", code: "INTERNAL_ERROR", moved: true }], "approved"],
    ["silence of the cloud once it moved", [{ kind: "silent", from: "money" }], "approved"],
  ];
  for (const [what, then, kind] of told) {
    it(`${what} ends ${kind}, as the ledger has it`, async () => {
      const world = await worldWith(onSale(...then));
      const { outcome } = await run(world, world.sale(1_000));
      assert.equal(outcome.kind, kind);
      const moved = world.link.ledger.reduce((sum, movement) => sum + Number(movement["amount"] ?? 0), 0);
      assert.equal(moved, kind === "approved" ? 1_000 : 0);
    });
  }

  for (const [what, then] of [
    ["a message that never came to the terminal", [{ kind: "neverDelivered" }]],
    ["a cancellation without a call", [{ kind: "cancels" }, { kind: "noCallback" }]],
    ["a payment of another amount", [{ kind: "otherAmount", amount: 1_500, where: "transaction" }]],
  ] as const) {
    it(`${what} is a person's`, async () => {
      const world = await worldWith(onSale(...then));
      const { outcome } = await run(world, world.sale(1_000));
      assert.equal(outcome.kind, "unknown");
    });
  }

  it("a token that is not taken any more is replaced, and the sale found", async () => {
    const rules: readonly Json[] = [
      { when: { command: "search", nth: 3 }, then: [{ kind: "error", code: "INVALID_ACCESS_TOKEN" }] },
    ];
    const world = await worldWith({ rules });
    await approved(world, world.sale(1_000));
  });

  for (const [command, operation] of [
    ["restVoid", { type: "void" }],
    ["restRefund", { type: "refund", amount: usd(400) }],
  ] as const) {
    for (const at of ["request", "afterMoney", "midReply"] as const) {
      it(`a ${operation.type} whose line is cut at ${at} is done once`, async () => {
        const world = await worldWith({ rules: [{ when: { command, nth: 1 }, then: [{ kind: "linkCut", at }] }] });
        const sale = await approved(world, world.sale(1_000));
        const { amount } = await approved(world, { ...operation, ...original(sale.id) });
        assert.equal(amount, operation.type === "void" ? -1_000 : -400);
      });
    }
  }
});
