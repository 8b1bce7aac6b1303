import { unreachable } from "../../core/assert.ts";
import { isJsonObject, type Json, type JsonObject } from "../../core/json.ts";
import type { SimulatorContext } from "../simulator.ts";
import { followUp } from "../poynt/simulator-follow-ups.ts";
import { totalOf, transactionWith, type Memory as Books, type StoredTransaction } from "../poynt/simulator-memory.ts";
import { amountIn, orderOf, type Carried } from "../poynt/simulator-order.ts";
import type { Reaction as TerminalReaction } from "../poynt/simulator-reactions.ts";
import { completeScenario } from "../poynt/simulator-scenario.ts";
import { takeCards } from "../poynt/simulator-tenders.ts";
import type { MoneyCommand } from "./simulator-commands.ts";
import type { Device } from "./simulator-devices.ts";
import { refusal, type Result } from "./simulator-errors.ts";
import { ledgerLine, withBooks, type Memory } from "./simulator-memory.ts";
import { reactionOf, type Reaction } from "./simulator-reactions.ts";
import type { Scenario } from "./simulator-scenario.ts";

/** Something that is to move money, at a terminal or in the cloud. */
export type Task = {
  readonly command: MoneyCommand;
  /** In the words of a payment object. */
  readonly asked: JsonObject;
  readonly transactionId: string;
  /** The client's Poynt-Request-Id; empty with a message. */
  readonly requestId: string;
  readonly device: Pick<Device, "deviceId" | "serialNumber">;
  readonly via: "message" | "rest";
};

export type Done = {
  readonly memory: Memory;
  /** Lines of the ledger. */
  readonly movements: readonly JsonObject[];
  /** The payment as the terminal has it; undefined where nothing was done. */
  readonly payment: JsonObject | undefined;
  /** What was made or changed last. */
  readonly subject: StoredTransaction | undefined;
};

/** What it comes to. Movements are in the ledger, and the memory is saved, before anybody is told. */
export function carryOut(
  task: Task,
  reactions: readonly Reaction[],
  memory: Memory,
  scenario: Scenario,
  context: SimulatorContext,
): Done {
  const carried = moved(task, reactions, memory, scenario, context);
  const books = scenario.childReferences === "own" ? withOwnReferences(carried.memory, memory, task) : carried.memory;
  const hidden = reactionOf(reactions, "hidden");
  const foundAt = context.now + Math.max(scenario.searchLagMs, hidden?.ms ?? 0);
  const knownAt = hidden?.from === "everybody" ? context.now + hidden.ms : context.now;
  const { deviceId, serialNumber } = task.device;
  const after = withBooks(memory, books, { deviceId, serialNumber, knownAt, foundAt });
  const payment = carried.result.body?.["payment"];
  const changed = after.books.transactions.filter(
    (transaction) => transactionWith(memory.books, transaction.id) !== transaction,
  );
  return {
    memory: after,
    movements: carried.movements.map((movement) => ledgerLine(movement, task.device, task.via)),
    payment: isJsonObject(payment) ? payment : undefined,
    subject: changed.at(-1),
  };
}

/** What was captured or refunded without references of its own is not found by those of its parent. */
function withOwnReferences(books: Books, { books: before }: Memory, { asked }: Task): Books {
  if (asked["references"] !== undefined) return books;
  const transactions = books.transactions.map((transaction) => {
    if (transaction.parentId === undefined || transactionWith(before, transaction.id) !== undefined) return transaction;
    const { references: _, ...own } = transaction;
    return own;
  });
  return { ...books, transactions };
}

