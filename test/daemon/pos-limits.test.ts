import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Refusal } from "../../src/core/errors.ts";
import type { Json, JsonObject } from "../../src/core/json.ts";
import type { Operation } from "../../src/core/operation.ts";
import type { PosLimit } from "../../src/core/pos.ts";
import { Allowances } from "../../src/daemon/allowances.ts";
import type { Caller } from "../../src/daemon/api.ts";
import { Spending } from "../../src/daemon/spending.ts";
import { getnet } from "../../src/drivers/getnet/vendor.ts";
import { TILL_1, World } from "../support/world.ts";

const SETTINGS: JsonObject = { currency: "CLP", quietMs: 5_000, askEveryMs: 500, answerMs: 20_000, cancelGraceMs: 500 };
const FAST = { gapMs: 1, customerMs: 1, stageMs: 1 };
const TILL_2: Caller = { pos: "till-2", seesAll: false };
const ADMIN: Caller = { pos: "cli", seesAll: true };
const ANA = { operator: "ana", reason: "she looked at the slips" };
const DAY_MS = 86_400_000;

const limit = (operation: PosLimit["operation"], more: Partial<PosLimit>): PosLimit => ({
  operation,
  currency: "CLP",
  ...more,
});

/** A shop whose `till-1` has these limits. Sales of 600 are declined. */
async function limited(limits: readonly PosLimit[], rules: readonly Json[] = []) {
  const declines = { when: { command: "sale", amount: 600 }, then: [{ kind: "declines" }] };
  const world = new World({ vendor: getnet, settings: SETTINGS, scenario: { ...FAST, rules: [declines, ...rules] } });
  await world.startReady();
  world.rules.set("till-1", { limits });
  const ask = async (operation: Operation, requestId?: string, caller = TILL_1): Promise<Refusal | undefined> => {
    const started = await world.startOperation(operation, requestId, caller);
    return started.kind === "refused" ? started.refusal : undefined;
  };
  return {
    world,
    refusal: ask,
    /** `started`, or why not. */
    asked: async (...given: Parameters<typeof ask>) => (await ask(...given))?.reason ?? "started",
    /** The transaction, at its end. */
    paid: async (operation: Operation) => {
      const id = await world.accepted(operation);
      assert.equal(await world.settled(id), "approved");
      return id;
    },
  };
}

const slow = (amount: number, ms = 15_000): Json => ({
  when: { command: "sale", amount },
  then: [{ kind: "slow", ms, phase: "customer" }],
});

