import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Json, JsonObject } from "../../../src/core/json.ts";
import { Type } from "../../../src/core/schema.ts";
import { poynt } from "../../../src/drivers/poynt/vendor.ts";
import type { SimulatedRequest, Simulator, SimulatorEffect } from "../../../src/drivers/simulator.ts";
import { PRIVATE_PEM } from "../../support/application-key.ts";
import { World } from "../../support/world.ts";
import { BUSINESS, bytesOf, transaction } from "../poynt-cloud/support.ts";

const PAIRED = "the secret of the pairing";
const SETTINGS = {
  currency: "USD",
  timeoutMs: 10_000,
  answerMarginMs: 10_000,
  aliveEveryMs: 500,
  askEveryMs: 500,
  cloud: {
    appId: "urn:aid:0e6b1f5a-3c72-4d10-8a44-6f1f2e3d4c5b",
    privateKey: { secret: "poynt-key" },
    businessId: BUSINESS,
    baseUrl: "https://counter-1-cloud.test",
  },
};
const FORGETS: Json = { kind: "restart", at: "afterMoney", memory: "forgets", offMs: 12_000 };

type Cloud = { readonly lets: "in" | "nobody"; readonly asked: string[] };

/** The vendor's cloud, as far as a search needs it: it knows what stands in the terminal's ledger. */
function cloudOf({ lets, asked }: Cloud, ledger: readonly JsonObject[]): Simulator {
  const answerTo = ({ method, path }: SimulatedRequest): readonly [number, JsonObject] => {
    asked.push(`${method} ${path.split("?")[0] ?? ""}`);
    if (lets === "nobody") return [401, { code: "LOGIN_FAILED", message: "no" }];
    if (path === "/token") return [200, { accessToken: "eyJ.cloud.token", expiresIn: 86_400 }];
    const reference = /[?&]searchKey=([^&]*)/.exec(path)?.[1];
    const transactions = ledger.filter((line) => line["ticket"] === reference).map(asTold);
    return [200, { transactions, links: [] }];
  };
  return {
    scenarioSchema: Type.Object({}),
    create: () => ({
      step: (input): readonly SimulatorEffect[] => {
        if (input.kind !== "requested") return [];
        const [status, body] = answerTo(input.request);
        const answer = { status, reason: "", headers: [], body: bytesOf(JSON.stringify(body)) };
        return [{ kind: "answer", exchange: input.exchange, answer }];
      },
    }),
  };
}

const asTold = ({ transactionId = "", ticket = "", total = 0, at = "" }: JsonObject): JsonObject =>
  transaction(
    { id: transactionId, createdAt: at, references: [{ type: "CUSTOM", customType: "referenceId", id: ticket }] },
    { transactionAmount: total, orderAmount: total },
    { approvedAmount: total },
  );

async function worldWith(lets: Cloud["lets"], secrets: Readonly<Record<string, string>>) {
  const asked: string[] = [];
  const world = new World({
    vendor: poynt,
    settings: SETTINGS,
    pairing: { pairing: PAIRED },
    secrets,
    scenario: {
      customerMs: 1,
      stageMs: 1,
      currency: "USD",
      pairedWith: PAIRED,
      rules: [{ when: { command: "sale", amount: 1_250 }, then: [FORGETS] }],
    },
    cloud: (ledger) => cloudOf({ lets, asked }, ledger),
  });
  await world.startReady();
  return { world, asked };
}

describe("a terminal on the LAN whose account is known", () => {
  it("tells a sale as approved that the cloud knows and it has forgotten itself", async () => {
    const { world, asked } = await worldWith("in", { "poynt-key": PRIVATE_PEM });
    const id = await world.accepted(world.sale(1_250));

    assert.equal(await world.ended(id), "approved");

    const { outcome } = (await world.see(id)).transaction;
    assert(outcome?.kind === "approved");
    assert.deepEqual([outcome.decidedBy.kind, outcome.amounts?.approved.value], ["recovery", 1_250]);
    assert.equal(world.link.ledger.length, 1);
    assert.ok(asked.includes(`GET /businesses/${BUSINESS}/transactions`));
    await world.until(() => world.state === "ready", 60_000);
  });

  for (const [what, lets, secrets] of [
    ["whose key nobody has stored", "in", {}],
    ["that the cloud does not let in", "nobody", { "poynt-key": PRIVATE_PEM }],
  ] as const) {
    it(`takes payments as ever with an account ${what}, and a person decides what it has forgotten`, async () => {
      const { world } = await worldWith(lets, secrets);
      assert.equal(await world.settled(await world.accepted(world.sale(700))), "approved");

      assert.equal(await world.ended(await world.accepted(world.sale(1_250))), "unknown");

      assert.ok(world.alarms().includes("personNeeded"));
      assert.equal(world.state, "fenced");
    });
  }
});
