import { unreachable } from "../../core/assert.ts";
import { isJsonObject, type JsonObject } from "../../core/json.ts";
import type { SimulatorContext } from "../simulator.ts";
import type { TransactionCommand } from "./simulator-commands.ts";
import {
  differenceOf,
  movedBy,
  movementOf,
  totalOf,
  transactionWith,
  withTransaction,
  type Memory,
  type StoredTransaction,
} from "./simulator-memory.ts";
import { amountIn, newUuid, refused, textIn, type Carried, type Order } from "./simulator-order.ts";
import { catResponseOf, paymentJson } from "./simulator-payment.ts";
import { done, errorResult } from "./simulator-results.ts";
import type { Scenario } from "./simulator-scenario.ts";
import { nextApprovalCode } from "./simulator-tenders.ts";

/** What becomes of the transactions; the last one is the subject. Text: why not. */
type Change =
  | string
  | {
      readonly kind: string;
      readonly status: string;
      readonly changed: readonly [...StoredTransaction[], StoredTransaction];
    };

type FollowUp = {
  readonly order: Order<TransactionCommand>;
  readonly named: StoredTransaction;
  readonly memory: Memory;
  readonly context: SimulatorContext;
};

/** Carries out what names an earlier transaction. */
export function followUp(
  order: Order<TransactionCommand>,
  memory: Memory,
  scenario: Scenario,
  context: SimulatorContext,
): Carried {
  const named = transactionWith(memory, textIn(order.body, "transactionId").toLowerCase());
  if (named === undefined || named.decline !== undefined) return refused(memory, errorResult("notFound", scenario));
  const change = changeOf({ order, named, memory, context });
  if (typeof change === "string") return refused(memory, errorResult("notAllowed", scenario, change));
  const { kind, status, changed } = change;
  const after = changed.reduce(withTransaction, memory);
  const subject = changed[changed.length - 1] ?? named;
  const payment = paymentJson(
    order.asked,
    { status, transactions: [subject], ...paidBy(subject) },
    after,
    scenario.identity,
  );
  const about = { poyntRequestId: order.id, serialNumber: scenario.identity.serialNumber };
  return {
    memory: after,
    movements: [movementOf(kind, memory, changed, about)],
    result: done({ catResponse: catResponseOf(order.command, subject), payment, poyntRequestId: order.id }),
  };
}

function paidBy({ currency, ticket, amount, tip, cashback }: StoredTransaction) {
  return { currency, ticket, amount, tip, cashback };
}

function changeOf(work: FollowUp): Change {
  const { command } = work.order;
  switch (command) {
    case "completion":
      return capture(work);
    case "adjustment":
      return adjust(work);
    case "void":
      return takeBack(work);
    case "voidPreSale":
      return work.named.isPreauthorization ? takeBack(work) : "It is no pre-authorization";
    case "refund":
      return giveBack(work);
    default:
      return unreachable(command);
  }
}

/** All that is left, or a part of it; a tip comes on top. What is left over stays reserved for another capture (assumed). */
function capture({ order, named, memory, context }: FollowUp): Change {
  if (named.action !== "AUTHORIZE" || named.isVoided) return "There is nothing to capture";
  const left = named.amount - named.captured;
  const amount = amountIn(order.asked, "amount") ?? left;
  if (amount <= 0 || amount > left) return "That is not left of what was authorized";
  const tip = amountIn(order.asked, "tipAmount") ?? (named.captured === 0 ? named.tip : 0);
  const fields = { action: "CAPTURE", amount, tip, cashback: 0 } as const;
  const captured = named.captured + amount;
  const isWhole = captured === named.amount;
  return {
    kind: "capture",
    status: "COMPLETED",
    changed: [
      { ...named, captured: isWhole ? totalOf(named) : captured, updatedAt: context.now },
      childOf(named, memory, fields, order.asked, context),
    ],
  };
}

