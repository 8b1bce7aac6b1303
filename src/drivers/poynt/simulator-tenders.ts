import type { JsonObject } from "../../core/json.ts";
import type { SimulatorContext } from "../simulator.ts";
import { movementOf, withTransaction, type Memory, type StoredTransaction } from "./simulator-memory.ts";
import { amountIn, newUuid, refused, textIn, type Carried, type Order } from "./simulator-order.ts";
import { catResponseOf, paymentJson } from "./simulator-payment.ts";
import { reactionOf, type Reaction } from "./simulator-reactions.ts";
import { done } from "./simulator-results.ts";
import type { Scenario } from "./simulator-scenario.ts";

type CardOrder = Order<"sale" | "preSale" | "nonRefRefund">;

/** One card's part in a payment. */
type Tender = Pick<StoredTransaction, "amount" | "tip" | "cashback" | "isPartial" | "decline">;

/** A customer has presented a card, or several. */
export function takeCards(
  order: CardOrder,
  memory: Memory,
  reactions: readonly Reaction[],
  scenario: Scenario,
  context: SimulatorContext,
): Carried {
  const { asked } = order;
  const ticket = ticketOf(order, reactions, context);
  const kind = kindOf(order, scenario);
  const tenders = tendersOf(asked, reactions);
  const about = { poyntRequestId: order.id, serialNumber: scenario.identity.serialNumber };

  let after = memory;
  const transactions: StoredTransaction[] = [];
  const movements: JsonObject[] = [];
  for (const tender of tenders) {
    const transaction = newTransaction(after, { ...tender, ...kind.fields, ticket }, asked, scenario, context);
    const before = after;
    after = withTransaction(before, transaction);
    transactions.push(transaction);
    if (tender.decline === undefined) movements.push(movementOf(kind.movement, before, [transaction], about));
  }

  const [first] = transactions;
  const isApproved = movements.length > 0;
  const amount = amountIn(asked, "amount") ?? 0;
  const status = isApproved ? kind.status : (reactionOf(reactions, "declines")?.status ?? "DECLINED");
  const payment = paymentJson(
    asked,
    {
      status,
      transactions,
      currency: first?.currency ?? scenario.currency,
      ticket,
      amount: movedOtherwise(reactions) ?? amount,
      tip: first?.tip ?? 0,
      cashback: first?.cashback ?? 0,
    },
    after,
    scenario.identity,
  );
  const mirror = first === undefined ? {} : { catResponse: catResponseOf(order.command, first) };
  return { memory: after, movements, result: done({ ...mirror, payment, poyntRequestId: order.id }) };
}

/** Nothing was paid: the person at the terminal canceled it, or nobody wanted it. */
export function withoutMoney(order: Order, status: string, memory: Memory, scenario: Scenario): Carried {
  const { asked } = order;
  const currency = textIn(asked, "currency") || scenario.currency;
  const [amount = 0, tip = 0, cashback = 0] = ["amount", "tipAmount", "cashbackAmount"].map((name) =>
    amountIn(asked, name),
  );
  const facts = { status, transactions: [], currency, amount, tip, cashback };
  const payment = paymentJson(asked, facts, memory, scenario.identity);
  return refused(memory, done({ payment, poyntRequestId: order.id }));
}

/** The bridge makes a UUID where the client names nothing (poynt.md 1.5.2). */
function ticketOf({ asked }: CardOrder, reactions: readonly Reaction[], { crypto }: SimulatorContext): string {
  const other = reactionOf(reactions, "otherReference");
  if (other?.where === "transaction") return other.referenceId;
  return textIn(asked, "referenceId") || newUuid(crypto);
}

function movedOtherwise(reactions: readonly Reaction[]): number | undefined {
  const other = reactionOf(reactions, "otherAmount");
  return other?.where === "transaction" ? other.amount : undefined;
}

/** What kind of transaction it becomes, what the ledger calls it, and the status of the whole. */
function kindOf({ command, asked }: CardOrder, scenario: Scenario) {
  const isPreauthorization = command === "preSale" || asked["authzOnly"] === true;
  const fields = (action: StoredTransaction["action"]) => ({ action, isPreauthorization });
  if (command === "nonRefRefund" || asked["nonReferencedCredit"] === true)
    return { fields: { action: "REFUND", isPreauthorization: false }, movement: "refund", status: "REFUNDED" } as const;
  if (isPreauthorization) return { fields: fields("AUTHORIZE"), movement: "preauthorization", status: "AUTHORIZED" };
  if (asked["offlineAuth"] === true)
    return { fields: fields("OFFLINE_AUTHORIZE"), movement: "sale", status: "COMPLETED" };
  const action = scenario.purchaseAction;
  return { fields: fields(action), movement: "sale", status: action === "SALE" ? "COMPLETED" : "AUTHORIZED" };
}

function tendersOf(asked: JsonObject, reactions: readonly Reaction[]): readonly Tender[] {
  const declines = reactionOf(reactions, "declines");
  const decline = { code: declines?.code ?? "05", text: declines?.text ?? "Do not honor" };
  const partial = reactionOf(reactions, "partial");
  const tip = reactionOf(reactions, "tip")?.amount ?? amountIn(asked, "tipAmount") ?? 0;
  const cashback = reactionOf(reactions, "cashback")?.amount ?? amountIn(asked, "cashbackAmount") ?? 0;
  const amount = movedOtherwise(reactions) ?? amountIn(asked, "amount") ?? 0;
  const several = reactionOf(reactions, "tenders")?.tenders;
  if (several !== undefined) {
    return several.map((tender, index) => ({
      amount: tender.amount,
      tip: index === 0 ? tip : 0,
      cashback: index === 0 ? cashback : 0,
      isPartial: false,
      ...(tender.declined === true ? { decline } : {}),
    }));
  }
  if (declines !== undefined) return [{ amount, tip, cashback, isPartial: false, decline }];
  return partial === undefined
    ? [{ amount, tip, cashback, isPartial: false }]
    : [{ amount: partial.amount, tip: 0, cashback: 0, isPartial: true }];
}

function newTransaction(
  memory: Memory,
  about: Tender & Pick<StoredTransaction, "action" | "isPreauthorization" | "ticket">,
  asked: JsonObject,
  scenario: Scenario,
  { now, crypto }: SimulatorContext,
): StoredTransaction {
  const { notes, references } = asked;
  const isKeyed = asked["manualEntry"] === true || about.action === "OFFLINE_AUTHORIZE";
  return {
    ...about,
    id: newUuid(crypto),
    isVoided: false,
    isSettled: false,
    isAdjusted: false,
    currency: textIn(asked, "currency") || scenario.currency,
    captured: 0,
    refunded: 0,
    approvalCode: textIn(asked, "offlineApprovalCode") || nextApprovalCode(memory),
    transactionNumber: newUuid(crypto),
    card: memory.count,
    entryMode: isKeyed ? "KEYED" : "CONTACTLESS_INTEGRATED_CIRCUIT_CARD",
    ...(typeof notes === "string" ? { notes } : {}),
    ...(references === undefined ? {} : { references }),
    at: now,
    updatedAt: now,
  };
}

export function nextApprovalCode({ count }: Memory): string {
  return String(100_001 + count).slice(-6);
}
