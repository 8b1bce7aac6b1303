import { isJsonObject, type Json, type JsonObject } from "../../core/json.ts";
import { refused, type Refusal } from "../../core/errors.ts";
import { isRpcId, type RpcId } from "../../protocol/envelope.ts";
import { readJson } from "../../protocol/json.ts";

export type ReadMessage =
  | {
      readonly kind: "request";
      readonly id: RpcId;
      readonly method: string;
      readonly params: Json;
      /** What is wrong with the params as text; said after session, method and scope. */
      readonly paramsFault?: { readonly field: string; readonly why: string };
    }
  | { readonly kind: "notJson"; readonly refusal: Refusal }
  /** JSON, but no request. `id` where one can be read. */
  | { readonly kind: "noRequest"; readonly id: RpcId | null; readonly refusal: Refusal };

const KNOWN_FIELDS = new Set(["jsonrpc", "id", "method", "params"]);

export function readMessage(text: string): ReadMessage {
  const read = readJson(text);
  if (read.kind === "notJson") {
    return { kind: "notJson", refusal: invalid(`The message cannot be read: ${read.why}.`) };
  }
  const { value, fault } = read;
  if (Array.isArray(value)) return noRequest(null, "Batches are not taken: send each request as a message of its own.");
  if (!isJsonObject(value)) return noRequest(null, "A message is one JSON object.");
  const inParams = fault?.path[0] === "params" && fault.path.length > 1;
  const id = isRpcId(value["id"]) && fault?.path[0] !== "id" ? value["id"] : null;
  if (fault !== undefined && !inParams) return noRequest(id, `${fieldName(fault.path)} ${fault.why}.`);
  const why = requestFault(value);
  if (why !== undefined || id === null) return noRequest(id, why ?? "A request has an id: a string or an integer.");
  const { params = {} } = value;
  return {
    kind: "request",
    id,
    method: value["method"] as string,
    params,
    ...(fault === undefined ? {} : { paramsFault: { field: fieldName(fault.path.slice(1)), why: fault.why } }),
  };
}

function requestFault(message: JsonObject): string | undefined {
  const unknown = Object.keys(message).find((name) => !KNOWN_FIELDS.has(name));
  if (unknown !== undefined) return "A request has the fields jsonrpc, id, method and params, and no others.";
  if (message["jsonrpc"] !== "2.0") return 'A request says "jsonrpc": "2.0".';
  if (typeof message["method"] !== "string") return "A request names its method.";
  return isRpcId(message["id"]) ? undefined : "A request has an id: a string of at most 128 characters or an integer.";
}

function noRequest(id: RpcId | null, message: string): ReadMessage {
  return { kind: "noRequest", id, refusal: invalid(message) };
}

function invalid(message: string): Refusal {
  return refused("invalidMessage", message).refusal;
}

function fieldName(path: readonly (string | number)[]): string {
  return path.length === 0 ? "The message" : path.join(".");
}
