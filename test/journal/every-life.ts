import type { Fact } from "../../src/core/facts.ts";
import { OUTCOME_KINDS, type Outcome, type Verdict } from "../../src/core/outcome.ts";
import type { Journal } from "../../src/journal/journal.ts";
import { ALARM } from "./facts.ts";

/** One commit of a life. */
type Step = { readonly facts: readonly [Fact, ...Fact[]]; readonly movement?: string; readonly hasAlarm?: true };
type Life = { readonly transaction: string; readonly steps: readonly Step[] };

/** Every kind of fact, each a line that a journal can hold. */
export const FACT_KINDS = [
  "accepted",
  "cancelRequested",
  "dispatched",
  "repeated",
  "remembered",
  "proposed",
  "settled",
  "resolved",
  "acknowledged",
  "contradicted",
  "fenceLifted",
  "note",
] as const satisfies readonly Fact["kind"][];

/** As a shop writes it with a terminal that finds a sale by our ticket. */
const SERIAL = {
  terminal: "counter-1",
  driver: { id: "getnet", version: "1" },
  link: "serial /dev/ttyUSB0 #1",
  identity: { terminalId: "70012345" },
} as const;
/** As a shop writes it with a terminal that is asked by HTTP and signs what it says. */
const NETWORK = {
  terminal: "counter-2",
  driver: { id: "poynt", version: "1" },
  link: "http 192.168.1.20:55555 #4",
  identity: { serial: "P61SWA231BLU000001" },
} as const;
type Vendor = typeof SERIAL | typeof NETWORK;

const AMOUNT = { value: 1250, currency: "CLP" };

const VERDICTS: { readonly [Kind in Verdict["kind"]]: Extract<Verdict, { kind: Kind }> } = {
  approved: {
    kind: "approved",
    partial: false,
    captured: true,
    final: true,
    amounts: { asked: AMOUNT, approved: { value: 1350, currency: "CLP" }, tip: { value: 100, currency: "CLP" } },
    approvalCode: "250349",
    card: { brand: "mastercard", last4: "0081", entry: "contactless" },
    terminalReferences: { ticket: "K7", operationId: "32" },
    vendor: { code: "0", text: "Aprobado" },
    receipts: [
      { copy: "customer", lines: [{ text: "COMPRA ñ €", bold: true }], printedBy: "pos", signatureRequired: false },
    ],
  },
  declined: { kind: "declined", reason: "insufficientFunds", vendor: { code: "51", text: "Fondos insuficientes" } },
  canceled: { kind: "canceled", by: "cardholder", reversed: true },
  notPerformed: { kind: "notPerformed", reason: "noRecord" },
  unknown: { kind: "unknown", since: "timeout", advice: "lookAtTerminal" },
};

/** Minute by minute, so that no two facts have one time. */
function clockFrom(start: string): () => string {
  let ms = Date.parse(start);
  return () => {
    ms += 60_000;
    return new Date(ms).toISOString();
  };
}

