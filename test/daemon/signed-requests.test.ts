import assert from "node:assert/strict";
import { generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import { describe, it } from "node:test";
import type { JsonObject } from "../../src/core/json.ts";
import type { Operation } from "../../src/core/operation.ts";
import { signedText, type RequestSignature, type SignedRequest } from "../../src/core/signed-request.ts";
import type { StartRequest } from "../../src/daemon/api.ts";
import { getnet } from "../../src/drivers/getnet/vendor.ts";
import { TILL_1, World } from "../support/world.ts";

const SETTINGS: JsonObject = { currency: "CLP", quietMs: 5_000, askEveryMs: 500, answerMs: 20_000, cancelGraceMs: 500 };
const FAST = { gapMs: 1, customerMs: 1, stageMs: 1 };
const TILL_2 = { pos: "till-2", seesAll: false };
const HOUR_MS = 3_600_000;

type Keys = { readonly privateKey: KeyObject; readonly publicKey: string };

function newKeys(): Keys {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  return { privateKey, publicKey: String(publicKey.export({ format: "jwk" }).x) };
}

function signedWith({ privateKey }: Keys, request: SignedRequest): RequestSignature {
  const value = sign(undefined, Buffer.from(signedText(request)), privateKey).toString("base64url");
  return { expiresAt: request.expiresAt, value };
}

/** A shop whose `till-1` signs, with two terminals. */
async function signing() {
  const other = { ...FAST, identity: { terminalId: "2", serialNumber: "SIM2" } };
  const ours = { vendor: getnet, settings: SETTINGS };
  const world = new World({
    terminals: { "counter-1": { ...ours, scenario: FAST }, "counter-2": { ...ours, scenario: other } },
  });
  await world.startReady();
  await world.until(() => world.stateOf("counter-2") === "ready", 30_000);
  const keys = newKeys();
  world.rules.set("till-1", { signingKey: keys.publicKey });
  const inMs = (ms: number) => new Date(world.clock.now() + ms).toISOString();
  const order: SignedRequest = {
    pos: "till-1",
    terminal: "counter-1",
    requestId: "r1",
    operation: world.sale(1_250),
    expiresAt: inMs(HOUR_MS),
  };
  const send = async (request: StartRequest, caller = TILL_1) => {
    const started = await world.till.transactions.start(caller, request);
    return started.kind === "refused" ? started.refusal : started.value;
  };
  const sendOrder = (
    { pos: _pos, expiresAt: _at, ...request }: SignedRequest,
    signature?: RequestSignature,
    caller = TILL_1,
  ) => send({ ...request, ...(signature === undefined ? {} : { signature }) }, caller);
  return {
    world,
    keys,
    order,
    inMs,
    sendOrder,
    /** `started`, or the field that is at fault. */
    asked: async (...given: Parameters<typeof sendOrder>) => {
      const said = await sendOrder(...given);
      if (!("reason" in said)) return said.replayed ? "replayed" : "started";
      return said.reason === "signatureRequired" ? said.field : said.reason;
    },
  };
}

describe("a POS with a signing key", () => {
  it("is charged what was signed", async () => {
    const { keys, order, asked, world } = await signing();
    assert.equal(await asked(order, signedWith(keys, order)), "started");
    assert.equal(await world.settled(world.journal.durable()[0]?.id ?? ""), "approved");
    assert.deepEqual(
      world.link.ledger.map(({ amount }) => amount),
      [1_250],
    );
  });

  it("is charged once for a signature, also after the payment was pruned and the service began again", async () => {
    const { keys, order, asked, world, inMs } = await signing();
    const signature = signedWith(keys, order);
    assert.equal(await asked(order, signature), "started");
    await world.settled(world.journal.durable()[0]?.id ?? "");
    // The newest event of a POS stays.
    const later = { ...order, requestId: "r2" };
    assert.equal(await asked(later, signedWith(keys, later)), "started");
    await world.settled(world.journal.durable()[1]?.id ?? "");
    await world.crash();
    const { transactions } = await world.journal.prune(inMs(1), 10);
    assert.equal(transactions, 1);
    assert.deepEqual(
      world.journal.durable().map(({ requestId }) => requestId),
      ["r2"],
    );
    await world.start();
    await world.until(() => world.state === "ready", 30_000);

    assert.notEqual(await asked(order, signature), "started");
    await world.clock.advance(10_000);
    assert.equal(world.link.ledger.length, 2, "no third sale");
  });

  it("starts nothing that moves money without a signature, and what moves none as before", async () => {
    const { order, asked, world } = await signing();
    assert.equal(await asked(order), "signature");
    assert.equal(await asked({ ...order, operation: { type: "reconciliation" } }), "signature");
    assert.notEqual(await asked({ ...order, operation: { type: "duplicateReceipt" } }), "signature");
    assert.ok(world.journal.durable().every(({ operation }) => operation.type === "duplicateReceipt"));
  });

  const changes: readonly (readonly [what: string, change: (order: SignedRequest, world: World) => SignedRequest])[] = [
    ["amount", (order, world) => ({ ...order, operation: world.sale(1_251) })],
    ["tip", (order, world) => ({ ...order, operation: world.sale(1_250, { tip: world.money(0) }) })],
    ["reference", (order, world) => ({ ...order, operation: world.sale(1_250, { reference: "other" }) })],
    ["type", (order) => ({ ...order, operation: { ...order.operation, type: "preauthorization" } })],
    ["currency", (order) => ({ ...order, operation: { type: "sale", amount: { value: 1_250, currency: "ARS" } } })],
    ["terminal", (order) => ({ ...order, terminal: "counter-2" })],
    ["request id", (order) => ({ ...order, requestId: "r2" })],
  ];
  for (const [what, change] of changes) {
    it(`is not charged another ${what} than was signed`, async () => {
      const { keys, order, asked, world } = await signing();
      assert.equal(await asked(change(order, world), signedWith(keys, order)), "signature.value");
      assert.deepEqual(world.journal.durable(), []);
    });
  }

  it("is not charged later than was signed, and the expiry cannot be changed", async () => {
    const { keys, order, asked, world, inMs } = await signing();
    const signature = signedWith(keys, order);
    assert.equal(await asked(order, { ...signature, expiresAt: inMs(2 * HOUR_MS) }), "signature.value");
    await world.clock.advance(HOUR_MS);
    assert.equal(await asked(order, signature), "signature.expiresAt");
  });

  it("is told both times when they do not fit", async () => {
    const { keys, order, sendOrder, world, inMs } = await signing();
    const late = { ...order, expiresAt: inMs(0) };
    const said = await sendOrder(late, signedWith(keys, late));
    assert.ok("message" in said);
    assert.ok(said.message.includes(late.expiresAt));
    assert.ok(said.message.includes(new Date(world.clock.now()).toISOString()));
  });

  it("may sign for a day at most", async () => {
    const { keys, order, asked, inMs } = await signing();
    const tooFar = { ...order, expiresAt: inMs(24 * HOUR_MS + 1) };
    assert.equal(await asked(tooFar, signedWith(keys, tooFar)), "signature.expiresAt");
    const never = { ...order, expiresAt: "2026-13-45T00:00:00Z" };
    assert.equal(await asked(never, signedWith(keys, never)), "signature.expiresAt");
    const day = { ...order, expiresAt: inMs(24 * HOUR_MS) };
    assert.equal(await asked(day, signedWith(keys, day)), "started");
  });

  it("is charged at most once by a signature, whoever sends it again", async () => {
    const { keys, order, asked, world } = await signing();
    const signature = signedWith(keys, order);
    assert.equal(await asked(order, signature), "started");
    await world.clock.advance(5_000);
    assert.equal(await asked(order, signature), "replayed");
    assert.equal(await asked({ ...order, requestId: "r2" }, signature), "signature.value");
    assert.equal(await asked({ ...order, terminal: "counter-2" }, signature), "requestIdReused");
    assert.equal(world.link.ledger.length, 1);
  });

  it("is answered what is stored without a signature, with any, and after its end", async () => {
    const { keys, order, asked, world } = await signing();
    const signature = signedWith(keys, order);
    assert.equal(await asked(order, signature), "started");
    await world.clock.advance(HOUR_MS + 1);
    assert.equal(await asked(order), "replayed");
    assert.equal(await asked(order, signature), "replayed");
    assert.equal(await asked(order, { ...signature, value: "A".repeat(86) }), "replayed");
    world.rules.set("till-1", {});
    assert.equal(await asked(order, signature), "replayed", "after the key was taken away");
    assert.equal(await asked({ ...order, operation: world.sale(1) }), "requestIdReused");
  });

  it("is not told that nothing is stored while an earlier try of the same request may still be", async () => {
    const { keys, order, asked, inMs, world } = await signing();
    const limits = [{ operation: "sale", currency: "CLP", perDay: 5_000 }] as const;
    world.rules.set("till-1", { signingKey: keys.publicKey, limits });
    const { list } = world.journal;
    const slowDisk = Promise.withResolvers<undefined>();
    Object.assign(world.journal, {
      list: async (...query: Parameters<typeof list>) => {
        await slowDisk.promise;
        return list(...query);
      },
    });
    const brief = { ...order, expiresAt: inMs(1_000) };
    const first = asked(brief, signedWith(keys, brief));
    await world.clock.advance(1_001);
    const again = asked(brief, signedWith(keys, brief));
    await world.clock.settle();
    slowDisk.resolve(undefined);
    assert.deepEqual(await Promise.all([first, again]), ["started", "replayed"]);
  });

  it("is another one than one with the same key, and its key no other's", async () => {
    const { keys, order, asked, world } = await signing();
    world.rules.set("till-2", { signingKey: keys.publicKey });
    assert.equal(await asked(order, signedWith(keys, order), TILL_2), "signature.value");
    assert.equal(await asked(order, signedWith(newKeys(), order)), "signature.value");
  });

  it("signs letters as they are: what looks the same and is written otherwise is another text", async () => {
    const { keys, order, asked, world } = await signing();
    const composed = { ...order, operation: world.sale(1_250, { reference: "caf\u00e9" }) };
    const decomposed = { ...order, operation: world.sale(1_250, { reference: "cafe\u0301" }) };
    assert.equal(await asked(decomposed, signedWith(keys, composed)), "signature.value");
    assert.equal(await asked(composed, signedWith(keys, composed)), "started");
  });

  it("signs values and not their spelling: 1250.0 is 1250, and the order of the fields is free", async () => {
    const { keys, order, asked } = await signing();
    const operation = JSON.parse('{"amount":{"currency":"CLP","value":1250.0},"type":"sale"}') as Operation;
    assert.equal(await asked({ ...order, operation }, signedWith(keys, order)), "started");
  });
});

describe("a POS without a signing key", () => {
  it("is told that nobody can check its signature, and stores nothing", async () => {
    const { keys, order, sendOrder, world } = await signing();
    const said = await sendOrder({ ...order, pos: "till-2" }, signedWith(keys, { ...order, pos: "till-2" }), TILL_2);
    assert.ok("reason" in said);
    assert.deepEqual([said.reason, said.field], ["signatureRequired", "signature"]);
    assert.match(said.message, /till-2 has no signing key.*--signing-key/);
    assert.deepEqual(world.journal.durable(), []);
  });
});
