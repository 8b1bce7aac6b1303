import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "../../../src/core/json.ts";
import type { TerminalBench } from "../../support/terminal-bench.ts";
import {
  ask,
  asked,
  assertSealed,
  given,
  jsonOf,
  movementsOf,
  sale,
  SALES,
  shape,
  stringOf,
} from "./simulated-client.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const ID = "5B0D6A0E-0D1C-4C7E-8F6A-1B2C3D4E5F60";
const path = (name: string): string => `/devices/cat/${name}`;

type Answered = {
  readonly poyntRequestId: string;
  readonly payment: JsonObject & { readonly status: string; readonly transactions: readonly Transaction[] };
  readonly catResponse: JsonObject;
  readonly error?: { readonly errorName: string; readonly description: string };
};
type Transaction = JsonObject & {
  readonly id: string;
  readonly amounts: JsonObject;
  readonly fundingSource: JsonObject;
  readonly processorResponse: JsonObject;
  readonly context: JsonObject;
};

/** Asks with the bytes as a client of the vendor's sends them. */
function told(bench: TerminalBench, name: string, body: string): Answered {
  const answer = ask(bench, path(name), body);
  assertSealed(answer);
  return jsonOf(answer) as Answered;
}

const paid = (bench: TerminalBench, name: string, body: JsonObject): Answered =>
  asked(bench, path(name), body) as Answered;

/** Sells, and answers the transaction's id. */
const sold = (bench: TerminalBench, payment: JsonObject = {}): string =>
  (jsonOf(ask(bench, SALES, sale(payment))) as Answered).payment.transactions[0]?.id ?? "";

/** The ledger, without what differs from run to run. */
const ledger = (bench: TerminalBench) =>
  movementsOf(bench).map(({ kind, ticket, amount, reserved }) => [kind, ticket, amount, reserved]);

/** As the official Windows client 1.0.180 writes them: one line, this order of keys (poynt.md 1.5.3). */
const WINDOWS = {
  sale: `{"poyntRequestId":"${ID}","timeout":60000,"payment":{"currency":"USD","order":{"items":[{"name":"Coffee","sku":"1","unitPrice":300,"quantity":1.0,"tax":0,"status":"ORDERED","unitOfMeasure":"EACH"}],"customerUserId":0},"amount":300,"tipAmount":0,"cashbackAmount":0,"disableCash":false,"disableDebitCards":false,"disableTip":false,"skipReceiptScreen":false,"skipSignatureScreen":false,"cashOnly":false,"multiTender":false,"creditOnly":false,"manualEntry":false},"receiptPreference":{"receiptType":"NONE"}}`,
  voice: `{"poyntRequestId":"${ID}","timeout":60000,"payment":{"currency":"USD","amount":700,"offlineAuth":true,"offlineApprovalCode":"123ABC"}}`,
  nonRefRefund: `{"poyntRequestId":"${ID}","timeout":60000,"payment":{"amount":150}}`,
  refund: (transaction: string) =>
    `{"poyntRequestId":"${ID}","transactionId":"${transaction}","timeout":60000,"payment":{}}`,
  void: (transaction: string) =>
    `{"poyntRequestId":"${ID}","transactionId":"${transaction}","timeout":60000,"payment":{"amount":0,"tipAmount":0,"cashbackAmount":0,"disableCash":false,"multiTender":false}}`,
  completion: (transaction: string) =>
    `{"poyntRequestId":"${ID}","transactionId":"${transaction}","timeout":60000,"payment":{"amount":2000,"tipAmount":300}}`,
};

