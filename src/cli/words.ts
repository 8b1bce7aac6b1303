import { unreachable } from "../core/assert.ts";
import { formatMoney, type Money } from "../core/money.ts";
import { isPractice } from "../core/practice.ts";
import type { TerminalOnWire } from "../protocol/terminal.ts";
import type { OutcomeOnWire, TransactionOnWire } from "../protocol/transaction.ts";
import { styled } from "./output.ts";
import type { Meaning } from "./paint.ts";
import { facts, table } from "./table.ts";

/** `presentCard` as a person reads it. */
export function inWords(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function outcomeInWords(outcome: OutcomeOnWire): string {
  return styled(styleOf(outcome), outcomeText(outcome));
}

export function outcomeText(outcome: OutcomeOnWire): string {
  switch (outcome.kind) {
    case "approved": {
      const amount = outcome.amounts === undefined ? "" : ` ${formatMoney(outcome.amounts.approved)}`;
      const notes = [
        outcome.partial ? "partial" : "",
        outcome.captured ? "" : "reserved",
        outcome.final ? "" : "not final yet",
      ];
      return [`approved${amount}`, ...notes.filter((note) => note !== "")].join(", ");
    }
    case "declined":
      return `declined: ${inWords(outcome.reason)}`;
    case "canceled":
      return `canceled by ${inWords(outcome.by)}${outcome.reversed === true ? ", money moved and went back" : ""}`;
    case "notPerformed":
      return `not performed: ${inWords(outcome.reason)}${outcome.reversed === true ? ", money moved and went back" : ""}`;
    case "unknown":
      return `unknown: ${outcome.advice.text}`;
    default:
      return unreachable(outcome);
  }
}

function styleOf(outcome: OutcomeOnWire): Meaning {
  if (outcome.kind === "approved") return "good";
  return outcome.kind === "unknown" ? "fault" : "warning";
}

export function stateInWords(transaction: TransactionOnWire): string {
  const state = stateText(transaction);
  return isPractice(transaction) ? `${state} (practice)` : state;
}

function stateText({ outcome, state, recovering, progress }: TransactionOnWire): string {
  if (outcome !== undefined) return outcomeInWords(outcome);
  if (recovering === true) return styled("fault", "in doubt, the terminal is being asked");
  return progress === undefined ? state : `${state}, ${inWords(progress.stage)}`;
}

export function transactionTable(transactions: readonly TransactionOnWire[]): string {
  const rows = transactions.map((transaction) => [
    transaction.id,
    transaction.createdAt,
    transaction.pos,
    transaction.terminal,
    inWords(transaction.operation.type),
    money(transaction.operation.amount) ?? "",
    transaction.operation.reference ?? "",
    stateInWords(transaction),
  ]);
  return table(["ID", "CREATED", "POS", "TERMINAL", "OPERATION", "AMOUNT", "REFERENCE", "STATE"], rows);
}

export function transactionFacts(transaction: TransactionOnWire): string {
  const { operation, outcome } = transaction;
  const { decidedBy, vendor, card, terminalReferences } = outcome ?? {};
  return facts([
    ["transaction", transaction.id],
    ["pos", transaction.pos],
    ["request id", transaction.requestId],
    ["terminal", transaction.terminal],
    ["operation", inWords(operation.type)],
    ["amount", money(operation.amount)],
    ["tip", money(operation.tip)],
    ["cashback", money(operation.cashback)],
    ["reference", operation.reference],
    ["state", stateInWords(transaction)],
    ["practice", isPractice(transaction) ? "at a simulated terminal: no money moves" : undefined],
    ["approval code", outcome?.kind === "approved" ? outcome.approvalCode : undefined],
    ["card", card === undefined ? undefined : [card.brand, card.last4, card.entry].filter(Boolean).join(" ")],
    ["terminal says", vendor === undefined ? undefined : `${vendor.code} ${vendor.text}`.trim()],
    ["references", named(terminalReferences)],
    [
      "decided by",
      decidedBy === undefined
        ? undefined
        : [decidedBy.kind, decidedBy.name, decidedBy.reason].filter(Boolean).join(", "),
    ],
    [
      "revision",
      outcome === undefined ? undefined : `${outcome.revision}${transaction.acknowledged ? ", acknowledged" : ""}`,
    ],
    ["contradicted", transaction.contradicted?.evidence],
    ["created", transaction.createdAt],
    ["dispatched", transaction.dispatchedAt],
    ["settled", transaction.settledAt],
  ]);
}

const STATE_STYLES: Readonly<Record<string, Meaning>> = {
  ready: "good",
  busy: "good",
  recovering: "fault",
  fenced: "fault",
};

function terminalState({ state }: TerminalOnWire): string {
  return styled(STATE_STYLES[state] ?? "warning", state);
}

export function terminalTable(terminals: readonly TerminalOnWire[]): string {
  const rows = terminals.map((terminal) => [
    terminal.id,
    terminal.vendor,
    linkInWords(terminal),
    terminalState(terminal),
    String(terminal.queue),
    terminal.lastSeen ?? "never",
    [
      terminal.fence === undefined ? undefined : `${terminal.fence.transaction}: ${terminal.fence.advice.text}`,
      terminal.detail,
    ]
      .filter((what) => what !== undefined)
      .join(" "),
  ]);
  return table(["ID", "VENDOR", "LINK", "STATE", "QUEUE", "LAST SEEN", ""], rows);
}

export function terminalFacts(terminal: TerminalOnWire): string {
  const { capabilities, fence } = terminal;
  return facts([
    ["terminal", terminal.id],
    ["name", terminal.name],
    ["vendor", terminal.vendor],
    ["model", terminal.model],
    ["identity", named(terminal.identity)],
    ["serial number", terminal.serialNumber],
    ["link", linkInWords(terminal)],
    ["state", terminalState(terminal)],
    ["because", terminal.detail],
    [
      "fence",
      fence === undefined ? undefined : `transaction ${fence.transaction} since ${fence.since}: ${fence.advice.text}`,
    ],
    ["busy with", terminal.busyWith],
    ["queue", String(terminal.queue)],
    ["last seen", terminal.lastSeen ?? "never"],
    ["currencies", capabilities.currencies.join(" ")],
    ["operations", Object.keys(capabilities.operations).join(" ")],
    ["reports", capabilities.reports.join(" ")],
  ]);
}

function linkInWords({ link: { type, ...rest }, serialNumber }: TerminalOnWire): string {
  const values = Object.entries(rest).map(([name, value]) =>
    typeof value === "string" ? value : typeof value === "object" ? name : JSON.stringify(value),
  );
  const isFound = FOUND.has(type) && PLACES.every((name) => rest[name] === undefined);
  if (isFound && serialNumber !== undefined) values.unshift(`of device ${serialNumber}, wherever it is`);
  return [type, ...values].join(" ");
}

/** The links that may leave out all of the fields that name a place: then the device is looked for. */
const FOUND: ReadonlySet<string> = new Set(["tcp", "http", "serial"]);
const PLACES = ["host", "path", "mdns"] as const;

function named(values: Readonly<Record<string, string>> | undefined): string | undefined {
  if (values === undefined) return undefined;
  return Object.entries(values)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");
}

function money(amount: Money | undefined): string | undefined {
  return amount === undefined ? undefined : formatMoney(amount);
}

/** Of this machine's clock: `14:03:27`. */
export function timeOfDay(time: string): string {
  return new Date(time).toTimeString().slice(0, "hh:mm:ss".length);
}
