import { RequestRefused } from "../client/errors.ts";
import { formatMoney } from "../core/money.ts";
import type { Operation } from "../core/operation.ts";
import { totalAsked } from "../core/total-asked.ts";
import type { TerminalOnWire } from "../protocol/terminal.ts";
import type { OutcomeOnWire, TransactionOnWire } from "../protocol/transaction.ts";
import { styled } from "./output.ts";
import { facts } from "./table.ts";
import type { DaemonSession } from "./with-session.ts";
import { inWords, outcomeText, timeOfDay } from "./words.ts";

/**
 * For the counter, while the customer stands there: what happened, what not to do, what to say, who decides and how. Undefined where
 * nobody has to decide anything.
 */
export function whatToDo(transaction: TransactionOnWire, terminal: TerminalOnWire | undefined): string | undefined {
  if (transaction.contradicted !== undefined) return aboutTwoStories(transaction, transaction.contradicted.evidence);
  return isInDoubt(transaction) ? aboutNoStory(transaction, terminal) : undefined;
}

function isInDoubt({ outcome, recovering }: TransactionOnWire): boolean {
  return outcome === undefined ? recovering === true : outcome.kind === "unknown";
}

function aboutNoStory(transaction: TransactionOnWire, terminal: TerminalOnWire | undefined): string {
  const { id, operation, dispatchedAt, createdAt, recovering } = transaction;
  const sent = `The ${operationInWords(operation)} was sent to ${transaction.terminal} at ${timeOfDay(dispatchedAt ?? createdAt)}`;
  const isFenced = terminal?.fence?.transaction === id;
  return facts([
    ["what happened", `${sent}, and no answer tells how it ended.`],
    ["do not", doNot(operation)],
    ["say", words(operation)],
    [
      "wait",
      recovering === true
        ? "Tillbridge still asks the terminal. When it knows, all of this ends by itself."
        : undefined,
    ],
    ["look at", lookAt(transaction)],
    ["then decide", decide(id)],
    ["meanwhile", isFenced ? meanwhile(transaction.terminal) : undefined],
  ]);
}

function aboutTwoStories({ id, operation, terminal, outcome }: TransactionOnWire, evidence: string): string {
  const told = outcome === undefined ? "" : ` The POS was told: ${outcomeText(outcome)}.`;
  return facts([
    [
      "what happened",
      `There are two stories about the ${operationInWords(operation)} at ${terminal}: ${evidence}.${told}`,
    ],
    ["do not", "charge or give back anything for it before somebody has compared the two."],
    ["look at", lookAt({ id, terminal })],
    ["then decide", decide(id)],
  ]);
}

/** What was written down, and what that means at the counter. */
export function whatWasDecided(
  { operation, outcome, pos, terminal: id }: TransactionOnWire,
  terminal: TerminalOnWire | undefined,
): string {
  const fence = terminal?.fence;
  return [
    `Written down: the ${operationInWords(operation)} is ${outcome === undefined ? "decided" : outcomeText(outcome)}.`,
    meaning(operation, outcome),
    `${pos} is told, now or as soon as it connects.`,
    ...(terminal === undefined
      ? []
      : [fence === undefined ? `${id} takes payments.` : `${id} waits for transaction ${fence.transaction}.`]),
    "Should the terminal say otherwise later, an alarm tells; this word stays until a person changes it.",
  ].join("\n");
}

function meaning({ type }: Operation, outcome: OutcomeOnWire | undefined): string {
  const isDone = outcome?.kind === "approved";
  if (givesBack(type)) {
    return isDone
      ? "The customer has the money back: do not give it back again."
      : "The customer does not have the money back: it may be given back again, as a new payment.";
  }
  return isDone
    ? "It counts as paid: do not charge it again."
    : "It counts as not paid: it may be charged again, as a new payment.";
}

/** What lies behind the fence that was lifted. */
export function whatWasLifted(terminal: string, id: string, inDoubt: TransactionOnWire | undefined): string {
  const what = inDoubt === undefined ? `transaction ${id}` : `the ${operationInWords(inDoubt.operation)}`;
  return [
    `${terminal} takes payments again.`,
    `Nobody knows yet how ${what} ended, and from now on only a person decides it: the next payment may wipe ` +
      "what the terminal still knows. Write down what you know now.",
    `Do not charge it again until it is decided: \`tillbridge transactions resolve ${id}\`.`,
  ].join("\n");
}

/** The terminal as it is now; undefined where it is configured no more. */
export function terminalOf({ ask }: Asking, terminal: string): Promise<TerminalOnWire | undefined> {
  return unlessRefused(ask("terminals.get", { terminal }).then((answer) => answer.terminal));
}

export function transactionOf({ ask }: Asking, transaction: string): Promise<TransactionOnWire | undefined> {
  return unlessRefused(ask("transactions.get", { transaction }).then((answer) => answer.transaction));
}

type Asking = Pick<DaemonSession, "ask">;

/** Words that help are no reason to fail. */
async function unlessRefused<Value>(asked: Promise<Value>): Promise<Value | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof RequestRefused) return undefined;
    throw error;
  }
}

function operationInWords(operation: Operation): string {
  const total = totalAsked(operation);
  const money = total === undefined ? "" : ` of ${formatMoney(total)}`;
  const reference = operation.reference === undefined ? "" : ` (${operation.reference})`;
  return `${inWords(operation.type)}${money}${reference}`;
}

function doNot({ type }: Operation): string {
  return givesBack(type)
    ? "give the money back again, at any terminal or in cash, before somebody has looked."
    : "charge this customer again, at any terminal, before somebody has looked.";
}

function words({ type }: Operation): string | undefined {
  if (givesBack(type))
    return '"The terminal has not told us whether your money went back. Give me a minute to look, so that it goes back once."';
  if (type === "reconciliation") return undefined;
  return '"The terminal has not told us whether your payment went through. I will not charge you twice: give me a minute to look."';
}

function lookAt({ id, terminal }: Pick<TransactionOnWire, "id" | "terminal">): string {
  return `the last slips of ${terminal}: time, amount, last digits. \`tillbridge transactions timeline ${id}\` tells what was sent and heard.`;
}

function decide(id: string): string {
  return (
    `${styled("strong", `tillbridge transactions resolve ${id} --outcome approved --reason "how you know"`)} where the money moved, ` +
    "`--outcome notPerformed` where it did not. That is for the person in charge, on this computer."
  );
}

function meanwhile(terminal: string): string {
  return (
    `${terminal} takes no other payment, so that nothing wipes what it knows. \`tillbridge terminals lift-fence ${terminal} --reason "why"\` ` +
    "lets it work before it is known; then nobody but a person can decide this one."
  );
}

function givesBack(type: Operation["type"]): boolean {
  return type === "refund" || type === "void" || type === "releaseAuthorization";
}
