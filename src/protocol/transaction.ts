import { MoneySchema, OperationSchema } from "../core/operation.ts";
import { ADVICE_CODES, OutcomeSchema } from "../core/outcome.ts";
import { oneOf, Type, type ValueOf } from "../core/schema.ts";
import { STAGES } from "../core/terminal.ts";
import { PosName, RequestId, TerminalId, Time, TransactionId } from "./fields.ts";

/** What a person is to do, as a code for the program and in the session's language for the person. */
export const AdviceSchema = Type.Object({ code: oneOf(ADVICE_CODES), text: Type.String() });
export type Advice = ValueOf<typeof AdviceSchema>;

const [approved, declined, canceled, notPerformed, unknown] = OutcomeSchema.anyOf;

/** The outcome as the core knows it, with the advice put into words. */
export const OutcomeOnWireSchema = Type.Union([
  approved,
  declined,
  canceled,
  notPerformed,
  Type.Object({ ...unknown.properties, advice: AdviceSchema }),
]);
export type OutcomeOnWire = ValueOf<typeof OutcomeOnWireSchema>;

const ProgressSchema = Type.Object({
  stage: oneOf(STAGES),
  text: Type.Optional(Type.String({ description: "the terminal's own words" })),
});

export const TransactionSchema = Type.Object(
  {
    id: TransactionId,
    pos: PosName,
    requestId: RequestId,
    terminal: TerminalId,
    operation: OperationSchema,
    state: oneOf(["accepted", "dispatched", "settled"]),
    recovering: Type.Optional(Type.Boolean({ description: "In doubt, and the daemon still asks the terminal" })),
    cancelRequested: Type.Optional(
      Type.Boolean({ description: "A cancel was asked for; how it ended is the outcome" }),
    ),
    progress: Type.Optional(ProgressSchema),
    outcome: Type.Optional(OutcomeOnWireSchema),
    contradicted: Type.Optional(
      Type.Object(
        { evidence: Type.String() },
        { description: "Evidence against the outcome, which a person has to judge" },
      ),
    ),
    acknowledged: Type.Boolean({ description: "Whether the latest revision of the outcome was acknowledged" }),
    createdAt: Time,
    dispatchedAt: Type.Optional(Time),
    settledAt: Type.Optional(Time),
    deadline: Type.Optional(Time),
    queuePosition: Type.Optional(
      Type.Integer({ minimum: 0, description: "Its place in the queue of the terminal; 1 is the next" }),
    ),
  },
  { description: "One operation of one POS at one terminal; its key is (pos, requestId)" },
);

export type TransactionOnWire = ValueOf<typeof TransactionSchema>;

/** What a person may decide about a transaction in doubt. */
export const DecisionSchema = Type.Object(
  {
    kind: oneOf(["approved", "declined", "canceled", "notPerformed"]),
    amounts: Type.Optional(
      Type.Object(
        {
          approved: MoneySchema,
          tip: Type.Optional(MoneySchema),
          cashback: Type.Optional(MoneySchema),
          surcharge: Type.Optional(MoneySchema),
        },
        { additionalProperties: false, description: "What moved; by default what was asked" },
      ),
    ),
    approvalCode: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    terminalReferences: Type.Optional(
      Type.Record(Type.String({ pattern: "^[A-Za-z0-9_]{1,32}$" }), Type.String({ minLength: 1, maxLength: 64 }), {
        maxProperties: 16,
        additionalProperties: false,
      }),
    ),
  },
  { additionalProperties: false },
);
export type Decision = ValueOf<typeof DecisionSchema>;