function moved(
  { command, asked, transactionId, requestId, device }: Task,
  reactions: readonly Reaction[],
  { books }: Memory,
  scenario: Scenario,
  context: SimulatorContext,
): Carried {
  const { identity, currency, purchaseAction } = scenario;
  const { deviceId, serialNumber } = device;
  const terminal = completeScenario({ identity: { ...identity, deviceId, serialNumber }, currency, purchaseAction });
  const body = { poyntRequestId: requestId, payment: asked, transactionId };
  switch (command) {
    case "sale":
    case "preSale":
    case "nonRefRefund":
      return takeCards(orderOf(command, body), books, atTerminal(reactions), terminal, context);
    case "void":
    case "refund":
    case "completion":
    case "adjustment":
      return followUp(orderOf(command, body), books, terminal, context);
    default:
      return unreachable(command);
  }
}

/** What of it a terminal on the LAN knows as well. */
function atTerminal(reactions: readonly Reaction[]): readonly TerminalReaction[] {
  return reactions.flatMap((reaction): readonly TerminalReaction[] => {
    const { kind } = reaction;
    if (kind === "otherAmount") return reaction.where === "transaction" ? [{ ...reaction, where: "transaction" }] : [];
    if (kind === "otherReference")
      return reaction.where === "transaction" ? [{ ...reaction, where: "transaction" }] : [];
    const isSame =
      kind === "declines" || kind === "partial" || kind === "tenders" || kind === "tip" || kind === "cashback";
    return isSame ? [reaction] : [];
  });
}

/** Comes back in each transaction, and is what a search looks at (poynt.md 2.5, 2.6). */
export function withReference(asked: JsonObject, referenceId: string): JsonObject {
  const given: readonly Json[] = Array.isArray(asked["references"]) ? asked["references"] : [];
  const own = { type: "CUSTOM", customType: "referenceId", id: referenceId };
  const isThere = given.some((item) => isJsonObject(item) && item["id"] === referenceId);
  return { ...asked, referenceId, references: isThere ? given : [...given, own] };
}

/** Why the cloud does not do that to a transaction; undefined where it does. */
export function refusalOf(
  command: MoneyCommand,
  named: StoredTransaction | undefined,
  asked: JsonObject,
): Result | undefined {
  if (named === undefined) return refusal("TRANSACTION_NOT_FOUND", "There is no such transaction");
  if (named.decline !== undefined) return refusal("TXN_NEVER_PROCESSED", "It was declined");
  if (named.isVoided) return refusal("TXN_ALREADY_VOIDED", "It is voided");
  const { currency } = asked;
  if (currency !== undefined && currency !== named.currency) return refusal("INVALID_PARAMETER", "amounts.currency");
  if (command === "refund") return refundRefusal(named, asked);
  if (command === "completion") return captureRefusal(named, asked);
  if (named.refunded > 0) return refusal("TXN_ALREADY_REFUNDED", "Something of it was refunded");
  return named.captured > 0 ? refusal("TXN_ALREADY_CAPTURED", "It was captured") : undefined;
}

function refundRefusal(named: StoredTransaction, asked: JsonObject): Result | undefined {
  if (named.action === "AUTHORIZE" || named.action === "REFUND")
    return refusal("UNSUPPORTED_TXN_TYPE", "Only a sale or a capture is refunded");
  const left = totalOf(named) - named.refunded;
  if (left === 0) return refusal("TXN_ALREADY_REFUNDED", "Nothing is left of it");
  const amount = amountIn(asked, "amount") ?? left;
  return amount === 0 || amount > left ? refusal("INVALID_PARAMETER", "That is not left of it") : undefined;
}

function captureRefusal(named: StoredTransaction, asked: JsonObject): Result | undefined {
  if (named.action !== "AUTHORIZE") return refusal("CAPTURE_NOT_ALLOWED", "Only an authorization is captured");
  const left = named.amount - named.captured;
  if (left <= 0) return refusal("TXN_ALREADY_CAPTURED", "Nothing is left of it");
  const amount = amountIn(asked, "amount") ?? left;
  return amount === 0 || amount > left ? refusal("CAPTURE_EXCEEDS_PREAUTH_BAL", "That is not left of it") : undefined;
}
