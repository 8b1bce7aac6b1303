import type { OperationType } from "../core/operation.ts";
import type { Scope } from "../core/pos.ts";
import { unreachable } from "../core/assert.ts";
import type { ValueOf } from "../core/schema.ts";
import { administrationMethods } from "./administration-methods.ts";
import { diagnosticsMethods } from "./diagnostics-methods.ts";
import { practiceMethods } from "./practice-methods.ts";
import { pageMethods } from "./page-methods.ts";
import { sessionMethods } from "./session-methods.ts";
import { terminalMethods } from "./terminal-methods.ts";
import { transactionMethods } from "./transaction-methods.ts";

/** Every method of the protocol: what it takes, what it answers and what it needs. */
export const METHODS = {
  ...sessionMethods,
  ...terminalMethods,
  ...transactionMethods,
  ...administrationMethods,
  ...diagnosticsMethods,
  ...pageMethods,
  ...practiceMethods,
};

export type MethodName = keyof typeof METHODS;
export type ParamsOf<Name extends MethodName> = ValueOf<(typeof METHODS)[Name]["params"]>;
export type ResultOf<Name extends MethodName> = ValueOf<(typeof METHODS)[Name]["result"]>;

/** The scope that starting an operation needs. What gives money back needs `refund`, and more where nothing was paid before. */
export function scopeOf({ type, referenced }: { readonly type: OperationType; readonly referenced: boolean }): Scope {
  switch (type) {
    case "refund":
      return referenced ? "refund" : "unreferencedRefund";
    case "void":
      return "refund";
    case "reconciliation":
      return "settle";
    case "sale":
    case "preauthorization":
    case "incrementAuthorization":
    case "capture":
    case "releaseAuthorization":
    case "adjustment":
    case "balance":
    case "verification":
    case "duplicateReceipt":
      return "pay";
    default:
      return unreachable(type);
  }
}
