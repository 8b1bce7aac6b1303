import { holdsIssuedCard } from "../codec/card-numbers.ts";
import { done, refused, type Result } from "../core/errors.ts";
import type { Json } from "../core/json.ts";
import { formatMoney, type Money } from "../core/money.ts";
import type { Operation } from "../core/operation.ts";
import { totalAsked } from "../core/total-asked.ts";
import type { Verdict } from "../core/outcome.ts";
import { isInDoubt, stateOf, type Transaction } from "../core/transaction.ts";
import type { StartRequest } from "./api.ts";
import type { Records } from "./records.ts";
import type { Terminal } from "./terminal/terminal.ts";

/** The checks of the world before an operation is accepted: a refusal here stores nothing. */

/**
 * What a POS says is kept as it is and stands on receipts, so a card's number (a card that was swiped or typed where an order number
 * belongs) must not get in. It is asked of new operations alone: one that was taken before is still found. A vendor's references to an original are the vendor's
 * numbers, and nobody types them.
 */
export function cardNumberFault({ requestId, operation }: StartRequest): Result<Record<string, never>> {
  const { reference, options, vendor } = operation;
  const field = Object.entries({
    requestId,
    "operation.reference": reference,
    "operation.options": options,
    "operation.vendor": vendor,
  }).find(([_name, value]) => saysCardNumber(value as Json))?.[0];
  if (field === undefined) return done({});
  const why =
    `${field} looks like the number of a card, by its first digits, its length and its check digit. Numbers of cards are not ` +
    "written down: nothing was stored, nothing was charged. An order number that looks like one goes in with a letter against its first digit.";
  return refused("invalidParams", why, { field });
}

function saysCardNumber(value: Json | undefined): boolean {
  if (typeof value === "string") return holdsIssuedCard(value);
  if (typeof value === "number") return holdsIssuedCard(String(value));
  return typeof value === "object" && value !== null && Object.entries(value).flat().some(saysCardNumber);
}

/** What the terminal cannot do at all, whatever its state. */
export function capabilityFault(terminal: Terminal, operation: Operation): Result<Record<string, never>> {
  const about = { terminal: terminal.id };
  const { capabilities, vendor, settings } = terminal;
  const capability = capabilities.operations[operation.type];
  if (capability === undefined) {
    return refused(
      "unsupportedOperation",
      `Terminal ${terminal.id} (${vendor.name}) knows no ${operation.type}.`,
      about,
    );
  }
  const currency = operation.amount?.currency;
  if (currency !== undefined && !capabilities.currencies.includes(currency)) {
    const takes = capabilities.currencies.join(", ");
    return refused("unsupportedCurrency", `Terminal ${terminal.id} takes ${takes}, not ${currency}.`, {
      ...about,
      field: "operation.amount.currency",
    });
  }
  for (const field of ["tip", "cashback", "installments"] as const) {
    if (operation[field] !== undefined && !capability[field]) {
      const why = `Terminal ${terminal.id} takes no ${field} with a ${operation.type}.`;
      return refused("unsupportedOperation", why, { ...about, field: `operation.${field}` });
    }
  }
  const total = totalAsked(operation)?.value ?? 0;
  if (capability.maxAmount !== undefined && total > capability.maxAmount) {
    const why = `Terminal ${terminal.id} takes at most ${capability.maxAmount} minor units.`;
    return refused("amountOutOfRange", why, { ...about, field: "operation.amount.value" });
  }
  const refusal = vendor.refuses(operation, settings);
  return refusal === undefined ? done({}) : refused(refusal.reason, refusal.why, about);
}

/**
 * Rule 4: the double charge happens on the next terminal. An operation whose reference belongs to one that is open or unknown
 * is refused, of any POS and at any terminal, unless it names that transaction.
 */
export function referenceFault(records: Records, operation: Operation): Result<Record<string, never>> {
  const { reference, options } = operation;
  if (reference === undefined) return done({});
  for (const { transaction } of records.open()) {
    if (transaction.operation.reference !== reference || transaction.id === options?.despite) continue;
    if (stateOf(transaction) === "settled" && !isInDoubt(transaction) && transaction.contradicted === undefined)
      continue;
    return refused(
      "referenceInDoubt",
      `Reference ${reference} belongs to transaction ${transaction.id}, of which nobody knows yet how it ended. ` +
        "Do not charge it again, at no terminal, before that is known or somebody has decided it: " +
        `\`tillbridge transactions show ${transaction.id}\` tells what is known.`,
      { transaction: transaction.id, field: "operation.reference" },
    );
  }
  return done({});
}

