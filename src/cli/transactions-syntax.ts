import type { OutcomeKind } from "../core/outcome.ts";
import type { TransactionState } from "../core/transaction.ts";
import { option, type CommandSyntax } from "./command-syntax.ts";

const STATES = ["accepted", "dispatched", "settled"] as const satisfies readonly TransactionState[];
const DECISIONS = ["approved", "declined", "canceled", "notPerformed"] as const satisfies readonly OutcomeKind[];
const OUTCOMES = [...DECISIONS, "unknown"] as const satisfies readonly OutcomeKind[];

export const OPERATOR = option("--operator <NAME>", "who decides; the user of the system where nobody is named");
export const CURRENCY = option("--currency <CODE>", "ISO 4217, as EUR or CLP");

const transactions = () => import("./commands/transactions.ts");
const BY_REQUEST_ID = option("--request-id [ID]", "the transaction is named by its request id");

export const TRANSACTIONS: readonly CommandSyntax[] = [
  {
    words: "transactions list",
    what: "newest first",
    isDefault: true,
    options: [
      option("--terminal <ID>", "at this terminal"),
      option("--pos <NAME>", "of this POS"),
      { ...option("--state <STATE>", "in this state"), oneOf: STATES },
      { ...option("--outcome <KIND>", "ended like this; may be repeated"), oneOf: OUTCOMES, repeatable: true },
      option("--unacknowledged", "whose outcome the POS has not acknowledged"),
      option("--reference <TEXT>", "with this ticket or order number"),
      option("--from <TIME>", "created at this time or later, RFC 3339"),
      option("--to <TIME>", "created before this time, RFC 3339"),
      option("--limit <N>", "at most so many, 1 to 200"),
      option("--cursor <TEXT>", "goes on where the last list ended"),
    ],
    load: async () => (await transactions()).list,
  },
  {
    words: "transactions show [ID]",
    what: "one transaction",
    options: [BY_REQUEST_ID],
    load: async () => (await transactions()).show,
  },
  {
    words: "transactions timeline [ID]",
    what: "what happened to it, line by line",
    options: [
      BY_REQUEST_ID,
      option("--language <CODE>", "of the words: en, es, pt or de"),
      option(
        "--evidence <FILE>",
        "write it as a page for the customer or the acquirer: .html, .txt, or both without an ending",
      ),
    ],
    load: async () => (await transactions()).timeline,
  },
  {
    words: "transactions cancel [ID]",
    what: "ask for it to be canceled; the result decides",
    options: [BY_REQUEST_ID],
    load: async () => (await transactions()).cancel,
  },
  {
    words: "transactions resolve [ID]",
    what: "decide one that is in doubt, after looking at the terminal",
    options: [
      BY_REQUEST_ID,
      { ...option("--outcome <KIND>", "how it ended"), oneOf: DECISIONS },
      option("--reason <TEXT>", "how you know"),
      OPERATOR,
      option("--amount <AMOUNT>", "what moved; what was asked where it is not given"),
      CURRENCY,
      option("--approval-code <CODE>", "as on the receipt"),
      {
        ...option("--terminal-reference <NAME=VALUE>", "what the terminal calls it; a later refund needs it"),
        repeatable: true,
      },
    ],
    load: async () => (await transactions()).resolve,
  },
];
