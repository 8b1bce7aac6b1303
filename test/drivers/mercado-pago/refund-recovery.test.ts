import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Dispatched } from "../../../src/core/facts.ts";
import type { Outcome } from "../../../src/core/outcome.ts";
import type { Doubt } from "../../../src/drivers/driver.ts";
import { recoverMachine } from "../../../src/drivers/mercado-pago/recovery.ts";
import {
  Bench,
  doubtOf,
  KNOWN,
  mxn,
  ORDER,
  OTHER_REFUND,
  PAID,
  PAYMENT,
  REFUND,
  refundItem,
  refundOrder,
  refunded,
  refusal,
  settingsWith,
  START,
} from "./support.ts";

const REFERENCES = { orderId: ORDER, paymentId: PAYMENT, refundAmount: "24.90", refund: "whole", access: "v1" };
const PART = { orderId: ORDER, paymentId: PAYMENT, refundAmount: "5.00", refund: "part", earlierRefunds: OTHER_REFUND };
const PAST: Partial<Dispatched> = { deadline: new Date(START - 1).toISOString() };
const DONE = refunded([refundItem()], { status: "refunded", status_detail: "refunded" });
const MARGIN_MS = 60_000;

const recovering = (changes: Partial<Dispatched> = {}, more: Partial<Doubt> = {}): Bench =>
  new Bench(recoverMachine(doubtOf(refundOrder(), { references: REFERENCES, ...changes }, more), settingsWith()));

function looking(changes: Partial<Dispatched> = {}): Bench {
  const bench = recovering({ ...PAST, ...changes }).resume();
  bench.tell(KNOWN);
  return bench;
}

describe("a lost refund", () => {
  it("is said again before the deadline, and is what the answer says", () => {
    const bench = recovering().resume();
    assert.equal(bench.all("repeat").length, 0);
    bench.tell(KNOWN);
    bench.answer("repeat", DONE);
    bench.give({ kind: "claims", claimed: [] });
    assert(bench.settled?.kind === "approved");
    assert.deepEqual(
      [bench.settled.final, bench.all("settle")[0]?.movement, bench.askedOf("refundOrder")],
      [true, `mercado-pago/${REFUND}`, []],
    );
  });

  it("is looked for, and not said again, by another application's access or where none was noted", () => {
    const { access: _, ...older } = REFERENCES;
    for (const references of [older, { ...REFERENCES, access: "v0" }]) {
      const bench = recovering({ references }).resume();
      bench.tell(KNOWN);
      assert.deepEqual([bench.all("repeat"), bench.asked.map(({ kind }) => kind)], [[], ["getOrder"]]);
    }
  });

  it("is looked for at once where another application's access is given meanwhile", () => {
    const bench = recovering().resume();
    bench.secrets = { access: { version: "v2", about: {} } };
    bench.tell(KNOWN);
    assert.deepEqual([bench.all("repeat"), bench.asked.map(({ kind }) => kind)], [[], ["getOrder"]]);
  });

  for (const answer of [refusal(500, "x"), refusal(423, "resource_locked"), refusal(425, "too_early")]) {
    it(`is said once more where ${answer.status} comes back`, () => {
      const bench = recovering().resume();
      bench.tell(KNOWN);
      bench.answer("repeat", answer);
      bench.elapse(3_000);
      assert.equal(bench.all("repeat").length, 2);
    });
  }

  for (const answer of [refusal(409, "order_already_refunded"), refusal(400, "x"), refusal(422, "x")]) {
    it(`is looked for where a repeat is refused with ${answer.status}: the first one may have been taken`, () => {
      const bench = recovering().resume();
      bench.tell(KNOWN);
      bench.answer("repeat", answer);
      assert.deepEqual(bench.all("settle"), []);
      bench.elapse(4_000);
      bench.answer("question", DONE);
      bench.give({ kind: "claims", claimed: [] });
      assert.equal(bench.settled?.kind, "approved");
    });
  }

  it("is found after the deadline among the order's refunds, and never said again", () => {
    const bench = looking();
    bench.answer("question", DONE);
    assert.deepEqual(bench.all("askClaims")[0]?.movements, [`mercado-pago/${REFUND}`]);
    bench.give({ kind: "claims", claimed: [] });
    assert.deepEqual([bench.settled?.kind, bench.all("repeat")], ["approved", []]);
  });

  it("is none that was there before, none of another amount, and none that is claimed", () => {
    const refunds = [refundItem({ id: OTHER_REFUND, amount: "5.00" }), refundItem({ amount: "7.00" })];
    const bench = looking({ references: PART });
    bench.answer("question", refunded(refunds, {}, { refunded_amount: "12.00" }));
    assert.deepEqual([bench.all("askClaims"), bench.settled], [[], undefined]);
    const claimed = looking();
    claimed.answer("question", DONE);
    claimed.give({ kind: "claims", claimed: [`mercado-pago/${REFUND}`] });
    assert.equal(claimed.settled, undefined);
  });

  it("of which there are twins is for a person", () => {
    const bench = looking();
    bench.answer("question", refunded([refundItem(), refundItem({ id: OTHER_REFUND })]));
    bench.give({ kind: "claims", claimed: [] });
    assert.match(bench.gaveUp, /several refunds/);
    assert.deepEqual(bench.all("settle"), []);
  });

  it("is known by its id where that was remembered", () => {
    const more = { remembered: { version: 1, order: ORDER, refund: REFUND } };
    const bench = recovering(PAST, more).resume();
    bench.answer("question", refunded([refundItem({ id: OTHER_REFUND }), refundItem({ status: "processing" })]));
    assert(bench.settled?.kind === "approved");
    assert.deepEqual([bench.settled.final, bench.settled.terminalReferences?.["refundId"]], [false, REFUND]);
  });

  it("was not performed where the order has none, twice, some time after the request", () => {
    const bench = looking();
    bench.live(MARGIN_MS - 100, "question", PAID);
    assert.deepEqual(bench.all("settle"), []);
    bench.live(10_000, "question", PAID);
    assert.deepEqual(bench.settled, { kind: "notPerformed", reason: "noRecord" });
  });

  it("is in doubt where the order says that it was refunded, and does not list it", () => {
    for (const order of [
      refunded([], { status: "refunded" }),
      refunded([], { status_detail: "partially_refunded" }),
      refunded([], {}, { refunded_amount: "24.90" }),
    ]) {
      const bench = looking();
      bench.live(MARGIN_MS + 20_000, "question", order);
      assert.deepEqual(bench.all("settle"), []);
    }
  });

  it("is in doubt where more was given back than before, and the list does not say by which refund", () => {
    const references = { ...PART, earlierAmount: "5.00" };
    const before = [refundItem({ id: OTHER_REFUND, amount: "5.00" })];
    for (const [refundedAmount, isAbsent] of [
      ["5.00", true],
      ["10.00", false],
      ["much", false],
    ] as const) {
      const bench = looking({ references });
      bench.live(MARGIN_MS + 20_000, "question", refunded(before, {}, { refunded_amount: refundedAmount }));
      assert.equal(bench.settled?.kind, isAbsent ? "notPerformed" : undefined, refundedAmount);
    }
  });

  it("is in doubt where another account is asked", () => {
    const bench = recovering(PAST).resume();
    bench.tell({ kind: "terminalTold", others: [] });
    bench.live(MARGIN_MS + 20_000, "question", PAID);
    assert.deepEqual(bench.all("settle"), []);
    assert.notEqual(bench.gaveUp, "");
  });

  it("that cannot be read any more is for a person", () => {
    const bench = recovering({ references: {} }).resume();
    assert.match(bench.gaveUp, /can no longer be read/);
  });
});