describe("the limit of one operation", () => {
  it("is the most that it may be", async () => {
    const { world, asked } = await limited([limit("sale", { perOperation: 1_000 })]);
    assert.equal(await asked(world.sale(1_001)), "limitExceeded");
    assert.equal(await asked(world.sale(1_000)), "started");
  });

  it("is told with what it is, in words and in numbers, and nothing is stored", async () => {
    const { world, refusal } = await limited([limit("sale", { perOperation: 1_000, perDay: 5_000 })]);
    const told = await refusal(world.sale(1_001));
    assert.ok(told !== undefined);
    assert.deepEqual(told.limit, limit("sale", { perOperation: 1_000, perDay: 5_000 }));
    assert.equal(told.left, 5_000);
    assert.match(told.message, /till-1.*1000 CLP.*not 1001 CLP/);
    assert.deepEqual(world.journal.durable(), []);
  });

  it("is of that type and that POS alone", async () => {
    const { world, asked, paid } = await limited([limit("refund", { perOperation: 100 })]);
    const sale = await paid(world.sale(900));
    const refund: Operation = { type: "refund", amount: world.money(101), original: { transaction: sale } };
    assert.equal(await asked(refund), "limitExceeded");
    assert.equal(await asked(refund, undefined, TILL_2), "started");
  });

  it("of zero forbids the type", async () => {
    const { world, asked } = await limited([limit("sale", { perOperation: 0 })]);
    assert.equal(await asked(world.sale(1)), "limitExceeded");
  });

  it("leaves the currencies of the limits alone", async () => {
    const { world, refusal } = await limited([{ ...limit("sale", { perOperation: 5_000 }), currency: "EUR" }]);
    const told = await refusal(world.sale(1));
    assert.equal(told?.reason, "limitExceeded");
    assert.match(told.message, /in EUR, not in CLP/);
  });

  it("counts the whole of a refund or void that names no amount, and of a void that names less", async () => {
    const limits = [limit("refund", { perOperation: 899 }), limit("void", { perOperation: 899 })];
    const { world, asked, paid } = await limited(limits);
    const original = { transaction: await paid(world.sale(900)) };
    assert.equal(await asked({ type: "refund", original }), "limitExceeded");
    assert.equal(await asked({ type: "void", original }), "limitExceeded");
    assert.equal(await asked({ type: "void", original, amount: world.money(1) }), "limitExceeded");
    const little = { transaction: await paid(world.sale(899)) };
    assert.equal(await asked({ type: "void", original: little }), "started");
  });

  it("wants to be told the amount of a refund where the original is not one of ours", async () => {
    const { world } = await limited([]);
    const { journal, clock, startOfDay } = world;
    const allowances = new Allowances(new Spending({ journal, clock, startOfDay }));
    const original = { terminalReferences: { paymentId: "7" } };
    const request = { terminal: "counter-1", requestId: "r1", operation: { type: "refund", original } } as const;
    const limits = [limit("refund", { perOperation: 899 })];
    const held = allowances.hold({ pos: "till-1", request, worth: undefined }, limits);
    assert(held.kind === "refused");
    assert.match(held.refusal.message, /name the amount/);
  });

  it("takes nobody's word for what a void is worth whose original is named as the terminal calls it", async () => {
    const { world, refusal, asked, paid } = await limited([limit("void", { perOperation: 899 })]);
    const sold = (await world.see(await paid(world.sale(900)))).transaction.outcome;
    const terminalReferences = sold?.terminalReferences ?? {};
    for (const amount of [{}, { amount: world.money(1) }]) {
      const told = await refusal({ type: "void", original: { terminalReferences }, ...amount });
      assert.deepEqual([told?.reason, told?.field], ["limitExceeded", "operation.original"]);
      assert.match(String(told?.message), /by `transaction`/);
    }
    assert.equal(
      await asked({ type: "void", original: { terminalReferences }, amount: world.money(1) }, "r1", TILL_2),
      "started",
    );
  });
});

