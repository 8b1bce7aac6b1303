import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "../../support/properties.ts";
import { NAME_PATTERN } from "../../../src/core/schema.ts";
import { MAX_AMOUNT_MINOR } from "../../../src/core/money.ts";
import { faultOf } from "../../../src/core/operation.ts";
import {
  isSameAsk,
  operationOf,
  posNameOf,
  readOrder,
  requestIdOf,
  type Asked,
} from "../../../src/client/pay-button/order.ts";

const READ: readonly (readonly [what: string, asked: Asked, operation: object])[] = [
  ["an amount", { amount: "12.50", currency: "EUR" }, { type: "sale", amount: eur(1250) }],
  ["whole euros", { amount: "12", currency: "EUR" }, { type: "sale", amount: eur(1200) }],
  ["minor units", { amountMinor: "1250", currency: "EUR" }, { type: "sale", amount: eur(1250) }],
  ["no decimals", { amount: "5000", currency: "CLP" }, { type: "sale", amount: { value: 5000, currency: "CLP" } }],
  ["a tip", { amount: "12.50", tip: "1", currency: "EUR" }, { type: "sale", amount: eur(1250), tip: eur(100) }],
  ["a tip of nothing", { amount: "1", tipMinor: "0", currency: "EUR" }, { type: "sale", amount: eur(100) }],
  [
    "an order",
    { amount: "1", currency: "EUR", order: "A-1001" },
    { type: "sale", amount: eur(100), reference: "A-1001" },
  ],
  [
    "a refund of a sale",
    { amount: "1", currency: "EUR", operation: "refund", original: "T1" },
    { type: "refund", amount: eur(100), original: { transaction: "T1" } },
  ],
];

for (const [what, asked, operation] of READ) {
  test(`read: ${what}`, () => {
    const reading = readOrder(asked);

    assert.ok(reading.kind === "order");
    assert.deepEqual(operationOf(reading.order), operation);
  });
}

const EUROS = { amount: "12.50", currency: "EUR" };
const SIGNED = { ...EUROS, requestId: "R1", terminal: "counter-1", signature: "x".repeat(86) };
const PROBLEMS: readonly (readonly [problem: string, asked: Asked])[] = [
  ["currencyWrong", { amount: "1" }],
  ["currencyWrong", { amount: "1", currency: "eur" }],
  ["currencyWrong", { amount: "1", currency: "XXX" }],
  ["currencyWrong", { amount: "1", currency: "constructor" }],
  ["amountMissing", { currency: "EUR" }],
  ["amountTwice", { ...EUROS, amountMinor: "1250" }],
  ...[
    "",
    "1e9",
    "-1",
    "+1",
    "12,50",
    "1.234.567",
    "12.505",
    ".5",
    "5.",
    " 12",
    "12 ",
    "0x10",
    "NaN",
    "١٢",
    "1_000",
  ].map((amount) => ["amountWrong", { amount, currency: "EUR" }] as const),
  ["amountWrong", { amount: "5000.5", currency: "CLP" }],
  ["amountWrong", { amount: "12,345", currency: "KWD" }],
  ["amountWrong", { amount: "9".repeat(1_000_000), currency: "EUR" }],
  ["amountWrong", { amountMinor: "12.5", currency: "EUR" }],
  ["amountWrong", { amountMinor: "-5", currency: "EUR" }],
  ["amountZero", { amount: "0.00", currency: "EUR" }],
  ["amountTooLarge", { amountMinor: String(MAX_AMOUNT_MINOR), tipMinor: "1", currency: "EUR" }],
  ["tipWrong", { ...EUROS, tip: "-1" }],
  ["tipWrong", { ...EUROS, tip: "1", tipMinor: "100" }],
  ...["", "x".repeat(65), "a\nb", "a\0b", "\ud800"].map((order) => ["orderWrong", { ...EUROS, order }] as const),
  ["orderWrong", { ...EUROS, order: "x".repeat(1_000_000) }],
  ["terminalWrong", { ...EUROS, terminal: "../etc" }],
  ["terminalWrong", { ...EUROS, terminal: "" }],
  ["operationWrong", { ...EUROS, operation: "reconciliation" }],
  ["operationWrong", { ...EUROS, operation: "toString" }],
  ["originalWrong", { ...EUROS, original: "T1" }],
  ["requestIdWrong", { ...EUROS, requestId: "a b" }],
  ["signatureWrong", { ...SIGNED }],
  ["signatureWrong", { ...SIGNED, signature: "short", expiresAt: "2026-11-20T10:15:03Z" }],
  ["signatureWrong", { ...SIGNED, requestId: undefined, expiresAt: "2026-11-20T10:15:03Z" }],
];

