import { maskCardNumbers } from "../../codec/card-numbers.ts";
import type { Operation } from "../../core/operation.ts";
import { oneOf, schemaFaults, Type, type ValueOf } from "../../core/schema.ts";

/** What a POS can say of a sale in `operation.vendor` (mercado-pago.md 3.1). */
const SaleFieldsSchema = Type.Object(
  {
    paymentType: Type.Optional(
      oneOf(["credit_card", "debit_card", "voucher_card", "qr"], { description: "what the terminal offers first" }),
    ),
    installmentsCost: Type.Optional(oneOf(["seller", "buyer"], { description: "who bears it; Brazil" })),
    ticketNumber: Type.Optional(Type.String({ pattern: "^[A-Za-z0-9._-]{1,32}$" })),
    description: Type.Optional(Type.String({ minLength: 1, maxLength: 150 })),
  },
  { additionalProperties: false },
);

export type SaleFields = ValueOf<typeof SaleFieldsSchema>;

/** Undefined where all is well. */
export function saleFieldFault({ vendor, installments }: Operation): string | undefined {
  const [fault] = schemaFaults(SaleFieldsSchema, vendor ?? {});
  if (fault !== undefined) return `operation.vendor.${fault.field} ${fault.why}`;
  const { description, ticketNumber, paymentType } = saleFieldsOf(vendor);
  for (const text of [description, ticketNumber]) {
    if (text !== undefined && maskCardNumbers(text) !== text) return "operation.vendor may hold no card number";
  }
  const isOfCredit = paymentType === undefined || paymentType === "credit_card";
  return installments !== undefined && !isOfCredit ? "only a credit card is paid in installments" : undefined;
}

/** Checked when the operation was accepted. */
export function saleFieldsOf(vendor: Operation["vendor"]): SaleFields {
  return vendor ?? {};
}
