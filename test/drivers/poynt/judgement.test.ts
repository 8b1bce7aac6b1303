import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../../../src/core/json.ts";
import type { Operation } from "../../../src/core/operation.ts";
import type { Approved, Verdict } from "../../../src/core/outcome.ts";
import type { Order } from "../../../src/drivers/driver.ts";
import { askedOf } from "../../../src/drivers/poynt/asked.ts";
import { isRefusal, judge, type Judgement } from "../../../src/drivers/poynt/judgement.ts";
import type { PoyntAnswer } from "../../../src/drivers/poynt/messages.ts";
import {
  APPROVED,
  declinedTransaction,
  errorAnswer,
  orderOf,
  ORDERS,
  originalOf,
  OTHER_ID,
  paymentAnswer,
  REQUEST_ID,
  SALE,
  SALE_ID,
  SALE_ORDER,
  settingsWith,
  transaction,
  TRANSACTION,
  usd,
} from "./support.ts";

function judged(answer: PoyntAnswer, order: Order = SALE_ORDER, settings: JsonObject = {}): Judgement {
  const own = settingsWith(settings);
  const asked = askedOf(order, own);
  assert(asked.command !== "none");
  return judge({ order, asked, settings: own }, answer);
}

function verdictOf(answer: PoyntAnswer, order?: Order, settings?: JsonObject): Verdict {
  const judgement = judged(answer, order, settings);
  assert(judgement.kind === "settles", JSON.stringify(judgement));
  return judgement.verdict;
}

function approvalOf(answer: PoyntAnswer, order?: Order): Approved {
  const verdict = verdictOf(answer, order);
  assert(verdict.kind === "approved", JSON.stringify(verdict));
  return verdict;
}

/** One line for a table: what it comes to. */
function summary(judgement: Judgement): string {
  if (judgement.kind !== "settles") return judgement.kind;
  const { verdict } = judgement;
  switch (verdict.kind) {
    case "approved":
      return ["approved", verdict.amounts?.approved.value, verdict.partial && "partial", verdict.captured || "reserved"]
        .filter((part) => part !== false && part !== true)
        .join(" ");
    case "canceled":
      return `canceled by ${verdict.by}${verdict.reversed === true ? " reversed" : ""}`;
    case "notPerformed":
      return `notPerformed ${verdict.reason}${verdict.reversed === true ? " reversed" : ""}`;
    case "declined":
      return `declined ${verdict.reason}`;
    case "unknown":
      return "unknown";
  }
}

const whole = transaction();
const part = transaction({}, { transactionAmount: 400 });
const rest = transaction({ id: OTHER_ID }, { transactionAmount: 600 });
const reserved = transaction({ action: "AUTHORIZE", status: "AUTHORIZED" });
const voided = transaction({ status: "VOIDED", voided: true });
const declined = declinedTransaction();
const saved = transaction({ status: "SAVED" });

const CAN = "canceled by operator";
const REV = "notPerformed reversed reversed";

/**
 * The status of the payment (down) and what its transactions tell (across). The money decides; the status decides what it leaves open.
 */
const SALES: readonly (readonly [status: string | undefined, ...ends: readonly string[]])[] = [
  // none, whole, two halves, a part and a decline, reserved, voided, declined, saved
  [
    "COMPLETED",
    "notBelieved",
    "approved 1000",
    "approved 1000",
    "approved 400 partial",
    "approved 1000 reserved",
    "notBelieved",
    "notBelieved",
    "notBelieved",
  ],
  [
    "AUTHORIZED",
    "notBelieved",
    "approved 1000",
    "approved 1000",
    "approved 400 partial",
    "approved 1000 reserved",
    "notBelieved",
    "notBelieved",
    "notBelieved",
  ],
  [
    "CANCELED",
    CAN,
    "approved 1000",
    "approved 1000",
    "approved 400 partial",
    "approved 1000 reserved",
    `${CAN} reversed`,
    CAN,
    "notBelieved",
  ],
  [
    "DECLINED",
    "declined other",
    "approved 1000",
    "approved 1000",
    "approved 400 partial",
    "approved 1000 reserved",
    REV,
    "declined other",
    "notBelieved",
  ],
  [
    "FAILED",
    "unclear",
    "approved 1000",
    "approved 1000",
    "approved 400 partial",
    "approved 1000 reserved",
    REV,
    "declined other",
    "notBelieved",
  ],
  [
    "VOIDED",
    "notBelieved",
    "notBelieved",
    "notBelieved",
    "notBelieved",
    "notBelieved",
    `${CAN} reversed`,
    "notBelieved",
    "notBelieved",
  ],
  [
    "HOLD",
    "unclear",
    "approved 1000",
    "approved 1000",
    "unclear",
    "approved 1000 reserved",
    "unclear",
    "unclear",
    "notBelieved",
  ],
  [
    "REFUNDED",
    "notBelieved",
    "notBelieved",
    "notBelieved",
    "notBelieved",
    "notBelieved",
    "notBelieved",
    "notBelieved",
    "notBelieved",
  ],
  [
    "READ_CARD_ONLY",
    "notBelieved",
    "notBelieved",
    "notBelieved",
    "notBelieved",
    "notBelieved",
    "notBelieved",
    "notBelieved",
    "notBelieved",
  ],
  [
    "SOMETHING_NEW",
    "unclear",
    "approved 1000",
    "approved 1000",
    "unclear",
    "approved 1000 reserved",
    "unclear",
    "unclear",
    "notBelieved",
  ],
  [
    undefined,
    "unclear",
    "approved 1000",
    "approved 1000",
    "unclear",
    "approved 1000 reserved",
    "unclear",
    "unclear",
    "notBelieved",
  ],
];