describe("a refund in process", () => {
  const standing: Extract<Outcome, { kind: "approved" }> = {
    kind: "approved",
    partial: false,
    captured: true,
    final: false,
    amounts: { approved: mxn(2_490) },
    terminalReferences: { orderId: ORDER, paymentId: PAYMENT, refundId: REFUND },
    revision: 1,
    decidedBy: { kind: "terminal" },
  };
  const asked = (): Bench => recovering(PAST, { standing }).resume();

  it("is final once the order says so", () => {
    const bench = asked();
    bench.answer("question", DONE);
    assert(bench.settled?.kind === "approved");
    assert.equal(bench.settled.final, true);
  });

  it("that failed is declined", () => {
    const bench = asked();
    bench.answer("question", refunded([refundItem({ status: "failed" })]));
    assert.equal(bench.settled?.kind, "declined");
  });

  it("that is still in process, not told, or not heard of is asked for later, once a turn", () => {
    for (const answer of [
      (bench: Bench) => bench.answer("question", refunded([refundItem({ status: "processing" })])),
      (bench: Bench) => bench.answer("question", PAID),
      (bench: Bench) => bench.lose("question"),
      (bench: Bench) => bench.answer("question", refusal(500, "x")),
    ]) {
      const bench = asked();
      answer(bench);
      assert.deepEqual(
        [bench.all("later"), bench.settled, bench.asked.length],
        [[{ kind: "later", afterMs: 60_000 }], undefined, 1],
      );
    }
  });

  it("of an order that is forgotten is for a person", () => {
    const bench = asked();
    bench.answer("question", refusal(404, "order_not_found"));
    assert.match(bench.gaveUp, /does not know the order any more/);
  });
});
