import { unreachable } from "../../core/assert.ts";
import type { JsonObject } from "../../core/json.ts";
import { cardOf, emvTagsOf, fundingSourceOf, maskedNumber } from "./simulator-cards.ts";
import type { MoneyCommand } from "./simulator-commands.ts";
import { totalOf, transactionWith, type Memory, type StoredTransaction } from "./simulator-memory.ts";
import type { Scenario } from "./simulator-scenario.ts";

type Identity = Scenario["identity"];

/** In the order of the published capture (poynt.md 1.6), and after them those that only the SDKs name. */
const FLAGS = [
  ..."disableEMVCT disableEbtCashBenefits disableEbtFoodStamps disableEbtVoucher disableMSR disableManual".split(" "),
  ..."disableOther disablePaymentOptions disableTip disableDCC isBalanceInquiry manualEntry multiTender".split(" "),
  ..."nonReferencedCredit disableCheck disableChangeAmount disableCash readCardDataOnly debitOnly debit".split(" "),
  ..."skipReceiptScreen creditOnly disableEMVCL disableDebitCards cashOnly authzOnly disableDebit".split(" "),
  ..."adjustToAddCharges verifyOnly voucher skipSignatureScreen skipPaymentConfirmationScreen offlineAuth".split(" "),
];
/** Comes back as it was sent. */
const ECHOED = ["orderId", "order", "notes", "references", "actionLabel", "offlineApprovalCode"];

export type PaymentFacts = {
  readonly status: string;
  readonly transactions: readonly StoredTransaction[];
  readonly currency: string;
  /** A canceled payment has none: it comes so from below the bridge (poynt.md 1.6). */
  readonly ticket?: string;
  readonly amount: number;
  readonly tip: number;
  readonly cashback: number;
};

/** The payment that was asked, with all that the terminal fills in. */
export function paymentJson(asked: JsonObject, facts: PaymentFacts, memory: Memory, identity: Identity): JsonObject {
  const { status, transactions, ticket } = facts;
  return {
    ...(transactions.length === 0
      ? {}
      : { transactions: transactions.map((transaction) => transactionJson(transaction, memory, identity)) }),
    status,
    currency: facts.currency,
    ...(ticket === undefined ? {} : { referenceId: ticket }),
    amount: facts.amount,
    tipAmount: facts.tip,
    cashbackAmount: facts.cashback,
    ...Object.fromEntries(FLAGS.map((flag) => [flag, asked[flag] === true])),
    applicationIndex: -1,
    ...Object.fromEntries(ECHOED.flatMap((name) => (asked[name] === undefined ? [] : [[name, asked[name]]]))),
  };
}

function transactionJson(transaction: StoredTransaction, memory: Memory, identity: Identity): JsonObject {
  const { id, parentId, action, decline, isVoided, references, notes } = transaction;
  const card = cardOf(transaction.card);
  const links = linksOf(transaction, memory, identity);
  return {
    id,
    ...(parentId === undefined ? {} : { parentId }),
    createdAt: dateText(transaction.at),
    updatedAt: dateText(transaction.updatedAt),
    action,
    status: statusOf(transaction),
    amounts: {
      transactionAmount: totalOf(transaction),
      orderAmount: transaction.amount,
      tipAmount: transaction.tip,
      cashbackAmount: transaction.cashback,
      currency: transaction.currency,
      customerOptedNoTip: false,
    },
    authOnly: transaction.isPreauthorization,
    adjusted: transaction.isAdjusted,
    amountsAdjusted: transaction.isAdjusted,
    partiallyApproved: transaction.isPartial,
    voided: isVoided,
    actionVoid: isVoided,
    settled: transaction.isSettled,
    signatureRequired: false,
    signatureCaptured: false,
    pinCaptured: card.isDebit,
    customerUserId: 1_234_567,
    customerLanguage: "en",
    transactionNumber: transaction.transactionNumber,
    ...(decline === undefined ? { approvalCode: transaction.approvalCode } : {}),
    ...(notes === undefined ? {} : { notes }),
    ...(references === undefined ? {} : { references }),
    ...(links.length === 0 ? {} : { links }),
    context: contextOf(transaction, identity),
    fundingSource: fundingSourceOf(card, transaction.entryMode),
    processorResponse: {
      processor: "MOCK",
      acquirer: "CHASE_PAYMENTECH",
      ...(decline === undefined
        ? {
            status: "Successful",
            statusCode: "1",
            statusMessage: "Successful",
            approvalCode: transaction.approvalCode,
            approvedAmount: totalOf(transaction),
            batchId: "1",
          }
        : { status: "Failure", statusCode: decline.code, statusMessage: decline.text }),
      transactionId: id,
      retrievalRefNum: id,
      emvTags: emvTagsOf(card),
    },
  };
}

