import type { MethodName, ParamsOf, ResultOf } from "../protocol/methods.ts";
import type { TransactionOnWire } from "../protocol/transaction.ts";

export type { MethodName, ParamsOf };

/** What a method answers. */
export type AnswerOf<Name extends MethodName> = Name extends "transactions.hold"
  ? ResultOf<Name>
  : WithTransactions<ResultOf<Name>>;

/** The schemas say less about an outcome than its type does: the kinds and what each of them holds. */
type WithTransactions<Result> = {
  readonly [Field in keyof Result]: Field extends "transaction"
    ? TransactionOnWire
    : Field extends "transactions" | "open" | "unacknowledged"
      ? readonly TransactionOnWire[]
      : Result[Field];
};