/**
 * What was refunded and voided is added up: more than was approved is refused.
 *
 * @param alike those of ours that it names as the terminal calls them; it has to have room in each
 */
export async function originalFault(
  records: Records,
  request: StartRequest,
  alike: readonly Transaction[],
): Promise<Result<Transaction | undefined>> {
  const { original: named } = request.operation;
  if (named === undefined || !("transaction" in named)) {
    for (const one of alike) {
      const fault = await roomFault(records, request, one);
      if (fault.kind === "refused") return fault;
    }
    return done(alike[0]);
  }
  const about = { transaction: named.transaction, field: "operation.original" };
  const original = records.peek(named.transaction)?.transaction ?? (await records.journal.get(named.transaction));
  if (original === undefined) {
    const why = `There is no transaction ${named.transaction} in this journal: it is another one's, or so old that it was pruned.`;
    return refused("originalNotFound", why, { field: "operation.original" });
  }
  const { outcome } = original;
  if (outcome?.kind !== "approved") {
    const why = `Transaction ${original.id} is ${outcome?.kind ?? stateOf(original)}; only an approved one can be the original.`;
    return refused("originalNotSettled", why, about);
  }
  return roomFault(records, request, original);
}

async function roomFault(
  records: Records,
  request: StartRequest,
  original: Transaction,
): Promise<Result<Transaction | undefined>> {
  const { amount, type } = request.operation;
  const { outcome } = original;
  const about = { transaction: original.id, field: "operation.original" };
  if (original.contradicted !== undefined) {
    const why = `There is evidence against the approval of transaction ${original.id}; a person has to decide it first.`;
    return refused("originalNotSettled", why, about);
  }
  if (original.terminal !== request.terminal) {
    const why = `Transaction ${original.id} was made at terminal ${original.terminal}; only that one can do this.`;
    return refused("originalNotHere", why, { ...about, terminal: original.terminal });
  }
  const first = outcome?.kind === "approved" ? outcome.amounts?.approved : undefined;
  if ((type !== "refund" && type !== "void") || first === undefined) return done(original);
  const successors = await records.journal.successors(original.id);
  const approved = successors.reduce(adjusted, first);
  if (amount !== undefined && amount.currency !== approved.currency) {
    return refused("unsupportedCurrency", `Transaction ${original.id} was in ${approved.currency}.`, about);
  }
  const taken = successors.map(takes).reduce((sum, value) => sum + value, 0);
  const asked = amount?.value ?? approved.value;
  if (taken + asked > approved.value) {
    const left = Math.max(0, approved.value - taken);
    const inWords = (value: number) => formatMoney({ value, currency: approved.currency });
    const why =
      `Of the ${inWords(approved.value)} of transaction ${original.id}, ` +
      `${inWords(left)} can still be given back, not ${inWords(asked)}.`;
    return refused("originalExhausted", why, about);
  }
  return done(original);

  /** How much of the original a successor used up, or may have: in doubt, or declined with evidence against that, it keeps its part. */
  function takes(successor: Transaction): number {
    const { operation, outcome: end, contradicted } = records.peek(successor.id)?.transaction ?? successor;
    if (operation.type !== "refund" && operation.type !== "void") return 0;
    const whole = operation.amount?.value ?? approved.value;
    const stories: readonly (Verdict | undefined)[] = contradicted === undefined ? [end] : [end, contradicted.verdict];
    return Math.max(...stories.map((story) => moved(story, whole)));
  }
}

/** What an adjustment made of what was approved before it: the tip was added, or is another one. */
function adjusted(approved: Money, { operation, outcome }: Transaction): Money {
  if (operation.type !== "adjustment" || outcome?.kind !== "approved") return approved;
  const total = outcome.amounts?.approved;
  return total?.currency === approved.currency ? total : approved;
}

function moved(story: Verdict | undefined, whole: number): number {
  if (story === undefined || story.kind === "unknown") return whole;
  return story.kind === "approved" ? (story.amounts?.approved.value ?? whole) : 0;
}
