import { decimalsOf, MAX_AMOUNT_MINOR } from "./money.ts";
import { movesMoney, OPERATION_TYPES, type OperationType } from "./operation-type.ts";
import { oneOf, Type, type ValueOf } from "./schema.ts";
import { totalAsked } from "./total-asked.ts";

export { OPERATION_TYPES, type OperationType } from "./operation-type.ts";

/** An amount in minor units of ISO 4217. Zero is allowed by the schema and refused where money must move. */
export const MoneySchema = Type.Object(
  {
    value: Type.Integer({ minimum: 0, maximum: MAX_AMOUNT_MINOR, description: "minor units of the currency" }),
    currency: Type.String({ pattern: "^[A-Z]{3}$", description: "ISO 4217, alphabetic" }),
  },
  { additionalProperties: false, description: "money in minor units: 12.50 EUR is 1250" },
);

const ReferenceText = Type.String({ minLength: 1, maxLength: 64 });

/** The operation that is refunded, voided or captured: one of ours, or what the terminal calls it. */
export const OriginalSchema = Type.Union([
  Type.Object({ transaction: ReferenceText }, { additionalProperties: false }),
  Type.Object(
    {
      terminalReferences: Type.Record(Type.String({ pattern: "^[A-Za-z0-9_]{1,32}$" }), ReferenceText, {
        maxProperties: 16,
        additionalProperties: false,
      }),
    },
    { additionalProperties: false },
  ),
]);

const OperationOptionsSchema = Type.Object(
  {
    print: Type.Optional(Type.Boolean({ description: "whether the terminal prints, where it can" })),
    partial: Type.Optional(Type.Boolean({ description: "a partial approval is allowed" })),
    tenders: Type.Optional(Type.Boolean({ description: "several tenders are allowed" })),
    timeoutSeconds: Type.Optional(
      Type.Integer({
        minimum: 10,
        maximum: 900,
        description: "from dispatch to result; where the terminal's own limit is longer, that one counts",
      }),
    ),
    despite: Type.Optional(ReferenceText),
    employee: Type.Optional(Type.String({ minLength: 1, maxLength: 32 })),
    saleType: Type.Optional(Type.String({ minLength: 1, maxLength: 32 })),
  },
  { additionalProperties: false },
);

export const OperationSchema = Type.Object(
  {
    type: oneOf(OPERATION_TYPES),
    amount: Type.Optional(MoneySchema),
    tip: Type.Optional(MoneySchema),
    cashback: Type.Optional(MoneySchema),
    installments: Type.Optional(Type.Integer({ minimum: 1, maximum: 99 })),
    reference: Type.Optional(ReferenceText),
    original: Type.Optional(OriginalSchema),
    language: Type.Optional(Type.String({ pattern: "^[a-z]{2}(-[A-Z]{2})?$" })),
    options: Type.Optional(OperationOptionsSchema),
    vendor: Type.Optional(Type.Record(Type.String({ maxLength: 64 }), Type.Unknown(), { maxProperties: 32 })),
  },
  {
    additionalProperties: false,
    description: "what the POS asks for; amount is the goods only, tip and cashback come on top",
  },
);

export type Operation = ValueOf<typeof OperationSchema>;

const NEEDS_AMOUNT: ReadonlySet<OperationType> = new Set([
  "sale",
  "preauthorization",
  "incrementAuthorization",
  "capture",
  "adjustment",
]);

/**
 * What the schema cannot say about an operation: amounts where money moves, one currency, a known one. Undefined where all is
 * well, else the field and the reason, for `invalidParams`.
 */
export function faultOf(operation: Operation): { readonly field: string; readonly why: string } | undefined {
  const { type, amount, tip, cashback, original } = operation;
  const needsAmount = NEEDS_AMOUNT.has(type) || (type === "refund" && original === undefined);
  if (needsAmount && amount === undefined) return { field: "operation.amount", why: `a ${type} needs an amount` };
  if (type === "void" && original === undefined)
    return { field: "operation.original", why: "a void names its original" };
  for (const [field, money] of Object.entries({ amount, tip, cashback })) {
    if (money === undefined) continue;
    if (decimalsOf(money.currency) === undefined) {
      return { field: `operation.${field}.currency`, why: `ISO 4217 does not know ${money.currency}` };
    }
    if (money.currency !== amount?.currency)
      return { field: `operation.${field}.currency`, why: "amounts differ in currency" };
    if (field === "amount" && money.value === 0 && movesMoney(type)) {
      return { field: "operation.amount.value", why: "zero moves no money" };
    }
  }
  if ((totalAsked(operation)?.value ?? 0) > MAX_AMOUNT_MINOR) {
    return { field: "operation.amount.value", why: `the total is more than ${MAX_AMOUNT_MINOR}` };
  }
  return undefined;
}
