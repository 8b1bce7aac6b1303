import { MoneySchema } from "./operation.ts";
import { ReceiptSchema } from "./receipt.ts";
import { oneOf, Type, type TSchema, type ValueOf } from "./schema.ts";

export const DECLINE_REASONS = [
  "insufficientFunds",
  "cardExpired",
  "cardBlocked",
  "cardNotAccepted",
  "wrongPin",
  "limitExceeded",
  "callIssuer",
  "hostUnavailable",
  "cardReadFailed",
  "other",
] as const;

export const NOT_PERFORMED_REASONS = [
  "notSent",
  "refused",
  "noRecord",
  "queueLimit",
  "posGone",
  "restart",
  "terminalBusy",
  "terminalFenced",
  "unsupported",
  "reversed",
] as const;
export type NotPerformedReason = (typeof NOT_PERFORMED_REASONS)[number];

export const UNKNOWN_CAUSES = ["timeout", "linkLost", "restart", "terminal", "contradiction", "journal"] as const;
export type UnknownCause = (typeof UNKNOWN_CAUSES)[number];

export const ADVICE_CODES = ["wait", "lookAtTerminal", "askOperator", "callSupport"] as const;
export type AdviceCode = (typeof ADVICE_CODES)[number];

/** Who ended it. `terminalTimeout`: the customer did nothing for as long as the terminal waits. */
export const CANCELED_BY = ["pos", "cardholder", "operator", "terminalTimeout"] as const;
export type CanceledBy = (typeof CANCELED_BY)[number];

/** `approved` is the total that moved, with tip, cashback and surcharge in it. */
export const AmountsSchema = Type.Object({
  asked: Type.Optional(MoneySchema),
  approved: MoneySchema,
  tip: Type.Optional(MoneySchema),
  cashback: Type.Optional(MoneySchema),
  surcharge: Type.Optional(MoneySchema),
});
export type Amounts = ValueOf<typeof AmountsSchema>;

export const CardSchema = Type.Object({
  brand: Type.Optional(Type.String()),
  last4: Type.Optional(Type.String({ pattern: "^[0-9]{4}$", description: "the last four digits, with their zeros" })),
  entry: Type.Optional(oneOf(["chip", "contactless", "stripe", "keyed"])),
});

const VendorSays = Type.Object(
  { code: Type.String(), text: Type.String() },
  { description: "the vendor's own code and text" },
);

const References = Type.Record(Type.String(), Type.String());

/** What every kind of verdict may carry. */
const evidence = {
  vendor: Type.Optional(VendorSays),
  terminalReferences: Type.Optional(References),
  receipts: Type.Optional(Type.Array(ReceiptSchema)),
  card: Type.Optional(CardSchema),
};

const verdict = <Kind extends string, Fields extends Record<string, TSchema>>(kind: Kind, fields: Fields) =>
  Type.Object({ kind: Type.Literal(kind), ...evidence, ...fields });

const PaymentSchema = Type.Object({
  amount: MoneySchema,
  status: oneOf(["approved", "declined", "reversed"]),
  card: Type.Optional(CardSchema),
  approvalCode: Type.Optional(Type.String()),
});

/** `captured: false`: only reserved. `final: false`: accepted for processing, a later revision tells the end. */
const ApprovedSchema = verdict("approved", {
  amounts: Type.Optional(AmountsSchema),
  partial: Type.Boolean(),
  captured: Type.Boolean(),
  final: Type.Boolean(),
  approvalCode: Type.Optional(Type.String()),
  payments: Type.Optional(Type.Array(PaymentSchema)),
});
const DeclinedSchema = verdict("declined", { reason: oneOf(DECLINE_REASONS) });
/** `reversed`: money moved and went back; the customer may see both lines. */
const CanceledSchema = verdict("canceled", { by: oneOf(CANCELED_BY), reversed: Type.Optional(Type.Boolean()) });
const NotPerformedSchema = verdict("notPerformed", {
  reason: oneOf(NOT_PERFORMED_REASONS),
  reversed: Type.Optional(Type.Boolean()),
});
const UnknownSchema = verdict("unknown", { since: oneOf(UNKNOWN_CAUSES), advice: oneOf(ADVICE_CODES) });

/** What is said about an operation's end, before it is known who decided and at which revision. */
export type Verdict =
  | ValueOf<typeof ApprovedSchema>
  | ValueOf<typeof DeclinedSchema>
  | ValueOf<typeof CanceledSchema>
  | ValueOf<typeof NotPerformedSchema>
  | ValueOf<typeof UnknownSchema>;

export type Approved = Extract<Verdict, { kind: "approved" }>;

export const OUTCOME_KINDS = ["approved", "declined", "canceled", "notPerformed", "unknown"] as const;
export type OutcomeKind = (typeof OUTCOME_KINDS)[number];

const DecidedBySchema = Type.Object({
  kind: oneOf(["terminal", "daemon", "recovery", "person"]),
  name: Type.Optional(Type.String({ description: "of the person" })),
  at: Type.Optional(Type.String()),
  reason: Type.Optional(Type.String()),
});
export type DecidedBy = ValueOf<typeof DecidedBySchema>;

const decision = { revision: Type.Integer({ minimum: 1 }), decidedBy: DecidedBySchema };

/** A verdict that stands: `revision` is 1 when settled and grows by one with each resolution. */
export const OutcomeSchema = Type.Union([
  Type.Object({ ...ApprovedSchema.properties, ...decision }),
  Type.Object({ ...DeclinedSchema.properties, ...decision }),
  Type.Object({ ...CanceledSchema.properties, ...decision }),
  Type.Object({ ...NotPerformedSchema.properties, ...decision }),
  Type.Object({ ...UnknownSchema.properties, ...decision }),
]);

export type Outcome = Verdict & { readonly revision: number; readonly decidedBy: DecidedBy };