const COLUMNS: readonly (readonly [string, readonly JsonObject[]])[] = [
  ["no transaction", []],
  ["the whole", [whole]],
  ["two halves", [part, rest]],
  ["a part and a decline", [part, declined]],
  ["the whole reserved", [reserved]],
  ["the whole taken back", [voided]],
  ["a decline", [declined]],
  ["one that is only saved", [saved]],
];

describe("a sale that is told as", () => {
  for (const [status, ...ends] of SALES) {
    COLUMNS.forEach(([what, transactions], column) => {
      it(`${status ?? "nothing"} with ${what} is ${ends[column] ?? "?"}`, () => {
        assert.equal(summary(judged(paymentAnswer(status, transactions))), ends[column]);
      });
    });
  }

  it("FAILED without a transaction moved nothing where the technician knows that", () => {
    const failed = paymentAnswer("FAILED", []);
    assert.equal(summary(judged(failed, SALE_ORDER, { failedMovedNothing: true })), "declined other");
  });

  it("COMPLETED, partly approved, is that part, whichever field tells it", () => {
    const told = (amount: number, approvedAmount: number) =>
      paymentAnswer("COMPLETED", [
        transaction({ partiallyApproved: true }, { transactionAmount: amount }, { approvedAmount }),
      ]);
    assert.equal(summary(judged(told(400, 400))), "approved 400 partial");
    assert.equal(summary(judged(told(1_000, 400))), "approved 400 partial");
  });
});

