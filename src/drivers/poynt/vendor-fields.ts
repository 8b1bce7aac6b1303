import { maskCardNumbers } from "../../codec/card-numbers.ts";
import { toAsciiJson } from "../../codec/strict-json.ts";
import { isJsonObject, type Json, type JsonObject } from "../../core/json.ts";
import type { Operation, OperationType } from "../../core/operation.ts";
import { oneOf, schemaFaults, Type, type TSchema, type ValueOf } from "../../core/schema.ts";
import { isArticleNumber } from "./scanned.ts";

const CLOSED = { additionalProperties: false } as const;
const amount = Type.Integer({ minimum: -999_999_999_999, maximum: 999_999_999_999, description: "minor units" });
const text = (maxLength: number) => Type.String({ minLength: 1, maxLength });

/** What a payment may be restricted to, and which screens it skips (poynt.md 1.5.2). All of them true or false. */
export const FLAGS = [
  "disableCash",
  "disableDebitCards",
  "disableTip",
  "skipReceiptScreen",
  "skipSignatureScreen",
  "cashOnly",
  "creditOnly",
  "manualEntry",
  "skipPaymentConfirmationScreen",
  "debitOnly",
  "voucher",
  "disableDebit",
  "disableCheck",
  "disableOther",
  "disableManual",
  "disableMSR",
  "disableEMVCT",
  "disableEMVCL",
  "disableDCC",
  "disableChangeAmount",
  "disablePaymentOptions",
  "disableEbtCashBenefits",
  "disableEbtFoodStamps",
  "disableEbtVoucher",
  "adjustToAddCharges",
] as const;
export type Flag = (typeof FLAGS)[number];

const flags = Object.fromEntries(FLAGS.map((name) => [name, Type.Optional(Type.Boolean())])) as Record<
  Flag,
  ReturnType<typeof Type.Optional<ReturnType<typeof Type.Boolean>>>
>;

const ReferenceSchema = Type.Object(
  {
    id: text(64),
    type: Type.Optional(oneOf(["CUSTOM", "POYNT_ORDER", "POYNT_STAY"])),
    customType: Type.Optional(text(64)),
  },
  CLOSED,
);
const references = Type.Optional(Type.Array(ReferenceSchema, { maxItems: 8 }));

export const OrderItemSchema = Type.Object(
  {
    name: text(128),
    sku: Type.Optional(text(64)),
    unitPrice: amount,
    quantity: Type.Number({ minimum: 0, maximum: 1_000_000 }),
    tax: Type.Optional(amount),
    discount: Type.Optional(amount),
    fee: Type.Optional(amount),
    clientNotes: Type.Optional(text(128)),
    status: Type.Optional(oneOf(["ORDERED", "FULFILLED", "RETURNED"])),
    unitOfMeasure: Type.Optional(text(32)),
  },
  CLOSED,
);

const OrderSchema = Type.Object(
  {
    orderNumber: Type.Optional(text(64)),
    notes: Type.Optional(text(256)),
    items: Type.Array(OrderItemSchema, { maxItems: 200 }),
    discounts: Type.Optional(Type.Array(Type.Object({ amount, customName: text(64) }, CLOSED), { maxItems: 20 })),
    fees: Type.Optional(Type.Array(Type.Object({ amount, name: text(64) }, CLOSED), { maxItems: 20 })),
    amounts: Type.Optional(
      Type.Object(
        {
          subTotal: Type.Optional(amount),
          discountTotal: Type.Optional(amount),
          taxTotal: Type.Optional(amount),
          feeTotal: Type.Optional(amount),
          netTotal: Type.Optional(amount),
          currency: Type.String({ pattern: "^[A-Z]{3}$" }),
        },
        CLOSED,
      ),
    ),
  },
  CLOSED,
);

