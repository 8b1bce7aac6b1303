import { ERROR_REASONS, type ErrorReason } from "../core/errors.ts";
import type { Json } from "../core/json.ts";
import { oneOf, Type, type ValueOf } from "../core/schema.ts";
import type { EventOnWire, Hello } from "./events.ts";
import { TerminalId } from "./fields.ts";
import { PosLimitSchema } from "./pos.ts";
import { TransactionSchema } from "./transaction.ts";

/** JSON-RPC 2.0. A request without an id, a batch and a notification to the server are `invalidMessage`. */
export type RpcId = string | number;

type RpcResult = { readonly jsonrpc: "2.0"; readonly id: RpcId; readonly result: unknown };

export type RpcFailure = { readonly jsonrpc: "2.0"; readonly id: RpcId | null; readonly error: RpcError };

export type RpcError = { readonly code: number; readonly message: string; readonly data: ErrorData };

export type RpcNotification =
  | { readonly jsonrpc: "2.0"; readonly method: "hello"; readonly params: Hello }
  | { readonly jsonrpc: "2.0"; readonly method: "event"; readonly params: EventOnWire };

export type RpcReply = RpcResult | RpcFailure;

/** What a program reads of an error. The list of reasons is open. */
export const ErrorDataSchema = Type.Object(
  {
    reason: oneOf(ERROR_REASONS),
    retry: oneOf(["same", "new", "never"], {
      description:
        "`same`: ask again with the same request id. `new`: a new request may work. `never`: asking again does not help",
    }),
    field: Type.Optional(
      Type.String({ description: "The field of the params that is at fault: `operation.amount.value`" }),
    ),
    retryAfterMs: Type.Optional(
      Type.Integer({ minimum: 0, description: "Before so much time has passed, asking again is of no use" }),
    ),
    terminal: Type.Optional(TerminalId),
    transaction: Type.Optional(
      Type.Union([TransactionSchema, Type.Object({ id: Type.String() })], {
        description: "The transaction that stands in the way; of another POS's only the id",
      }),
    ),
    limit: Type.Optional(PosLimitSchema),
    left: Type.Optional(
      Type.Integer({ minimum: 0, description: "What this limit leaves for the rest of the day, in minor units" }),
    ),
  },
  { description: "`reason` is for a program, the error's `message` for a person" },
);
export type ErrorData = ValueOf<typeof ErrorDataSchema>;

const RPC_CODES: Partial<Record<ErrorReason, number>> = {
  invalidMessage: -32600,
  messageTooLarge: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
};

/** JSON-RPC's own codes where it has one, else -32000. Text that is no JSON is -32700, whatever its reason. */
export function rpcCodeOf(reason: ErrorReason): number {
  return RPC_CODES[reason] ?? -32000;
}

export const PARSE_ERROR_CODE = -32700;

/** Reads no further than the JSON type of an id: the rest of the message may be anything. */
export function isRpcId(value: Json | undefined): value is RpcId {
  return (typeof value === "string" && value.length <= 128) || Number.isSafeInteger(value);
}
