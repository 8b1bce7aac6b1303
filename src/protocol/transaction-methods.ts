import { OPERATION_TYPES, OperationSchema } from "../core/operation.ts";
import { OUTCOME_KINDS } from "../core/outcome.ts";
import { oneOf, Type } from "../core/schema.ts";
import {
  exactly,
  PersonName,
  PosName,
  Reason,
  RequestId,
  TerminalId,
  Time,
  TransactionId,
  transactionName,
} from "./fields.ts";
import { method } from "./method.ts";
import { SignatureSchema } from "./pos.ts";
import { DecisionSchema, TransactionSchema } from "./transaction.ts";

const oneTransaction = Type.Object({ transaction: TransactionSchema });
const Revision = Type.Integer({ minimum: 1, maximum: 1_000_000, description: "Of the outcome" });

export const transactionMethods = {
  "transactions.start": method({
    summary:
      "Asks a terminal for an operation. Repeated with the same `requestId` it answers what is known and moves no money twice.",
    scope: "byOperation",
    params: exactly({
      terminal: TerminalId,
      requestId: RequestId,
      operation: OperationSchema,
      until: Type.Optional(
        oneOf(["accepted", "settled"], {
          description: "When the reply comes: once it is stored (default), or with the final outcome",
        }),
      ),
      journal: Type.Optional(
        Type.String({
          maxLength: 64,
          description: "`hello.journal` as it was at the first try; sent with a repeated start",
        }),
      ),
      signature: Type.Optional(SignatureSchema),
    }),
    result: Type.Object({
      transaction: TransactionSchema,
      replayed: Type.Optional(Type.Boolean({ description: "It was stored before this request" })),
    }),
  }),
  "transactions.get": method({
    summary: "One transaction, by its id or by the POS's own request id.",
    scope: "status",
    params: exactly(transactionName),
    result: oneTransaction,
  }),
  "transactions.list": method({
    summary: "Transactions, newest first. A POS sees its own.",
    scope: "status",
    params: exactly({
      terminal: Type.Optional(TerminalId),
      state: Type.Optional(oneOf(["accepted", "dispatched", "settled"])),
      outcome: Type.Optional(Type.Array(oneOf(OUTCOME_KINDS), { minItems: 1, maxItems: 5 })),
      unacknowledged: Type.Optional(Type.Boolean()),
      undecided: Type.Optional(
        Type.Boolean({
          description: "`true`: only those in doubt or contradicted, that the terminal or a person still has to decide",
        }),
      ),
      reference: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
      pos: Type.Optional(PosName),
      from: Type.Optional(Time),
      to: Type.Optional(Time),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
      cursor: Type.Optional(
        Type.String({ minLength: 1, maxLength: 256, description: "From the reply before this one" }),
      ),
    }),
    result: Type.Object({ transactions: Type.Array(TransactionSchema), cursor: Type.Optional(Type.String()) }),
  }),
  "transactions.cancel": method({
    summary: "Records that a cancel is wanted. How it ended is the outcome; twice, or after the end, is no error.",
    scope: "pay",
    params: exactly(transactionName),
    result: oneTransaction,
  }),
  "transactions.acknowledge": method({
    summary: "Tells that the POS has this revision of the outcome (by default the first); it is not delivered again.",
    scope: "pay",
    params: exactly({ ...transactionName, revision: Type.Optional(Revision) }),
    result: oneTransaction,
  }),
  "transactions.timeline": method({
    summary: "What happened, line by line.",
    scope: "status",
    params: exactly(transactionName),
    result: Type.Object({
      entries: Type.Array(
        Type.Object({
          at: Time,
          what: Type.String({ description: "For programs: the kind of fact, or of what happened around it" }),
          text: Type.Optional(Type.String({ description: "For the person at the counter, in the session's language" })),
          detail: Type.Optional(Type.String({ description: "For a technician" })),
        }),
      ),
      chain: Type.Optional(
        Type.Object(
          { journal: Type.String(), facts: Type.Integer(), hash: Type.String() },
          { description: "Where its facts lie, and the hash of the last one, as in `journal export`" },
        ),
      ),
    }),
  }),
  "transactions.answer": method({
    summary: "The cashier's answer to a `transaction.prompt`.",
    scope: "pay",
    params: exactly({
      ...transactionName,
      prompt: Type.String({ minLength: 1, maxLength: 64 }),
      value: Type.String({ maxLength: 16_384 }),
    }),
    result: Type.Object({}),
  }),
  "transactions.resolve": method({
    summary: "A person decides a transaction that is recovering, unknown or contradicted.",
    scope: "resolve",
    params: exactly({
      ...transactionName,
      revision: Type.Optional(Revision),
      outcome: DecisionSchema,
      operator: PersonName,
      reason: Reason,
    }),
    result: oneTransaction,
  }),
  "transactions.hold": method({
    summary:
      "Takes no new transaction until `transactions.release` or the end of this session: they are refused with `shuttingDown`, " +
      "to be asked again with the same request id. Answers what still runs or waits; asked again, what is left of that. " +
      "What is in doubt and waits for its recovery or for a person is not told.",
    scope: "admin",
    params: exactly({ reason: Reason }),
    result: Type.Object({
      open: Type.Array(
        Type.Object({
          transaction: TransactionId,
          pos: PosName,
          terminal: TerminalId,
          operation: oneOf(OPERATION_TYPES),
          state: oneOf(["accepted", "dispatched"]),
        }),
      ),
    }),
  }),
  "transactions.release": method({
    summary: "Ends this session's `transactions.hold`. Twice, or without one, is no error.",
    scope: "admin",
    params: exactly({}),
    result: Type.Object({}),
  }),
};

/** The list that `transactions.list` answers when no `limit` is given. */
export const DEFAULT_PAGE = 50;
