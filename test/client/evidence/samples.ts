import type { AnswerOf } from "../../../src/client/calls.ts";
import type { TransactionOnWire } from "../../../src/protocol/transaction.ts";

const DAY = "2026-03-05T14:0";

/** An ordinary sale, as a shop has a hundred of a day. */
export const SALE: TransactionOnWire = {
  id: "01JNKQ0000000000000000SALE",
  pos: "till-1",
  requestId: "6f2c1a52-7d57-4e55-9f4b-2f5f5d0a1c11",
  terminal: "counter-1",
  operation: {
    type: "sale",
    amount: { value: 1_250, currency: "EUR" },
    tip: { value: 100, currency: "EUR" },
    reference: "A-4711",
  },
  state: "settled",
  outcome: {
    kind: "approved",
    amounts: {
      asked: { value: 1_350, currency: "EUR" },
      approved: { value: 1_350, currency: "EUR" },
      tip: { value: 100, currency: "EUR" },
    },
    partial: false,
    captured: true,
    final: true,
    approvalCode: "831000",
    card: { brand: "Visa", last4: "1111", entry: "contactless" },
    terminalReferences: { trace: "000123", terminalId: "40021877", receipt: "0042" },
    revision: 1,
    decidedBy: { kind: "terminal" },
  },
  acknowledged: true,
  createdAt: `${DAY}3:10.120Z`,
  dispatchedAt: `${DAY}3:10.214Z`,
  settledAt: `${DAY}3:31.020Z`,
  deadline: `${DAY}5:20.214Z`,
};

export const TIMELINE: AnswerOf<"transactions.timeline"> = {
  entries: [
    {
      at: `${DAY}3:10.120Z`,
      what: "accepted",
      text: "till-1 asked for a payment of 13.50 EUR at terminal counter-1. It is written down.",
      detail:
        "sale of 12.50 EUR by till-1 at counter-1, request 6f2c1a52-7d57-4e55-9f4b-2f5f5d0a1c11, reference A-4711",
    },
    { at: `${DAY}3:10.200Z`, what: "stage", text: "Waiting for the terminal.", detail: "waitingForTerminal" },
    {
      at: `${DAY}3:10.214Z`,
      what: "dispatched",
      text: "It is written down that it goes to the terminal; then it was sent.",
      detail: "ticket 000123, to be answered by 2026-03-05T14:05:20.214Z",
    },
    { at: `${DAY}3:12.400Z`, what: "stage", text: "The terminal asks for the card.", detail: "presentCard" },
    { at: `${DAY}3:20.100Z`, what: "stage", text: "The customer enters the PIN.", detail: "enterPin" },
    { at: `${DAY}3:26.900Z`, what: "stage", text: "The terminal asks the bank.", detail: "contactingHost" },
    {
      at: `${DAY}3:31.020Z`,
      what: "proposed",
      text: "The terminal says: approved, 13.50 EUR.",
      detail: "the terminal says approved 13.50 EUR",
    },
    {
      at: `${DAY}3:31.020Z`,
      what: "settled",
      text: "The result: approved, 13.50 EUR (said the terminal).",
      detail: "approved 13.50 EUR, revision 1, by the terminal",
    },
    { at: `${DAY}3:31.025Z`, what: "told", text: "The result was sent to the till.", detail: "revision 1" },
    {
      at: `${DAY}3:31.090Z`,
      what: "acknowledged",
      text: "The till has confirmed that it has the result.",
      detail: "revision 1",
    },
  ],
  chain: {
    journal: "01JNKP9Z3V5N0B8Q7M1T2R4YSX",
    facts: 5,
    hash: "3f1d2c8e4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0",
  },
};

export const ABOUT = {
  language: "en",
  version: "0.1.0",
  madeAt: "2026-03-05T16:20:00.000Z",
  timeZone: "Europe/Berlin",
  terminalName: "Counter at the door",
} as const;
