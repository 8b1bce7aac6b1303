import { retryOf, type Refusal } from "../../core/errors.ts";
import {
  PARSE_ERROR_CODE,
  rpcCodeOf,
  type ErrorData,
  type RpcError,
  type RpcFailure,
  type RpcId,
} from "../../protocol/envelope.ts";
import type { Caller, TransactionsApi } from "../api.ts";
import type { Language } from "./advice.ts";
import { transactionOnWire } from "./views.ts";

export function failure(id: RpcId | null, error: RpcError): RpcFailure {
  return { jsonrpc: "2.0", id, error };
}

export function rpcError(
  { reason, message, terminal, field, retryAfterMs, limit, left }: Refusal,
  transaction?: ErrorData["transaction"],
): RpcError {
  return {
    code: rpcCodeOf(reason),
    message,
    data: {
      reason,
      retry: retryOf(reason),
      ...(field === undefined ? {} : { field }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      ...(terminal === undefined ? {} : { terminal }),
      ...(transaction === undefined ? {} : { transaction }),
      ...(limit === undefined ? {} : { limit }),
      ...(left === undefined ? {} : { left }),
    },
  };
}

export function parseError(refusal: Refusal): RpcError {
  return { ...rpcError(refusal), code: PARSE_ERROR_CODE };
}

/** The transaction that stands in the way, whole for those who may see it, else its id alone. */
export async function inTheWay(
  id: string,
  transactions: TransactionsApi,
  caller: Caller,
  language: Language,
): Promise<ErrorData["transaction"]> {
  const found = await transactions.get(caller, { transaction: id }).catch(() => undefined);
  return found?.kind === "done" ? transactionOnWire(found.value, language) : { id };
}