describe("a sale that is told otherwise than it can be is not believed:", () => {
  const told = (changes: JsonObject, amounts: JsonObject = {}, processor: JsonObject = {}) =>
    paymentAnswer("COMPLETED", [transaction(changes, amounts, processor)]);
  for (const [what, answer] of [
    ["another reference", paymentAnswer("COMPLETED", [whole], { referenceId: "OTHER" })],
    ["a canceled payment with another reference", paymentAnswer("CANCELED", [], { referenceId: "OTHER" })],
    ["another currency of the payment", paymentAnswer("COMPLETED", [whole], { currency: "CLP" })],
    ["another currency of the transaction", told({}, { currency: "CLP" })],
    [
      "another currency of one of two transactions",
      paymentAnswer("COMPLETED", [part, transaction({ id: OTHER_ID }, { transactionAmount: 600, currency: "CLP" })]),
    ],
    [
      "one of two transactions that moved nothing",
      paymentAnswer("COMPLETED", [whole, transaction({ id: OTHER_ID }, { transactionAmount: 0 })]),
    ],
    ["no currency of the transaction", told({}, { currency: null })],
    ["more than was asked", told({}, { transactionAmount: 1_001 })],
    ["less than was asked, and not partial", told({}, { transactionAmount: 999 })],
    [
      "less than was asked by two, and not partial",
      paymentAnswer("COMPLETED", [part, transaction({ id: OTHER_ID }, { transactionAmount: 599 })]),
    ],
    ["nothing", told({}, { transactionAmount: 0 })],
    ["a negative amount", told({}, { transactionAmount: -1_000 })],
    ["a fraction", told({}, { transactionAmount: 1_000.5 })],
    ["no amount", told({ amounts: {} })],
    ["a tip that cannot be read", told({}, { tipAmount: "x" })],
    ["a tip that is more than the whole", told({}, { tipAmount: 1_001 })],
    ["another amount of the processor", told({}, {}, { approvedAmount: 400 })],
    ["more of the processor", told({ partiallyApproved: true }, {}, { approvedAmount: 1_400 })],
    ["captured and failed", told({}, {}, { status: "Failure" })],
    ["declined and successful", paymentAnswer("DECLINED", [transaction({ status: "DECLINED" })])],
    ["captured and voided", told({ voided: true })],
    ["declined and voided", paymentAnswer("CANCELED", [declinedTransaction({ voided: true })])],
    ["a refund", told({ action: "REFUND", status: "REFUNDED" })],
    ["a sale that was refunded", told({ status: "REFUNDED" })],
    ["a sale that was partly refunded", told({ status: "PARTIALLY_REFUNDED" })],
    ["a sale that was only created", told({ status: "CREATED" })],
    ["a status that nobody knows", told({ status: "SOMETHING" })],
    ["no status of the transaction", told({ status: null })],
    ["a card that was only looked at", told({ action: "VERIFY" })],
    ["no id", told({ id: "7" })],
    ["the same transaction twice", paymentAnswer("COMPLETED", [part, transaction({}, { transactionAmount: 600 })])],
    [
      "the same transaction twice, once declined",
      paymentAnswer("CANCELED", [whole, declinedTransaction({ id: SALE_ID })]),
    ],
    ["a settlement", { kind: "settled", requestId: REQUEST_ID }],
    ["the answer to a ping", { kind: "pong" }],
  ] as const) {
    it(what, () => assert.equal(judged(answer).kind, "notBelieved"));
  }
});

describe("an approved sale tells", () => {
  it("its amount, its card, its approval, and all that it can be found by", () => {
    assert.deepEqual(judged(APPROVED), {
      kind: "settles",
      movement: `poynt/sale/${SALE_ID}`,
      verdict: {
        kind: "approved",
        partial: false,
        captured: true,
        final: true,
        vendor: { code: "COMPLETED", text: "Successful" },
        amounts: { asked: usd(1_000), approved: usd(1_000) },
        approvalCode: "656679",
        card: { brand: "visa", last4: "0042", entry: "contactless" },
        terminalReferences: {
          transactionId: SALE_ID,
          referenceId: TRANSACTION,
          poyntRequestId: REQUEST_ID,
          action: "SALE",
          retrievalRefNum: "000000123456",
          batchId: "1",
        },
      },
    });
  });

  it("the tip that the customer gave at the terminal, and cashback", () => {
    const told = paymentAnswer("COMPLETED", [
      transaction({}, { transactionAmount: 3_200, tipAmount: 200, cashbackAmount: 2_000 }),
    ]);
    assert.deepEqual(approvalOf(told, orderOf({ ...SALE, cashback: usd(2_000) })).amounts, {
      asked: usd(3_000),
      approved: usd(3_200),
      tip: usd(200),
      cashback: usd(2_000),
    });
  });

  it("that the customer wanted to give no tip", () => {
    const told = paymentAnswer("COMPLETED", [transaction({}, { customerOptedNoTip: true })]);
    assert.deepEqual(approvalOf(told).amounts?.tip, usd(0));
    assert.equal(approvalOf(APPROVED).amounts?.tip, undefined);
  });

  it("each tender, where there were several", () => {
    const approval = approvalOf(
      paymentAnswer("CANCELED", [part, declined, transaction({ id: OTHER_ID.replace("2e", "3e"), status: "VOIDED" })]),
    );
    assert.deepEqual(
      approval.payments?.map(({ amount, status, card }) => [amount.value, status, card?.last4]),
      [
        [400, "approved", "0042"],
        [1_000, "declined", "0042"],
        [1_000, "reversed", "0042"],
      ],
    );
    assert.equal(approval.partial, true);
  });

  it("the ids of all that was charged, under one movement whatever their order", () => {
    const one = judged(paymentAnswer("COMPLETED", [part, rest]));
    const other = judged(paymentAnswer("COMPLETED", [rest, part]));
    assert(one.kind === "settles" && other.kind === "settles");
    assert.equal(one.movement, `poynt/sale/${SALE_ID}+${OTHER_ID}`);
    assert.equal(other.movement, one.movement);
    const references = approvalOf(paymentAnswer("COMPLETED", [part, rest])).terminalReferences;
    assert.deepEqual([references?.["transactionId"], references?.["transactionId2"]], [SALE_ID, OTHER_ID]);
  });

  it("that it was paid in cash", () => {
    const cash = transaction({ fundingSource: { type: "CASH" }, processorResponse: null });
    const { card, terminalReferences } = approvalOf(paymentAnswer("COMPLETED", [cash]));
    assert.deepEqual([card, terminalReferences?.["tender"]], [undefined, "CASH"]);
  });

  it("no more references than a POS can give back with a refund", () => {
    const tenders = Array.from({ length: 20 }, (_, index) =>
      transaction({ id: SALE_ID.replace("1f", String(index + 10)) }, { transactionAmount: 50 }),
    );
    const names = Object.keys(approvalOf(paymentAnswer("COMPLETED", tenders)).terminalReferences ?? {});
    assert.equal(names.length, 16);
    assert.ok(names.includes("transactionId2") && names.includes("referenceId"));
  });
});