for (const [problem, asked] of PROBLEMS) {
  const said = JSON.stringify(asked, (_, value: unknown) => (typeof value === "string" ? value.slice(0, 70) : value));
  test(`${problem}: ${said}`, () => {
    const reading = readOrder(asked);
    assert.ok(reading.kind === "problem");
    assert.equal(reading.problem, problem);
    // Who wrote it is told what the currency takes.
    assert.equal(reading.currency, ["amountWrong", "tipWrong"].includes(problem) ? asked.currency : undefined);
  });
}

test("an order's text may be anybody's, and stays text", () => {
  const reading = readOrder({ ...EUROS, order: "<img src=x onerror=alert(1)>" });

  assert.ok(reading.kind === "order");
  assert.equal(operationOf(reading.order).reference, "<img src=x onerror=alert(1)>");
});

test("whatever is read, the daemon takes: no amount that it would find fault with gets out", () => {
  const text = fc.oneof(fc.string(), fc.stringMatching(/^\d{0,13}(\.\d{0,4})?$/));
  const asked = fc.record({ amount: text, tip: fc.option(text, { nil: undefined }), currency: fc.constant("EUR") });
  fc.assert(
    fc.property(asked, (attributes) => {
      const reading = readOrder(attributes);
      if (reading.kind === "order") assert.equal(faultOf(operationOf(reading.order)), undefined);
    }),
  );
});

test("an attempt of an order has the same request id everywhere; the next attempt, another order and a refund have others", () => {
  const order = { type: "sale", order: "A-1001" };
  const ids = [
    requestIdOf(order, 0),
    requestIdOf(order, 1),
    requestIdOf({ type: "sale", order: "A-1002" }, 0),
    requestIdOf({ type: "refund", order: "A-1001" }, 0),
  ];

  assert.equal(requestIdOf({ ...order }, 0), ids[0]);
  assert.equal(new Set(ids).size, ids.length);
  for (const id of ids) assert.match(id, /^pay\.[A-Za-z]{22}\.\d$/);
});

test("request ids of whatever orders are well-formed, hold no row of digits, and differ", () => {
  const seen = new Map<string, string>();
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 64, unit: "grapheme" }), (order) => {
      const id = requestIdOf({ type: "sale", order }, 199);
      assert.match(id, /^pay\.[A-Za-z]{22,}\.199$/);
      assert.ok(id.length <= 64);
      assert.equal(seen.get(id) ?? order, order);
      seen.set(id, order);
    }),
    { numRuns: 2_000 },
  );
});

test("a page's host is the name that it pairs under", () => {
  assert.equal(posNameOf("pos.example.com"), "pos.example.com");
  assert.equal(posNameOf("127.0.0.1:8080"), "127.0.0.1-8080");
  assert.equal(posNameOf("[::1]:3000"), "1--3000");
  assert.equal(posNameOf(""), "web-pos");
  fc.assert(
    fc.property(fc.string(), (host) => {
      assert.match(posNameOf(host), new RegExp(NAME_PATTERN));
    }),
  );
});

test("the same ask: by its order's number where there is one, else by all that it says", () => {
  const ask = (asked: Asked) => {
    const reading = readOrder({ ...EUROS, ...asked });
    assert.ok(reading.kind === "order");
    return reading.order;
  };

  assert.equal(isSameAsk(ask({ order: "A" }), ask({ order: "A", amount: "99" })), true);
  assert.equal(isSameAsk(ask({ order: "A" }), ask({ order: "B" })), false);
  assert.equal(isSameAsk(ask({ order: "A" }), ask({ order: "A", operation: "refund" })), false);
  assert.equal(isSameAsk(ask({}), ask({})), true);
  assert.equal(isSameAsk(ask({}), ask({ amount: "99" })), false);
  assert.equal(isSameAsk(ask({ order: "A" }), ask({ order: "A", requestId: "R2" })), false);
});

function eur(value: number) {
  return { value, currency: "EUR" };
}