function statusOf(transaction: StoredTransaction): string {
  const { action, decline, isVoided, captured, refunded } = transaction;
  if (decline !== undefined) return "DECLINED";
  if (isVoided) return "VOIDED";
  switch (action) {
    case "REFUND":
      return "REFUNDED";
    case "AUTHORIZE":
      return captured === 0 ? "AUTHORIZED" : captured < totalOf(transaction) ? "PARTIALLY_CAPTURED" : "CAPTURED";
    case "SALE":
    case "CAPTURE":
    case "OFFLINE_AUTHORIZE":
      return refunded === 0 ? "CAPTURED" : refunded < totalOf(transaction) ? "PARTIALLY_REFUNDED" : "REFUNDED";
    default:
      return unreachable(action);
  }
}

function linksOf({ id, parentId, isVoided }: StoredTransaction, memory: Memory, { businessId }: Identity) {
  const link = (to: string, rel: string) => ({
    href: `https://services.poynt.net/businesses/${businessId}/transactions/${to}`,
    method: "GET",
    rel,
  });
  return [
    ...(parentId === undefined ? [] : [link(parentId, transactionWith(memory, parentId)?.action ?? "AUTHORIZE")]),
    ...(isVoided ? [link(id, "VOID")] : []),
  ];
}

function contextOf({ at }: StoredTransaction, { businessId, storeId, deviceId }: Identity): JsonObject {
  return {
    businessType: "TEST_MERCHANT",
    transmissionAtLocal: dateText(at),
    employeeUserId: 1_234_568,
    mcc: "5812",
    source: "INSTORE",
    sourceApp: "co.poynt.services",
    businessId,
    storeId,
    storeDeviceId: `urn:tid:${deviceId}`,
    storeAddressCity: "Palo Alto",
    storeAddressTerritory: "CA",
    storeTimezone: "America/Los_Angeles",
    transactionInstruction: "NONE",
  };
}

/** By UPOS; only 10 was seen (poynt.md 1.6). An adjustment has none there. */
const CAT_TYPES: Readonly<Record<MoneyCommand, number>> = {
  sale: 10,
  preSale: 40,
  completion: 30,
  adjustment: 30,
  void: 20,
  voidPreSale: 29,
  refund: 21,
  nonRefRefund: 21,
  settle: 10,
};

/** The older mirror of the first transaction. */
export function catResponseOf(command: MoneyCommand, transaction: StoredTransaction): JsonObject {
  const card = cardOf(transaction.card);
  const [cardHolderFirstName, cardHolderLastName] = card.holder;
  return {
    accountNumber: maskedNumber(card),
    approvalCode: transaction.decline === undefined ? transaction.approvalCode : "",
    cardCompanyID: card.letter,
    cardHolderFirstName,
    cardHolderLastName,
    centerResultCode: "",
    transactionNumber: transaction.transactionNumber,
    sequenceNumber: 90,
    paymentCondition: 0,
    transactionType: CAT_TYPES[command],
  };
}

/** `2017-03-08T19:02:13Z` */
function dateText(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}