describe("a sale that came to nothing tells", () => {
  it("the processor's own words, and the card", () => {
    assert.deepEqual(verdictOf(paymentAnswer("DECLINED", [declined])), {
      kind: "declined",
      reason: "other",
      vendor: { code: "51", text: "Insufficient funds" },
      card: { brand: "visa", last4: "0042", entry: "contactless" },
      terminalReferences: { referenceId: TRANSACTION, poyntRequestId: REQUEST_ID },
    });
  });

  it("the status where there is nothing else", () => {
    assert.deepEqual(verdictOf(paymentAnswer("CANCELED", [])), {
      kind: "canceled",
      by: "operator",
      vendor: { code: "CANCELED", text: "" },
      terminalReferences: { referenceId: TRANSACTION, poyntRequestId: REQUEST_ID },
    });
  });
});

describe("what follows a transaction:", () => {
  const capture = (changes: JsonObject = {}, amounts: JsonObject = {}) =>
    transaction({ id: OTHER_ID, action: "CAPTURE", parentId: SALE_ID, ...changes }, amounts);
  const refund = (changes: JsonObject = {}, amounts: JsonObject = {}) =>
    transaction({ id: OTHER_ID, action: "REFUND", status: "REFUNDED", parentId: SALE_ID, ...changes }, amounts);
  const adjusted = transaction({ adjusted: true }, { transactionAmount: 1_200, tipAmount: 200 });
  const linked = (id: string) => [
    { href: `https://services.example/businesses/x/transactions/${id}`, method: "GET", rel: "CAPTURE" },
  ];
  const REFUND_MOVED = `poynt/refund/${OTHER_ID}`;

  for (const [what, order, answer, end, movement] of [
    [
      "a capture",
      ORDERS.capture,
      paymentAnswer("COMPLETED", [capture()]),
      "approved 1000",
      `poynt/capture/${OTHER_ID}`,
    ],
    [
      "a capture told by its link",
      ORDERS.capture,
      paymentAnswer("COMPLETED", [capture({ parentId: null, links: linked(SALE_ID) })]),
      "approved 1000",
      `poynt/capture/${OTHER_ID}`,
    ],
    [
      "a capture told with what it captures",
      ORDERS.capture,
      paymentAnswer("COMPLETED", [capture(), transaction({ action: "AUTHORIZE", status: "CAPTURED" })]),
      "approved 1000",
      `poynt/capture/${OTHER_ID}`,
    ],
    [
      "a capture told under the old id",
      ORDERS.capture,
      paymentAnswer("COMPLETED", [capture({ id: SALE_ID })]),
      "approved 1000",
      `poynt/capture/${SALE_ID}/${REQUEST_ID}`,
    ],
    ["a capture that was canceled", ORDERS.capture, paymentAnswer("CANCELED", [reserved]), CAN, undefined],
    [
      "a capture of less, edited at the terminal",
      ORDERS.capture,
      paymentAnswer("COMPLETED", [capture({}, { transactionAmount: 900 })]),
      "notBelieved",
      undefined,
    ],
    [
      "an adjustment",
      ORDERS.adjustment,
      paymentAnswer("COMPLETED", [adjusted]),
      "approved 1200",
      `poynt/adjustment/${SALE_ID}/${REQUEST_ID}`,
    ],
    [
      "an adjustment of what is reserved",
      ORDERS.adjustment,
      paymentAnswer("AUTHORIZED", [{ ...adjusted, action: "AUTHORIZE", status: "AUTHORIZED" }]),
      "approved 1200 reserved",
      `poynt/adjustment/${SALE_ID}/${REQUEST_ID}`,
    ],
    ["an adjustment that was canceled", ORDERS.adjustment, paymentAnswer("CANCELED", [whole]), CAN, undefined],
    [
      "an adjustment that was canceled, of what was adjusted before",
      ORDERS.adjustment,
      paymentAnswer("CANCELED", [adjusted]),
      "notBelieved",
      undefined,
    ],
    [
      "an adjustment that left all as it was",
      ORDERS.adjustment,
      paymentAnswer("COMPLETED", [whole]),
      "notBelieved",
      undefined,
    ],
    ["a void", ORDERS.void, paymentAnswer("VOIDED", [voided]), "approved 1000", `poynt/void/${SALE_ID}`],
    [
      "a void, told as done",
      ORDERS.void,
      paymentAnswer("COMPLETED", [voided]),
      "approved 1000",
      `poynt/void/${SALE_ID}`,
    ],
    [
      "a void under an id of its own",
      ORDERS.void,
      paymentAnswer("VOIDED", [{ ...voided, id: OTHER_ID, parentId: SALE_ID }]),
      "approved 1000",
      `poynt/void/${OTHER_ID}`,
    ],
    ["a void that was canceled", ORDERS.void, paymentAnswer("CANCELED", [whole]), CAN, undefined],
    ["a void that failed", ORDERS.void, paymentAnswer("FAILED", [whole]), "declined other", undefined],
    ["a void that left all as it was", ORDERS.void, paymentAnswer("VOIDED", [whole]), "notBelieved", undefined],
    [
      "a release",
      ORDERS.release,
      paymentAnswer("VOIDED", [{ ...voided, action: "AUTHORIZE" }]),
      "approved 1000",
      `poynt/void/${SALE_ID}`,
    ],
    ["a refund", ORDERS.refund, paymentAnswer("REFUNDED", [refund()]), "approved 1000", REFUND_MOVED],
    [
      "a refund that names nothing",
      ORDERS.refund,
      paymentAnswer("REFUNDED", [refund({ parentId: null })]),
      "approved 1000",
      REFUND_MOVED,
    ],
    [
      "a refund told with what it refunds",
      ORDERS.refund,
      paymentAnswer("REFUNDED", [transaction({ status: "REFUNDED" }), refund()]),
      "approved 1000",
      REFUND_MOVED,
    ],
    [
      "a refund that was taken back",
      ORDERS.refund,
      paymentAnswer("CANCELED", [refund({ status: "VOIDED" })]),
      `${CAN} reversed`,
      undefined,
    ],
    [
      "a refund that is told as declined and as successful",
      ORDERS.refund,
      paymentAnswer("DECLINED", [refund({ status: "DECLINED" })]),
      "notBelieved",
      undefined,
    ],
    [
      "a refund that was declined",
      ORDERS.refund,
      paymentAnswer("DECLINED", [declinedTransaction({ action: "REFUND", parentId: SALE_ID })]),
      "declined other",
      undefined,
    ],
    ["a refund that left all as it was", ORDERS.refund, paymentAnswer("CANCELED", [whole]), CAN, undefined],
    [
      "a refund that left another sale as it was",
      ORDERS.refund,
      paymentAnswer("CANCELED", [transaction({ id: OTHER_ID })]),
      "notBelieved",
      undefined,
    ],
    [
      "a refund of which only the sale is told",
      ORDERS.refund,
      paymentAnswer("REFUNDED", [transaction({ status: "REFUNDED" })]),
      "notBelieved",
      undefined,
    ],
    [
      "a refund of more",
      ORDERS.refund,
      paymentAnswer("REFUNDED", [refund({}, { transactionAmount: 1_001 })]),
      "notBelieved",
      undefined,
    ],
    [
      "a refund of another sale",
      ORDERS.refund,
      paymentAnswer("REFUNDED", [refund({ parentId: OTHER_ID })]),
      "notBelieved",
      undefined,
    ],
    [
      "a refund linked to another sale",
      ORDERS.refund,
      paymentAnswer("REFUNDED", [refund({ parentId: null, links: linked(OTHER_ID) })]),
      "notBelieved",
      undefined,
    ],
    [
      "a void of another sale",
      ORDERS.void,
      paymentAnswer("VOIDED", [{ ...voided, id: OTHER_ID }]),
      "notBelieved",
      undefined,
    ],
    [
      "an unreferenced refund",
      ORDERS.unreferenced,
      paymentAnswer("REFUNDED", [refund({ parentId: null })]),
      "approved 1000",
      REFUND_MOVED,
    ],
    [
      "an unreferenced refund told with the bridge's own reference",
      ORDERS.unreferenced,
      paymentAnswer("REFUNDED", [refund({ parentId: null })], { referenceId: "bridge" }),
      "approved 1000",
      REFUND_MOVED,
    ],
    [
      "a pre-authorization",
      ORDERS.preauthorization,
      paymentAnswer("AUTHORIZED", [reserved]),
      "approved 1000 reserved",
      `poynt/sale/${SALE_ID}`,
    ],
  ] as const) {
    it(`${what} is ${end}`, () => {
      const judgement = judged(answer, order);
      assert.equal(summary(judgement), end);
      assert.equal(judgement.kind === "settles" ? judgement.movement : undefined, movement);
    });
  }

  it("the original is named beside the new transaction", () => {
    const { terminalReferences } = approvalOf(paymentAnswer("REFUNDED", [refund()]), ORDERS.refund);
    assert.deepEqual(
      [terminalReferences?.["transactionId"], terminalReferences?.["originalTransactionId"]],
      [OTHER_ID, SALE_ID],
    );
  });

  it("a void of what was adjusted since is believed with the tip in it", () => {
    const told = paymentAnswer("VOIDED", [
      transaction({ status: "VOIDED", voided: true }, { transactionAmount: 1_200, tipAmount: 200 }),
    ]);
    assert.equal(summary(judged(told, ORDERS.void)), "approved 1200");
  });

  it("a part of a sale that is unknown here is as much as the terminal says", () => {
    const order = orderOf(
      { type: "void", original: { transaction: "x" } },
      { terminalReferences: { transactionId: SALE_ID } },
    );
    assert.equal(summary(judged(paymentAnswer("VOIDED", [voided]), order)), "approved 1000");
  });

  it("a settlement is done once the terminal says so", () => {
    const answer = { kind: "settled", requestId: REQUEST_ID, accepted: 3 } as const;
    const verdict = verdictOf(answer, ORDERS.reconciliation);
    assert.deepEqual(verdict.terminalReferences, { poyntRequestId: REQUEST_ID, acceptedAuthorizations: "3" });
    assert.equal(judged(APPROVED, ORDERS.reconciliation).kind, "notBelieved");
  });

  it("a capture, void or refund never shares a movement with its sale", () => {
    const movements = [judged(APPROVED), judged(paymentAnswer("VOIDED", [voided]), ORDERS.void)].map((judgement) =>
      judgement.kind === "settles" ? judgement.movement : undefined,
    );
    assert.equal(new Set(movements).size, 2);
  });
});

