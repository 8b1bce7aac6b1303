import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Operation } from "../../src/core/operation.ts";
import type { Approved } from "../../src/core/outcome.ts";
import { approvalFault } from "../../src/core/plausible.ts";

const eur = (value: number) => ({ value, currency: "EUR" });
const sale: Operation = { type: "sale", amount: eur(1000) };
const approval = (amounts: Approved["amounts"], partial = false): Approved => ({
  kind: "approved",
  partial,
  captured: true,
  final: true,
  ...(amounts === undefined ? {} : { amounts }),
});

describe("an approval", () => {
  it("is believed for what was asked", () => {
    assert.equal(approvalFault(sale, undefined, approval({ approved: eur(1000) })), undefined);
  });

  it("is believed for more, as far as the terminal reports a tip, cashback or surcharge", () => {
    const amounts = { approved: eur(1350), tip: eur(100), cashback: eur(200), surcharge: eur(50) };
    assert.equal(approvalFault(sale, undefined, approval(amounts)), undefined);
    assert.match(approvalFault(sale, undefined, approval({ ...amounts, approved: eur(1351) })) ?? "", /at most 1350/);
  });

  it("is not believed for one unit more than was asked", () => {
    assert.match(approvalFault(sale, undefined, approval({ approved: eur(1001) })) ?? "", /at most 1000/);
  });

  it("is not believed for less, unless the terminal calls it partial", () => {
    assert.match(approvalFault(sale, undefined, approval({ approved: eur(999) })) ?? "", /partial/);
    assert.equal(approvalFault(sale, undefined, approval({ approved: eur(999) }, true)), undefined);
  });

  it("is not believed in another currency", () => {
    const dollars = { approved: { value: 1000, currency: "USD" } };
    assert.match(approvalFault(sale, undefined, approval(dollars)) ?? "", /USD was approved, EUR was asked/);
  });

  it("is not believed without an amount where one was asked", () => {
    assert.match(approvalFault(sale, undefined, approval(undefined)) ?? "", /no amount/);
  });

  it("counts the tip and cashback that the POS asked for", () => {
    const withTip: Operation = { ...sale, tip: eur(100) };
    assert.equal(approvalFault(withTip, undefined, approval({ approved: eur(1100) })), undefined);
    assert.match(approvalFault(withTip, undefined, approval({ approved: eur(1000) })) ?? "", /partial/);
  });

  it("of a void without an amount is held against the whole of its original", () => {
    const whole: Operation = { type: "void", original: { transaction: "X1" } };
    assert.equal(approvalFault(whole, eur(700), approval({ approved: eur(700) })), undefined);
    assert.match(approvalFault(whole, eur(700), approval({ approved: eur(701) })) ?? "", /at most 700/);
  });

  it("of what moves no money needs no amount, and is not held against one", () => {
    for (const type of ["duplicateReceipt", "balance", "verification"] as const) {
      const operation: Operation = { type, original: { transaction: "X1" } };
      assert.equal(approvalFault(operation, eur(700), approval(undefined)), undefined);
      assert.equal(approvalFault(operation, eur(700), approval({ approved: eur(900) })), undefined);
    }
    const voided: Operation = { type: "void", original: { transaction: "X1" } };
    assert.match(approvalFault(voided, eur(700), approval(undefined)) ?? "", /no amount/);
  });
});