test("a sale as the Windows client sends it is answered so that the Windows and the Java client can read it", () => {
  const bench = given();

  const { poyntRequestId, payment, catResponse } = told(bench, "authorizeSales", WINDOWS.sale);

  assert.equal(poyntRequestId, ID, "as it was sent: the Windows client compares");
  assert.equal(payment.status, "COMPLETED");
  assert.match(stringOf(payment["referenceId"]), UUID, "the terminal makes one where the client names none");
  const [transaction] = payment.transactions;
  assert(transaction !== undefined);
  assert.match(transaction.id, UUID, "the Java client takes no other id");
  assert.deepEqual([transaction["action"], transaction["status"]], ["SALE", "CAPTURED"]);
  assert.deepEqual(transaction.amounts, {
    transactionAmount: 300,
    orderAmount: 300,
    tipAmount: 0,
    cashbackAmount: 0,
    currency: "USD",
    customerOptedNoTip: false,
  });
  const { customerUserId } = transaction;
  assert(Number.isInteger(customerUserId) && Number(customerUserId) < 2 ** 31, "the Windows client reads an int32");
  assert.deepEqual(
    [
      transaction.fundingSource["type"],
      transaction.processorResponse["status"],
      transaction.processorResponse["approvedAmount"],
    ],
    ["CREDIT_DEBIT", "Successful", 300],
  );
  assert.match(stringOf(transaction.context["storeDeviceId"]), /^urn:tid:/);
  assert.match(stringOf(transaction["createdAt"]), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  assert.deepEqual(
    [catResponse["transactionType"], catResponse["transactionNumber"]],
    [10, transaction["transactionNumber"]],
  );
  assert.match(stringOf(catResponse["accountNumber"]), /^\d{6}\*{6}\d{4}$/);
});

test("a sale as the Java client sends it is answered with all that the published capture has", () => {
  const bench = given();
  const body = `{"poyntRequestId":"${ID}","timeout":60000,"payment":{"amount":1000,"cashbackAmount":0,"tipAmount":0,"currency":"USD","referenceId":"ed360bb7-4851-4611-9c2f-d6b4114ad42c","multiTender":true,"authzOnly":false,"nonReferencedCredit":false,"disableDebitCards":false,"disableCash":false,"disableTip":false,"cashOnly":false,"debit":false,"skipReceiptScreen":false}}`;
  const headers = {
    "content-type": "text/plain; charset=utf-8",
    "poynt-client": "Java Sample",
    "poynt-request-id": "b45f603f-c222-4f4b-8fdc-a4ca849e55dd",
  };

  const answer = jsonOf(ask(bench, SALES, body, { headers })) as Answered;

  assert.deepEqual(Object.keys(answer), ["catResponse", "payment", "poyntRequestId"]);
  const { payment, catResponse } = answer;
  const flags =
    "disableEMVCT disableEbtCashBenefits disableEbtFoodStamps disableEbtVoucher disableMSR disableManual disableOther " +
    "disablePaymentOptions disableTip disableDCC isBalanceInquiry manualEntry multiTender nonReferencedCredit disableCheck " +
    "disableChangeAmount disableCash readCardDataOnly debitOnly debit skipReceiptScreen creditOnly disableEMVCL " +
    "disableDebitCards cashOnly authzOnly disableDebit adjustToAddCharges verifyOnly voucher";
  const money = "transactions status currency referenceId amount tipAmount cashbackAmount";
  assert.deepEqual(Object.keys(payment).slice(0, 37), `${money} ${flags}`.split(" "));
  assert.deepEqual(
    flags.split(" ").filter((flag) => payment[flag] !== false),
    ["multiTender"],
  );
  assert.equal(payment["referenceId"], "ed360bb7-4851-4611-9c2f-d6b4114ad42c");
  assertHas(
    catResponse,
    "accountNumber approvalCode cardCompanyID centerResultCode transactionNumber sequenceNumber paymentCondition transactionType",
  );
  const [transaction] = payment.transactions;
  assert(transaction !== undefined);
  assertHas(
    transaction,
    "action adjusted amounts authOnly context createdAt customerUserId fundingSource id partiallyApproved processorResponse signatureCaptured status transactionNumber updatedAt voided",
  );
  assertHas(
    transaction.context,
    "businessId businessType employeeUserId mcc source sourceApp storeDeviceId storeId transmissionAtLocal",
  );
  assertHas(transaction.fundingSource, "card debit entryDetails type");
  assertHas(
    transaction.fundingSource["card"] as JsonObject,
    "expirationMonth expirationYear id numberFirst6 numberLast4 numberMasked status type",
  );
  assertHas(
    transaction.processorResponse,
    "acquirer approvalCode approvedAmount batchId processor retrievalRefNum status statusCode statusMessage transactionId",
  );
  assert.deepEqual(
    [transaction.processorResponse["transactionId"], transaction.processorResponse["retrievalRefNum"]],
    [transaction.id, transaction.id],
  );
  assert.notEqual(catResponse["transactionNumber"], transaction.id);
});

function assertHas(fields: JsonObject, names: string): void {
  assert.deepEqual(
    names.split(" ").filter((name) => fields[name] === undefined),
    [],
  );
}

test("a whole test card number stands in the answer, so that a client that lets it through is seen", () => {
  const bench = given();
  const text = JSON.stringify([1, 2, 3].map(() => told(bench, "authorizeSales", sale())));
  for (const number of ["4111111111111111", "5555555555554444", "378282246310005"]) {
    assert(text.includes(number), number);
  }
});

test("the ledger has a sale before it is told, with the names to find it by", () => {
  const bench = given();

  const { payment } = told(bench, "authorizeSales", sale({ tipAmount: 100, cashbackAmount: 50, amount: 1000 }));

  assert.equal(shape(bench.done), "money 200:COMPLETED");
  assert.deepEqual(
    movementsOf(bench).map(({ poyntRequestId, approvalCode, ...movement }) => movement),
    [
      {
        at: "2026-01-02T03:04:05.000Z",
        kind: "sale",
        ticket: "0A1B2C3D4E",
        amount: 1150,
        reserved: 0,
        total: 1150,
        tip: 100,
        cashback: 50,
        currency: "USD",
        transactionId: payment.transactions[0]?.id,
        serialNumber: "P61SIM000000001",
      },
    ],
  );
});

test("references and notes of the payment come back in its transactions", () => {
  const references = [{ id: "external-id-3fda", type: "CUSTOM", customType: "externalReferenceId" }];
  const { payment } = told(given(), "authorizeSales", sale({ references, notes: "table 7" }));
  assert.deepEqual([payment["references"], payment.transactions[0]?.["references"]], [references, references]);
  assert.equal(payment.transactions[0]?.["notes"], "table 7");
});

test("a void ignores the amount of 0 that the Windows client sends, and takes everything back", () => {
  const bench = given();
  const id = sold(bench);

  const { payment } = told(bench, "authorizeVoid", WINDOWS.void(id));

  assert.equal(payment.status, "VOIDED");
  const [transaction] = payment.transactions;
  assert.deepEqual(
    [transaction?.id, transaction?.["status"], transaction?.["voided"], transaction?.["action"]],
    [id, "VOIDED", true, "SALE"],
  );
  assert.deepEqual(ledger(bench), [
    ["sale", "0A1B2C3D4E", 1250, 0],
    ["void", "0A1B2C3D4E", -1250, 0],
  ]);
  assert.equal(paid(bench, "authorizeVoid", { transactionId: id }).error?.errorName, "OPERATION_NOT_ALLOWED");
  assert.equal(paid(bench, "authorizeRefund", { transactionId: id }).error?.errorName, "OPERATION_NOT_ALLOWED");
});

test("refunds add up to the sale and not to more; without an amount it is what is left, with and without a payment", () => {
  const bench = given();
  const id = sold(bench);
  const part = (amount: number) => paid(bench, "authorizeRefund", { transactionId: id, payment: { amount } });

  const { payment } = part(1000);
  assert.equal(payment.status, "REFUNDED");
  assert.deepEqual(
    [
      payment.transactions[0]?.["action"],
      payment.transactions[0]?.["parentId"],
      payment.transactions[0]?.amounts["transactionAmount"],
    ],
    ["REFUND", id, 1000],
  );
  assert.equal(part(251).error?.errorName, "OPERATION_NOT_ALLOWED");
  assert.equal(told(bench, "authorizeRefund", WINDOWS.refund(id)).payment["amount"], 250);
  assert.equal(part(1).error?.errorName, "OPERATION_NOT_ALLOWED");

  const other = sold(bench, { referenceId: "T2" });
  // The iOS client omits the payment (poynt.md 1.5.3).
  assert.equal(paid(bench, "authorizeRefund", { transactionId: other.toUpperCase() }).payment["amount"], 1250);
  assert.deepEqual(ledger(bench), [
    ["sale", "0A1B2C3D4E", 1250, 0],
    ["refund", "0A1B2C3D4E", -1000, 0],
    ["refund", "0A1B2C3D4E", -250, 0],
    ["sale", "T2", 1250, 0],
    ["refund", "T2", -1250, 0],
  ]);
});

test("a refund can have a ticket of its own, and names what it gives back", () => {
  const bench = given();
  const id = sold(bench);
  paid(bench, "authorizeRefund", { transactionId: id, payment: { amount: 5, referenceId: "R1" } });
  const [, refund] = movementsOf(bench);
  assert.deepEqual([refund?.["ticket"], refund?.["parentId"]], ["R1", id]);
});

test("a pre-authorization reserves, captures take it in parts, and what is left can be captured or not", () => {
  const bench = given();
  const { payment } = paid(bench, "authorizePreSales", {
    payment: { currency: "USD", referenceId: "P1", amount: 3000 },
  });
  const authorization = payment.transactions[0]?.id ?? "";
  assert.deepEqual([payment.status, payment.transactions[0]?.["status"]], ["AUTHORIZED", "AUTHORIZED"]);
  assert.equal(payment.transactions[0]?.["authOnly"], true);

  const captured = told(bench, "authorizeCompletion", WINDOWS.completion(authorization)).payment;
  assert.deepEqual(
    [
      captured.status,
      captured.transactions[0]?.["action"],
      captured.transactions[0]?.["status"],
      captured.transactions[0]?.["parentId"],
    ],
    ["COMPLETED", "CAPTURE", "CAPTURED", authorization],
  );
  const more = (amount: number) =>
    paid(bench, "authorizeCompletion", { transactionId: authorization, payment: { amount } });
  assert.equal(more(1001).error?.errorName, "OPERATION_NOT_ALLOWED");
  assert.equal(more(1000).payment.status, "COMPLETED");
  assert.equal(more(1).error?.errorName, "OPERATION_NOT_ALLOWED");
  assert.deepEqual(ledger(bench), [
    ["preauthorization", "P1", 0, 3000],
    ["capture", "P1", 2300, -2000],
    ["capture", "P1", 1000, -1000],
  ]);

  const whole =
    paid(bench, "authorizeSales", { payment: { amount: 400, authzOnly: true } }).payment.transactions[0]?.id ?? "";
  assert.equal(paid(bench, "authorizeCompletion", { transactionId: whole }).payment["amount"], 400);
  const sale = sold(bench);
  assert.equal(paid(bench, "authorizeCompletion", { transactionId: sale }).error?.errorName, "OPERATION_NOT_ALLOWED");
});

test("a pre-authorization is released by its void, a sale is not", () => {
  const bench = given();
  const { payment } = paid(bench, "authorizePreSales", { payment: { amount: 3000, referenceId: "P1" } });
  const authorization = payment.transactions[0]?.id ?? "";
  const id = sold(bench, { referenceId: "S1" });

  assert.equal(paid(bench, "authorizeVoidPreSales", { transactionId: id }).error?.errorName, "OPERATION_NOT_ALLOWED");
  assert.equal(
    paid(bench, "authorizeVoidPreSales", { transactionId: authorization, payment: {} }).payment.status,
    "VOIDED",
  );
  assert.equal(
    paid(bench, "authorizeCompletion", { transactionId: authorization }).error?.errorName,
    "OPERATION_NOT_ALLOWED",
  );
  assert.deepEqual(ledger(bench), [
    ["preauthorization", "P1", 0, 3000],
    ["sale", "S1", 1250, 0],
    ["void", "P1", 0, -3000],
  ]);
});

test("an adjustment moves the difference", () => {
  const bench = given();
  const id = sold(bench);
  const adjusted = (payment: JsonObject) => paid(bench, "authorizeAdjustment", { transactionId: id, payment }).payment;

  const { transactions } = adjusted({ tipAmount: 200 });
  assert.deepEqual([transactions[0]?.["adjusted"], transactions[0]?.amounts["transactionAmount"]], [true, 1450]);
  adjusted({ amount: 1000 });
  const { transactions: reserved } = paid(bench, "authorizePreSales", {
    payment: { amount: 3000, referenceId: "P1" },
  }).payment;
  paid(bench, "authorizeAdjustment", { transactionId: reserved[0]?.id ?? "", payment: { amount: 3500 } });

  assert.deepEqual(
    movementsOf(bench).map(({ kind, amount, reserved, total }) => [kind, amount, reserved, total]),
    [
      ["sale", 1250, 0, 1250],
      ["adjustment", 200, 0, 1450],
      ["adjustment", -250, 0, 1200],
      ["preauthorization", 0, 3000, 3000],
      ["adjustment", 0, 500, 3500],
    ],
  );
});

test("a refund without a sale, also through authorizeSales, and a voice authorization", () => {
  const bench = given({ currency: "EUR" });
  const { payment } = told(bench, "authorizeNonRefRefund", WINDOWS.nonRefRefund);
  assert.deepEqual(
    [payment.status, payment["currency"], payment.transactions[0]?.["action"]],
    ["REFUNDED", "EUR", "REFUND"],
  );
  paid(bench, "authorizeSales", { payment: { amount: 20, nonReferencedCredit: true } });
  const voice = told(given(), "authorizeSales", WINDOWS.voice).payment.transactions[0];
  assert.deepEqual(
    [voice?.["action"], voice?.["status"], voice?.["approvalCode"]],
    ["OFFLINE_AUTHORIZE", "CAPTURED", "123ABC"],
  );
  assert.deepEqual(
    movementsOf(bench).map(({ kind, amount }) => [kind, amount]),
    [
      ["refund", -150],
      ["refund", -20],
    ],
  );
});

test("where the merchant adds tips later a sale is an authorization, which the settlement captures", () => {
  const bench = given({ purchaseAction: "AUTHORIZE" });
  const { payment } = told(bench, "authorizeSales", sale());
  const id = payment.transactions[0]?.id ?? "";
  assert.deepEqual(
    [
      payment.status,
      payment.transactions[0]?.["action"],
      payment.transactions[0]?.["status"],
      payment.transactions[0]?.["authOnly"],
    ],
    ["AUTHORIZED", "AUTHORIZE", "AUTHORIZED", false],
  );
  paid(bench, "authorizeAdjustment", { transactionId: id, payment: { tipAmount: 50 } });
  const open = paid(bench, "authorizePreSales", { payment: { amount: 7, referenceId: "P1" } }).payment.transactions[0]
    ?.id;

  const settled = asked(bench, path("settle"), {}) as unknown as { readonly settlementResponse: JsonObject };

  assert.deepEqual(settled.settlementResponse, { acceptedAuthorizations: [id] });
  assert.deepEqual(ledger(bench), [
    ["sale", "0A1B2C3D4E", 0, 1250],
    ["adjustment", "0A1B2C3D4E", 0, 50],
    ["preauthorization", "P1", 0, 7],
    ["close", undefined, 1300, -1300],
  ]);
  assert.equal(paid(bench, "authorizeVoid", { transactionId: id }).error?.description, "Its batch is closed");
  assert.equal(paid(bench, "authorizeVoid", { transactionId: open ?? "" }).payment.status, "VOIDED");
});

test("a settlement closes what it lists, and a settled sale can still be refunded", () => {
  const bench = given();
  const [first, second] = [sold(bench, { referenceId: "S1" }), sold(bench, { referenceId: "S2", amount: 500 })];
  const gone = sold(bench, { referenceId: "S3", amount: 1 });
  paid(bench, "authorizeVoid", { transactionId: gone });
  const settled = paid(bench, "settle", { settlementRequest: { closeBatch: true, authorizationList: [first, gone] } });
  assert.deepEqual(settled, {
    settlementResponse: { acceptedAuthorizations: [first] },
    poyntRequestId: settled.poyntRequestId,
  });
  assert.equal(paid(bench, "authorizeVoid", { transactionId: first }).error?.description, "Its batch is closed");
  assert.equal(paid(bench, "authorizeVoid", { transactionId: second }).payment.status, "VOIDED");
  assert.equal(paid(bench, "authorizeRefund", { transactionId: first }).payment.status, "REFUNDED");
  assert.deepEqual(
    movementsOf(bench).map(({ kind, amount, total }) => [kind, amount, total]),
    [
      ["sale", 1250, 1250],
      ["sale", 500, 500],
      ["sale", 1, 1],
      ["void", -1, 1],
      ["close", 0, 1250],
      ["void", -500, 500],
      ["refund", -1250, 1250],
    ],
  );
});

test("a transaction that is not there is said for every request that names one", () => {
  const bench = given();
  for (const name of [
    "authorizeCompletion",
    "authorizeAdjustment",
    "authorizeVoid",
    "authorizeVoidPreSales",
    "authorizeRefund",
  ]) {
    const { error, payment } = paid(bench, name, {
      transactionId: "00000000-0000-4000-8000-000000000000",
      payment: {},
    });
    assert.equal(error?.errorName, "TRANSACTION_NOT_FOUND", name);
    assert.equal(payment, undefined);
  }
  assert.equal(shape(bench.done), Array.from({ length: 5 }, () => "400:TRANSACTION_NOT_FOUND").join(" "));
});

test("what was refunded, captured or declined is not taken back or changed any more", () => {
  const bench = given({ rules: [{ when: { amount: 13 }, then: [{ kind: "declines" }] }] });
  const refused = (name: string, transactionId: string) =>
    paid(bench, name, { transactionId, payment: { tipAmount: 1 } }).error?.errorName;
  const refunded = sold(bench);
  paid(bench, "authorizeRefund", { transactionId: refunded, payment: { amount: 1 } });
  const reserved = sold(bench, { authzOnly: true });
  paid(bench, "authorizeCompletion", { transactionId: reserved, payment: { amount: 1 } });
  const voided = sold(bench);
  paid(bench, "authorizeVoid", { transactionId: voided });
  const moved = movementsOf(bench).length;

  for (const transaction of [refunded, reserved, voided]) {
    for (const name of ["authorizeVoid", "authorizeAdjustment"]) {
      assert.equal(refused(name, transaction), "OPERATION_NOT_ALLOWED");
    }
  }
  const declined = sold(bench, { amount: 13 });
  for (const name of ["authorizeVoid", "authorizeAdjustment", "authorizeRefund"]) {
    assert.equal(refused(name, declined), "TRANSACTION_NOT_FOUND");
  }
  assert.equal(movementsOf(bench).length, moved);
});

test("a terminal whose errors come with 200 says the same", () => {
  const bench = given({ errorStatus: 200 });
  paid(bench, "authorizeVoid", { transactionId: "00000000-0000-4000-8000-000000000000" });
  assert.equal(shape(bench.done), "200:TRANSACTION_NOT_FOUND");
});

test("what a sale comes to otherwise than asked is told, and moves as it is told", () => {
  const outcome = (...then: readonly JsonObject[]) => {
    const bench = given({ rules: [{ when: { command: "sale" }, then }] });
    const { payment } = told(bench, "authorizeSales", sale());
    return [
      payment.status,
      payment.transactions.map(({ status, amounts, partiallyApproved }) => [
        status,
        amounts["transactionAmount"],
        ...(partiallyApproved === true ? ["partial"] : []),
      ]),
      movementsOf(bench).map(({ amount }) => amount),
    ];
  };
  assert.deepEqual(outcome({ kind: "declines" }), ["DECLINED", [["DECLINED", 1250]], []]);
  assert.deepEqual(outcome({ kind: "declines", status: "FAILED" }), ["FAILED", [["DECLINED", 1250]], []]);
  assert.deepEqual(outcome({ kind: "partial", amount: 1000 }), ["COMPLETED", [["CAPTURED", 1000, "partial"]], [1000]]);
  assert.deepEqual(outcome({ kind: "tip", amount: 100 }), ["COMPLETED", [["CAPTURED", 1350]], [1350]]);
  assert.deepEqual(outcome({ kind: "cashback", amount: 50 }), ["COMPLETED", [["CAPTURED", 1300]], [1300]]);
  const tenders = { kind: "tenders", tenders: [{ amount: 700 }, { amount: 550, declined: true }] };
  const split = [
    ["CAPTURED", 700],
    ["DECLINED", 550],
  ];
  assert.deepEqual(outcome(tenders), ["COMPLETED", split, [700]]);
  assert.deepEqual(outcome(tenders, { kind: "otherStatus", status: "CANCELED" }), ["CANCELED", split, [700]]);
  assert.deepEqual(outcome({ kind: "otherAmount", amount: 9 }), ["COMPLETED", [["CAPTURED", 9]], [1250]]);
  assert.deepEqual(outcome({ kind: "otherAmount", amount: 9, where: "transaction" }), [
    "COMPLETED",
    [["CAPTURED", 9]],
    [9],
  ]);
});

test("a decline tells its code and text, and a canceled payment comes without referenceId and transactions", () => {
  const rules = [
    { when: { command: "sale", nth: 1 }, then: [{ kind: "declines", code: "51", text: "Insufficient funds" }] },
    { when: { command: "sale" }, then: [{ kind: "cancels" }] },
  ];
  const bench = given({ rules });

  const { processorResponse } = told(bench, "authorizeSales", sale()).payment.transactions[0] ?? {};
  assert.deepEqual(
    [processorResponse?.["status"], processorResponse?.["statusCode"], processorResponse?.["statusMessage"]],
    ["Failure", "51", "Insufficient funds"],
  );
  const { payment, catResponse } = told(bench, "authorizeSales", sale());
  assert.deepEqual(
    [payment.status, payment["referenceId"], "transactions" in payment, payment["amount"], catResponse],
    ["CANCELED", undefined, false, 1250, undefined],
  );
  assert.deepEqual(movementsOf(bench), []);
});

test("another referenceId is told, or is what the terminal keeps as well", () => {
  const outcome = (where: string) => {
    const bench = given({ rules: [{ when: {}, then: [{ kind: "otherReference", referenceId: "XX", where }] }] });
    const { payment } = told(bench, "authorizeSales", sale());
    return [payment["referenceId"], movementsOf(bench)[0]?.["ticket"]];
  };
  assert.deepEqual(outcome("reply"), ["XX", "0A1B2C3D4E"]);
  assert.deepEqual(outcome("transaction"), ["XX", "XX"]);
});

test("printing, showing and scanning are answered in their own forms", () => {
  const bench = given({ scanResult: "4006381" });
  const keys = (answer: JsonObject) => Object.keys(answer);
  assert.deepEqual(keys(asked(bench, "/devices/posprinter/printNormal", { printingRequest: { content: "Hello" } })), [
    "poyntRequestId",
  ]);
  const secondScreenRequest = { totalAmount: 100, currency: "USD", items: [] };
  assert.deepEqual(keys(asked(bench, "/devices/secondscreen/showItems", { secondScreenRequest })), ["poyntRequestId"]);
  for (const scanner of ["/devices/imagescanner/getScanData", "/devices/cat/getScanData"]) {
    const { status, scanResult } = asked(bench, scanner, {});
    assert.deepEqual([status, scanResult], ["SUCCESS", "4006381"]);
  }
  const canceled = given({ rules: [{ when: { command: "scan" }, then: [{ kind: "cancels" }] }] });
  assert.equal(asked(canceled, "/devices/cat/getScanData", {})["status"], "FAILURE");
});