describe("an error", () => {
  it("never says by itself that nothing was paid", () => {
    for (const code of [0, 101, 106, 111, 112, 113, 999]) assert.equal(judged(errorAnswer(code)).kind, "unclear");
  });

  it("is named in words, with the setting that could say more", () => {
    const judgement = judged(errorAnswer(113, { name: "TERMINAL_BUSY", text: "busy" }));
    assert(judgement.kind === "unclear");
    assert.match(judgement.why, /error 113 TERMINAL_BUSY busy; .* refusalCodes/);
    const timedOut = judged(errorAnswer(112));
    assert(timedOut.kind === "unclear");
    assert.doesNotMatch(timedOut.why, /refusalCodes/);
  });

  it("refuses only where a technician knows its code, it names our request, and it is not 112", () => {
    const settings = settingsWith({ refusalCodes: [113, 112] });
    assert.equal(isRefusal(errorAnswer(113), settings), true);
    assert.equal(isRefusal(errorAnswer(113), settingsWith()), false);
    assert.equal(isRefusal(errorAnswer(112), settings), false);
    assert.equal(isRefusal(errorAnswer(113, { isAboutOurs: false }), settings), false);
  });
});

it("an original of ours is compared with what it approved, its tip included", () => {
  const operation: Operation = { type: "void", original: { transaction: "older" } };
  const order = orderOf(operation, originalOf("sale", { approved: usd(900) }));
  assert.equal(judged(paymentAnswer("VOIDED", [voided]), order).kind, "notBelieved");
});