describe("the limit of a day", () => {
  const perDay = [limit("sale", { perDay: 1_000 })];

  it("is used up by what was approved, and by nothing that failed", async () => {
    const { world, asked, refusal, paid } = await limited(perDay);
    assert.equal(await world.settled(await world.accepted(world.sale(600))), "declined");
    await paid(world.sale(700));
    const told = await refusal(world.sale(301));
    assert.deepEqual([told?.reason, told?.left], ["limitExceeded", 300]);
    assert.match(String(told?.message), /1000 CLP.*300 CLP/);
    assert.equal(await asked(world.sale(300)), "started");
  });

  it("counts what waits and what runs", async () => {
    const { world, asked } = await limited(perDay, [slow(500)]);
    await world.accepted(world.sale(500));
    await world.accepted(world.sale(400));
    assert.equal(await asked(world.sale(101)), "limitExceeded");
    assert.equal(await asked(world.sale(100)), "started");
  });

  it("counts what is in doubt, until somebody says that it did not move", async () => {
    const { world, asked } = await limited(perDay, [
      { when: { command: "sale", amount: 700 }, then: [{ kind: "silent", from: "request" }] },
    ]);
    const id = await world.accepted(world.sale(700));
    await world.until(async () => (await world.see(id)).transaction.dispatched !== undefined, 5_000);
    world.link.replace({ ...FAST, identity: { terminalId: "9", serialNumber: "SIM9" } }, "forgets");
    world.link.cutNow();
    assert.equal(await world.ended(id), "unknown");
    assert.equal(await asked(world.sale(301)), "limitExceeded");
    await world.crash();
    await world.start();
    assert.equal(await asked(world.sale(301)), "limitExceeded", "in the next process");
    const failed = { kind: "notPerformed", reason: "noRecord" } as const;
    await world.till.transactions.resolve(ADMIN, { transaction: id }, undefined, failed, ANA);
    assert.equal(await asked(world.sale(1_001)), "limitExceeded");
    assert.notEqual(await asked(world.sale(1_000)), "limitExceeded");
  });

  it("counts the larger story of a contradiction", async () => {
    const { world, asked } = await limited(perDay);
    const id = await world.accepted(world.sale(600));
    assert.equal(await world.settled(id), "declined");
    const [sale] = world.journal.durable();
    const verdict = {
      kind: "approved",
      amounts: { approved: world.money(600) },
      partial: false,
      captured: true,
      final: true,
    } as const;
    const at = new Date(world.clock.now()).toISOString();
    const evidence = { kind: "contradicted", evidence: "it moved", verdict, at } as const;
    await world.journal.append({ transaction: id, place: sale?.length ?? 0, facts: [evidence] });
    await world.crash();
    await world.start();
    assert.equal(await asked(world.sale(401)), "limitExceeded");
    await world.until(() => world.state === "ready", 30_000);
    assert.equal(await asked(world.sale(400)), "started");
  });

  it("survives a restart", async () => {
    const { world, asked, paid } = await limited(perDay);
    await paid(world.sale(700));
    await world.crash();
    await world.start();
    await world.until(() => world.state === "ready", 30_000);
    assert.equal(await asked(world.sale(301)), "limitExceeded");
    assert.equal(await asked(world.sale(300)), "started");
  });

  it("counts what was done before there was a limit, more than one page of it", async () => {
    const { world, asked, paid } = await limited([]);
    for (let n = 0; n < 130; n += 1) await paid(world.sale(7));
    world.rules.set("till-1", { limits: perDay });
    assert.equal(await asked(world.sale(91)), "limitExceeded");
    assert.equal(await asked(world.sale(90)), "started");
  });

  it("begins anew at midnight, and counts what was accepted before it for the day before", async () => {
    const { world, asked, paid } = await limited(perDay);
    await paid(world.sale(700));
    const midnightMs = world.clock.now() + 60_000;
    world.startOfDay = (nowMs) => midnightMs - (nowMs < midnightMs ? DAY_MS : 0);
    await world.clock.advance(59_999);
    assert.equal(await asked(world.sale(301)), "limitExceeded", "the last moment of the day");
    await world.clock.advance(1);
    assert.equal(await asked(world.sale(1_000)), "started");
    assert.equal(await asked(world.sale(1)), "limitExceeded");
  });

  it("has no room for two at once that fit alone", async () => {
    const { world, asked } = await limited(perDay);
    const both = await Promise.all([asked(world.sale(550)), asked(world.sale(550))]);
    assert.deepEqual(both.sort(), ["limitExceeded", "started"]);
  });

  it("holds up nobody else while one is being stored, and gives back what was not stored", async () => {
    const { world, asked } = await limited(perDay);
    world.rules.set("till-2", { limits: perDay });
    world.journal.failNext(1);
    await assert.rejects(asked(world.sale(1_000)));
    const both = await Promise.all([asked(world.sale(1_000)), asked(world.sale(1_000), undefined, TILL_2)]);
    assert.deepEqual(both, ["started", "started"]);
  });

  it("takes the same request twice at once for one", async () => {
    const { world, asked } = await limited(perDay);
    const both = await Promise.all([asked(world.sale(800), "r1"), asked(world.sale(800), "r1")]);
    assert.deepEqual(both, ["started", "started"]);
    assert.equal(world.journal.durable().length, 1);
  });

  it("counts voids and refunds by what their original was worth, over a restart as well", async () => {
    const { world, asked, paid } = await limited([limit("void", { perDay: 1_000 })]);
    const [one, other] = [await paid(world.sale(900)), await paid(world.sale(101))];
    assert.equal(
      await world.settled(await world.accepted({ type: "void", original: { transaction: one } })),
      "approved",
    );
    assert.equal(await asked({ type: "void", original: { transaction: other } }), "limitExceeded");
    await world.crash();
    await world.start();
    assert.equal(await asked({ type: "void", original: { transaction: other } }), "limitExceeded");
  });

  it("is read when its POS arrives, so that no customer waits for it", async () => {
    const { world, asked, paid } = await limited(perDay);
    await paid(world.sale(700));
    await world.crash();
    await world.start();
    await world.until(() => world.state === "ready", 30_000);
    world.till.transactions.posArrived("till-1");
    await world.clock.settle();
    Object.assign(world.journal, { list: () => Promise.reject(new Error("it was read before")) });
    assert.equal(await asked(world.sale(301)), "limitExceeded");
    assert.equal(await asked(world.sale(300)), "started");
  });

  it("is read again where the journal could not be read", async () => {
    const { world, asked } = await limited(perDay);
    const { list } = world.journal;
    Object.assign(world.journal, { list: () => Promise.reject(new Error("the disk")) });
    await assert.rejects(asked(world.sale(1)), /the disk/);
    Object.assign(world.journal, { list });
    assert.equal(await asked(world.sale(1)), "started");
  });
});

