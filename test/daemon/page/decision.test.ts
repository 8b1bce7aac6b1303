import assert from "node:assert/strict";
import { test } from "node:test";
import {
  amountToType,
  faultsOf,
  firstDraft,
  resolution,
  typedAmount,
  type Draft,
} from "../../../src/daemon/page/doubts/decision.ts";
import { transaction } from "./things.ts";

const UNKNOWN = {
  kind: "unknown",
  revision: 3,
  decidedBy: { kind: "daemon" },
  since: "timeout",
  advice: { code: "askOperator", text: "Ask." },
} as const;
const DOUBT = transaction("T1", { outcome: UNKNOWN });
const WHOLE: Draft = { ...firstDraft(DOUBT, "Ana"), kind: "approved", reason: "receipt 0042" };

test("amounts are typed as people write them, and read to the last minor unit", () => {
  for (const [text, currency, value] of [
    ["12.50", "EUR", 1_250],
    ["12,5", "EUR", 1_250],
    [" 12 ", "EUR", 1_200],
    ["4990", "CLP", 4_990],
    ["12.505", "EUR", undefined],
    ["1.000,00", "EUR", undefined],
    ["12.5", "CLP", undefined],
    ["-1", "EUR", undefined],
    ["", "EUR", undefined],
    ["1e3", "EUR", undefined],
  ] as const) {
    assert.equal(typedAmount(text, currency)?.value, value, `${text} ${currency}`);
  }
  for (const money of [
    { value: 1_250, currency: "EUR" },
    { value: 4_990, currency: "CLP" },
    { value: 5, currency: "EUR" },
    { value: 1_250, currency: "KWD" },
    { value: 999_999_999_999, currency: "EUR" },
  ]) {
    assert.deepEqual(typedAmount(amountToType(money), money.currency), money);
  }
});

test("nothing is decided before it is said what happened, by whom and how he knows", () => {
  assert.deepEqual(faultsOf(firstDraft(DOUBT, ""), DOUBT), ["kind", "operator", "reason"]);
  assert.deepEqual(faultsOf({ ...WHOLE, amount: "twelve" }, DOUBT), ["amount"]);
  assert.deepEqual(faultsOf({ ...WHOLE, kind: "declined", amount: "twelve" }, DOUBT), []);
  assert.deepEqual(faultsOf({ ...WHOLE, operator: "  " }, DOUBT), ["operator"]);
  assert.equal(resolution({ ...WHOLE, reason: "" }, DOUBT), undefined);
});

test("the revision that was looked at goes along; an amount only where it is another one than was asked", () => {
  const asked = { transaction: "T1", revision: 3, operator: "Ana", reason: "receipt 0042" };
  assert.deepEqual(resolution(WHOLE, DOUBT), { ...asked, outcome: { kind: "approved" } });
  assert.deepEqual(resolution({ ...WHOLE, amount: "10,00", approvalCode: " 77 " }, DOUBT), {
    ...asked,
    outcome: { kind: "approved", amounts: { approved: { value: 1_000, currency: "EUR" } }, approvalCode: "77" },
  });
  assert.deepEqual(resolution({ ...WHOLE, kind: "notPerformed", amount: "10", approvalCode: "77" }, DOUBT), {
    ...asked,
    outcome: { kind: "notPerformed" },
  });
  const { revision: _none, ...unrevised } = asked;
  assert.deepEqual(resolution(WHOLE, transaction("T1", { recovering: true })), {
    ...unrevised,
    outcome: { kind: "approved" },
  });
});
