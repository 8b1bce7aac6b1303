import { MoneySchema } from "../core/operation.ts";
import { Type } from "../core/schema.ts";
import { exactly } from "./fields.ts";
import { method } from "./method.ts";
import { TransactionSchema } from "./transaction.ts";

/** For whoever learns, shows or tries Tillbridge without a terminal. */
export const practiceMethods = {
  "practice.run": method({
    summary:
      "A sale at a simulated terminal that is there for it alone: terminal `practice`, POS `page`. No money moves; it answers with the end.",
    scope: "admin",
    params: exactly({
      vendor: Type.Optional(
        Type.String({
          minLength: 1,
          maxLength: 64,
          description: "Whose terminal is simulated, as in `vendors.list`: one that is not reached through a cloud",
        }),
      ),
      amount: MoneySchema,
    }),
    result: Type.Object({
      vendor: Type.String({ description: "Whose terminal was simulated" }),
      transaction: TransactionSchema,
    }),
  }),
};
