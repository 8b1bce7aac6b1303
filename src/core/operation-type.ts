/** Apart from the schemas, because the fold of facts needs nothing else: a thread that only folds loads no schema library. */
export const OPERATION_TYPES = [
  "sale",
  "refund",
  "void",
  "preauthorization",
  "incrementAuthorization",
  "capture",
  "releaseAuthorization",
  "adjustment",
  "balance",
  "verification",
  "reconciliation",
  "duplicateReceipt",
] as const;

export type OperationType = (typeof OPERATION_TYPES)[number];

const MOVES_NOTHING: ReadonlySet<OperationType> = new Set(["balance", "verification", "duplicateReceipt"]);

/** Whether a successful operation of this type changes what somebody owns. */
export function movesMoney(type: OperationType): boolean {
  return !MOVES_NOTHING.has(type);
}