/** By the id of the authorization, or of a sale whose batch is open. */
function adjust({ order, named, context }: FollowUp): Change {
  const isDone = named.isVoided || named.isSettled || named.refunded > 0 || named.captured > 0;
  if (isDone || named.action === "REFUND") return "It cannot be adjusted any more";
  const amount = amountIn(order.asked, "amount") ?? named.amount;
  const tip = amountIn(order.asked, "tipAmount") ?? named.tip;
  if (amount === 0) return "Nothing would be left";
  const status = named.action === "AUTHORIZE" ? "AUTHORIZED" : "COMPLETED";
  return { kind: "adjustment", status, changed: [{ ...named, amount, tip, isAdjusted: true, updatedAt: context.now }] };
}

/** Whatever amount the client sends along: the vendor's own sends 0 (poynt.md 1.5.3). */
function takeBack({ named, context }: FollowUp): Change {
  if (named.isVoided) return "It is voided already";
  if (named.isSettled) return "Its batch is closed";
  if (named.refunded > 0) return "Something of it was refunded already";
  if (named.captured > 0) return "It was captured: void the capture";
  return { kind: "void", status: "VOIDED", changed: [{ ...named, isVoided: true, updatedAt: context.now }] };
}

/** By the id of the sale or the capture; without an amount all that is left (poynt.md 1.5.3). */
function giveBack({ order, named, memory, context }: FollowUp): Change {
  if (named.isVoided || named.action === "AUTHORIZE" || named.action === "REFUND") return "There is nothing to refund";
  const left = totalOf(named) - named.refunded;
  const amount = amountIn(order.asked, "amount") ?? left;
  if (amount <= 0 || amount > left) return "That is not left of it";
  const fields = { action: "REFUND", amount, tip: 0, cashback: 0 } as const;
  return {
    kind: "refund",
    status: "REFUNDED",
    changed: [
      { ...named, refunded: named.refunded + amount, updatedAt: context.now },
      childOf(named, memory, fields, order.asked, context),
    ],
  };
}

function childOf(
  parent: StoredTransaction,
  memory: Memory,
  fields: Pick<StoredTransaction, "action" | "amount" | "tip" | "cashback">,
  asked: JsonObject,
  { now, crypto }: SimulatorContext,
): StoredTransaction {
  const { references } = asked;
  return {
    ...parent,
    ...fields,
    id: newUuid(crypto),
    parentId: parent.id,
    isPreauthorization: false,
    isSettled: false,
    isAdjusted: false,
    isPartial: false,
    ticket: textIn(asked, "referenceId") || parent.ticket,
    captured: 0,
    refunded: 0,
    approvalCode: nextApprovalCode(memory),
    transactionNumber: newUuid(crypto),
    ...(references === undefined ? {} : { references }),
    at: now,
    updatedAt: now,
  };
}

/** Closes the batch: sales that were only authorized are captured, pre-authorizations stay. */
export function settle(order: Order<"settle">, memory: Memory, scenario: Scenario, context: SimulatorContext): Carried {
  const request = order.body["settlementRequest"];
  const listed = isJsonObject(request) ? request["authorizationList"] : undefined;
  const isListed = ({ id }: StoredTransaction) => !Array.isArray(listed) || listed.includes(id);
  const open = memory.transactions.filter(
    (transaction) =>
      !transaction.isSettled &&
      !transaction.isVoided &&
      transaction.decline === undefined &&
      !transaction.isPreauthorization &&
      isListed(transaction),
  );
  const settled = open.flatMap((transaction): readonly StoredTransaction[] => {
    const closed = { ...transaction, isSettled: true, updatedAt: context.now };
    if (transaction.action !== "AUTHORIZE" || transaction.captured > 0) return [closed];
    const { amount, tip, cashback } = transaction;
    const captured = childOf(transaction, memory, { action: "CAPTURE", amount, tip, cashback }, {}, context);
    return [
      { ...closed, captured: totalOf(transaction) },
      { ...captured, isSettled: true },
    ];
  });
  const line = {
    at: new Date(context.now).toISOString(),
    kind: "close",
    ...differenceOf(memory, settled),
    total: settled.reduce((sum, transaction) => sum + movedBy(transaction), 0),
    poyntRequestId: order.id,
    serialNumber: scenario.identity.serialNumber,
  };
  const acceptedAuthorizations = open.map(({ id }) => id);
  return {
    memory: settled.reduce(withTransaction, memory),
    movements: [line],
    result: done({ settlementResponse: { acceptedAuthorizations }, poyntRequestId: order.id }),
  };
}