function livesAt(vendor: Vendor, start: string): readonly Life[] {
  const now = clockFrom(start);
  const prefix = vendor.driver.id.slice(0, 1).toUpperCase();
  const accepted = (number: number, original?: string): Fact => ({
    kind: "accepted",
    at: now(),
    pos: `till-${(number % 2) + 1}`,
    requestId: `${prefix}-request-${number}`,
    terminal: vendor.terminal,
    operation:
      original === undefined
        ? { type: "sale", amount: AMOUNT, reference: `order-${prefix}${number}` }
        : { type: "refund", amount: AMOUNT, original: { transaction: original } },
    content: `{"operation":{"type":"sale"},"terminal":"${vendor.terminal}"}`,
    ...(original === undefined ? {} : { original }),
  });
  const dispatched = (number: number): Fact => ({
    kind: "dispatched",
    at: now(),
    attempt: 1,
    request: "AnsiQ29tbWFuZCI6MTAwfQM=",
    ticket: `${prefix}-ticket-${number}`,
    references: { ticket: `${prefix}-ticket-${number}` },
    driver: vendor.driver,
    identity: vendor.identity,
    baseline: { lastOperation: number },
    link: vendor.link,
    deadline: "2026-03-01T23:00:00.000Z",
    lastSeen: start,
  });
  const decided = (verdict: Verdict, revision: number, by: Outcome["decidedBy"]): Outcome => ({
    ...verdict,
    revision,
    decidedBy: by,
  });
  const settled = (verdict: Verdict): Fact => ({
    kind: "settled",
    at: now(),
    outcome: decided(verdict, 1, { kind: "terminal" }),
  });
  const resolved = (verdict: Verdict): Fact => ({
    kind: "resolved",
    at: now(),
    outcome: decided(verdict, 2, { kind: "person", name: "Ana", reason: "the slip says so" }),
  });
  const acknowledged = (revision: number): Fact => ({ kind: "acknowledged", at: now(), revision });
  const id = (number: number): string => `${prefix}${String(number).padStart(19, "0")}`;

  const ended = OUTCOME_KINDS.map((kind, number): Life => {
    const verdict = VERDICTS[kind];
    const steps: Step[] = [{ facts: [accepted(number)] }, { facts: [dispatched(number)] }];
    const movement = `${vendor.terminal}:${number}`;
    steps.push(
      kind === "approved"
        ? { facts: [{ kind: "proposed", at: now(), verdict, movement }, settled(verdict)], movement }
        : { facts: [settled(verdict)] },
    );
    steps.push({ facts: [acknowledged(1)] });
    return { transaction: id(number), steps };
  });
  const repeated: Fact = { kind: "repeated", at: now(), attempt: 2, link: vendor.link, identity: vendor.identity };
  return [
    ...ended,
    {
      transaction: id(5),
      steps: [
        { facts: [accepted(5)] },
        { facts: [dispatched(5)] },
        { facts: [{ kind: "remembered", at: now(), data: { orderId: "ORD-5" } }] },
        { facts: [repeated] },
        { facts: [{ kind: "cancelRequested", at: now(), by: "till-2" }] },
        { facts: [settled(VERDICTS.unknown)], hasAlarm: true },
        { facts: [acknowledged(1)] },
        { facts: [{ kind: "fenceLifted", at: now(), operator: "Ana", reason: "the next customer waits" }] },
        { facts: [resolved(VERDICTS.approved)] },
        { facts: [acknowledged(2), { kind: "note", at: now(), text: "Ana looked at the slip." }] },
      ],
    },
    {
      transaction: id(6),
      steps: [
        { facts: [accepted(6)] },
        { facts: [dispatched(6)] },
        { facts: [settled(VERDICTS.notPerformed)] },
        {
          facts: [{ kind: "contradicted", at: now(), evidence: "a late reply", verdict: VERDICTS.approved }],
          hasAlarm: true,
        },
      ],
    },
    {
      transaction: id(7),
      steps: [
        { facts: [accepted(7, id(0))] },
        { facts: [{ kind: "cancelRequested", at: now(), by: "till-2" }] },
        { facts: [settled({ kind: "canceled", by: "pos" })] },
      ],
    },
    { transaction: id(8), steps: [{ facts: [accepted(8)] }, { facts: [dispatched(8)] }] },
  ];
}

/** Two terminals of two vendors: every kind of fact and every outcome, with claims, alarms, audit and a sign of life. */
export async function writeEveryLife(journal: Journal): Promise<void> {
  await journal.audit({ at: "2026-03-01T08:00:00.000Z", what: "pos.paired", by: "technician", detail: "till-1" });
  for (const vendor of [SERIAL, NETWORK]) {
    for (const { transaction, steps } of livesAt(vendor, "2026-03-01T09:00:00.000Z")) {
      let place = 0;
      for (const { facts, movement, hasAlarm } of steps) {
        await journal.append({
          transaction,
          place,
          facts,
          ...(movement === undefined ? {} : { movement }),
          ...(hasAlarm === undefined ? {} : { alarms: [ALARM] }),
        });
        place += facts.length;
      }
      if (steps.length === 2) await journal.seen(transaction, "2026-03-01T10:00:00.000Z");
    }
  }
  await journal.audit({ at: "2026-03-01T12:00:00.000Z", what: "pos.revoked", by: "technician", detail: "till-1" });
}