const paying = {
  ...flags,
  notes: Type.Optional(text(256)),
  actionLabel: Type.Optional(text(32)),
  orderId: Type.Optional(
    Type.String({
      pattern: "^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$",
      description: "the UUID of an order in the vendor's cloud",
    }),
  ),
  order: Type.Optional(OrderSchema),
  references,
  receiptPreference: Type.Optional(
    Type.Object({ receiptType: oneOf(["NONE", "PAPER", "EMAIL", "SMS"]), recipient: Type.Optional(text(128)) }, CLOSED),
  ),
};

const SaleFields = Type.Object(
  {
    ...paying,
    voiceApprovalCode: Type.Optional(
      Type.String({ pattern: "^[0-9A-Za-z]{1,12}$", description: "what the issuer said on the telephone" }),
    ),
  },
  CLOSED,
);
const PreSaleFields = Type.Object(paying, CLOSED);
const RefundFields = Type.Object({ references }, CLOSED);
const SettleFields = Type.Object({ closeBatch: Type.Optional(Type.Boolean()) }, CLOSED);
const NoFields = Type.Object({}, CLOSED);

/** `operation.vendor`, for this terminal. */
export type VendorFields = ValueOf<typeof SaleFields> & ValueOf<typeof SettleFields>;

function schemaOf(type: OperationType): TSchema {
  if (type === "sale") return SaleFields;
  if (type === "preauthorization") return PreSaleFields;
  if (type === "refund") return RefundFields;
  return type === "reconciliation" ? SettleFields : NoFields;
}

/** Validated before the operation was accepted. */
export function vendorFieldsOf({ vendor = {} }: Operation): VendorFields {
  return vendor;
}

/** The terminal would answer with card data, or take it from elsewhere (poynt.md 1.5.2). */
const CARRIES_CARD_DATA: ReadonlySet<string> = new Set(["readCardDataOnly", "cardSessionId", "transactions"]);
/** Bytes of a request that can be stored are 64 KiB; what is not in these fields is short. */
const MOST_BYTES = 48 * 1024;

/** Why these fields cannot be asked of the terminal; undefined where they can. */
export function vendorFieldFault({ type, vendor = {} }: Operation): string | undefined {
  const carrier = Object.keys(vendor).find((name) => CARRIES_CARD_DATA.has(name));
  if (carrier !== undefined) return `operation.vendor.${carrier} could carry card data, and is never asked`;
  const [fault] = schemaFaults(schemaOf(type), vendor);
  if (fault !== undefined) return `operation.vendor${fault.field === "" ? "" : `.${fault.field}`} ${fault.why}`;
  const fields = vendor as JsonObject;
  if (toAsciiJson(fields).length > MOST_BYTES) return `operation.vendor is longer than ${MOST_BYTES} bytes`;
  if (holdsCardNumber(fields)) return "operation.vendor holds what could be a card number";
  return contradiction(vendor);
}

/** Anything that a trace or a fact would have to hide. */
function holdsCardNumber(value: Json): boolean {
  if (typeof value === "string") return !isArticleNumber(value) && maskCardNumbers(value) !== value;
  if (Array.isArray(value)) return value.some((item: Json) => holdsCardNumber(item));
  return isJsonObject(value) && Object.values(value).some(holdsCardNumber);
}

function contradiction({ cashOnly, creditOnly, debitOnly, disableCash, receiptPreference }: VendorFields) {
  const only = [cashOnly, creditOnly, debitOnly].filter((chosen) => chosen === true);
  if (only.length > 1) return "operation.vendor allows one of cashOnly, creditOnly and debitOnly";
  if (cashOnly === true && disableCash === true) return "operation.vendor has both cashOnly and disableCash";
  const { receiptType, recipient } = receiptPreference ?? {};
  if ((receiptType === "EMAIL" || receiptType === "SMS") !== (recipient !== undefined)) {
    return "operation.vendor.receiptPreference has a recipient for EMAIL and SMS, and for no other";
  }
  return undefined;
}