describe("a limit", () => {
  it("is for new operations: what is stored is answered, also after the limit was lowered", async () => {
    const { world } = await limited([limit("sale", { perOperation: 1_000, perDay: 1_000 })]);
    await world.settled(await world.accepted(world.sale(1_000), "r1"));
    world.rules.set("till-1", { limits: [limit("sale", { perOperation: 1, perDay: 1 })] });
    const again = await world.startOperation(world.sale(1_000), "r1");
    assert.equal(again.kind === "done" && again.value.replayed, true);
    const other = await world.startOperation(world.sale(999), "r1");
    assert.equal(other.kind === "refused" && other.refusal.reason, "requestIdReused");
  });

  it("counts at once when it was changed while the request waited", async () => {
    const { world, asked } = await limited([limit("sale", { perDay: 1_000 })]);
    world.journal.hold();
    const waiting = asked(world.sale(900));
    await world.clock.settle();
    world.rules.set("till-1", { limits: [limit("sale", { perDay: 800 })] });
    world.journal.release();
    assert.equal(await waiting, "limitExceeded");
  });

  it("stores nothing that took too long to look at: who finds nothing by then lets the customer pay another way", async () => {
    const { world, asked } = await limited([limit("sale", { perDay: 1_000 })]);
    const { list } = world.journal;
    const slowDisk = Promise.withResolvers<undefined>();
    Object.assign(world.journal, {
      list: async (...query: Parameters<typeof list>) => {
        await slowDisk.promise;
        return list(...query);
      },
    });
    const waiting = asked(world.sale(900), "r1");
    await world.clock.advance(3_000);
    const found = await world.till.transactions.get(TILL_1, { requestId: "r1" });
    assert.equal(found.kind === "refused" && found.refusal.reason, "transactionNotFound");
    slowDisk.resolve(undefined);
    assert.equal(await waiting, "timeout");
    assert.deepEqual(world.journal.durable(), []);
    assert.equal(await asked(world.sale(1_000), "r1"), "started", "and nothing is held for it");
  });

  it("is none for the administrator, and a POS that was taken away starts nothing", async () => {
    const { world, asked } = await limited([limit("sale", { perOperation: 1 })]);
    assert.equal(await asked(world.sale(1_000), undefined, ADMIN), "started");
    world.rules.set("till-2", null);
    assert.equal(await asked(world.sale(1_000), undefined, TILL_2), "unauthorized");
  });
});
