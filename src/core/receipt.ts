import { oneOf, Type, type ValueOf } from "./schema.ts";

export const ReceiptSchema = Type.Object({
  copy: oneOf(["merchant", "customer"]),
  lines: Type.Array(
    Type.Object({
      text: Type.String(),
      bold: Type.Optional(Type.Boolean()),
      align: Type.Optional(oneOf(["left", "center", "right"])),
    }),
  ),
  printedBy: oneOf(["terminal", "pos"]),
  signatureRequired: Type.Boolean(),
});

export type Receipt = ValueOf<typeof ReceiptSchema>;
