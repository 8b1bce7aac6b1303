import { Type, type ValueOf } from "./schema.ts";

export const ReceiptSchema = Type.Object({
  copy: Type.Union([Type.Literal("merchant"), Type.Literal("customer")]),
  lines: Type.Array(
    Type.Object({
      text: Type.String(),
      bold: Type.Optional(Type.Boolean()),
      align: Type.Optional(Type.Union([Type.Literal("left"), Type.Literal("center"), Type.Literal("right")])),
    }),
  ),
  printedBy: Type.Union([Type.Literal("terminal"), Type.Literal("pos")]),
  signatureRequired: Type.Boolean(),
});

export type Receipt = ValueOf<typeof ReceiptSchema>;
