/** What a request is held against, in the contract's order: method, scope, params. */
import { refused, type Result } from "../../core/errors.ts";
import { isJsonObject, type Json, type JsonObject } from "../../core/json.ts";
import { faultOf, OPERATION_TYPES, type Operation } from "../../core/operation.ts";
import type { Scope } from "../../core/pos.ts";
import { compiledCheck, schemaFaults } from "../../core/schema.ts";
import { METHODS, scopeOf, type MethodName, type ParamsOf } from "../../protocol/methods.ts";
import { allows } from "./auth.ts";

const fits = Object.fromEntries(
  Object.entries(METHODS).map(([name, { params }]) => [name, compiledCheck(params)]),
) as Readonly<Record<MethodName, (value: unknown) => boolean>>;

export function methodNamed(name: string): Result<MethodName> {
  if (Object.hasOwn(METHODS, name)) return { kind: "done", value: name as MethodName };
  return refused("methodNotFound", "There is no such method in version 1 of the protocol.");
}

/** Undefined where these scopes allow the method with these params. */
export function scopeFault(
  name: MethodName,
  params: Json,
  scopes: readonly Scope[],
): ReturnType<typeof refused> | undefined {
  const { scope } = METHODS[name];
  if (scope === "open" || scope === "session") return undefined;
  const needed = scope === "byOperation" ? scopesToStart(params) : [scope];
  if (needed.some((each) => allows(scopes, each))) return undefined;
  return refused(
    "forbidden",
    `This POS lacks the scope ${needed.join(" or ")}; an administrator can give it with \`tillbridge pos set NAME --scopes ...\`.`,
  );
}

export function checkedParams<Name extends MethodName>(
  name: Name,
  params: Json,
  textFault?: { readonly field: string; readonly why: string },
): Result<ParamsOf<Name>> {
  if (!isJsonObject(params)) return refused("invalidParams", "params is an object of named fields.");
  if (textFault !== undefined) return misfit(textFault);
  if (!fits[name](params))
    return misfit(schemaFaults(METHODS[name].params, params)[0] ?? { field: "", why: "does not fit" });
  const operation = name === "transactions.start" ? (params["operation"] as JsonObject | undefined) : undefined;
  const fault = operation === undefined ? undefined : faultOf(operation as Operation);
  // What fits the schema has the schema's type.
  return fault === undefined
    ? { kind: "done", value: params as ParamsOf<Name> }
    : invalidParams(fault.field, `${fault.field}: ${fault.why}.`);
}

/** Params that are no start of an operation need any of the scopes: what is wrong with them is said to whoever may start something. */
function scopesToStart(params: Json): readonly Scope[] {
  const operation = isJsonObject(params) ? params["operation"] : undefined;
  const type = isJsonObject(operation) ? OPERATION_TYPES.find((each) => each === operation["type"]) : undefined;
  if (!isJsonObject(operation) || type === undefined) return ["pay", "refund", "settle", "unreferencedRefund"];
  return [scopeOf({ type, referenced: operation["original"] !== undefined })];
}

/** Of a field that is none of ours the name is a stranger's, and may fill his whole message. */
const LONGEST_FIELD = 200;

/** `why` completes "this field ...". */
function misfit({ field: whole, why }: { readonly field: string; readonly why: string }) {
  const field = whole.length > LONGEST_FIELD ? `${whole.slice(0, LONGEST_FIELD).toWellFormed()}...` : whole;
  return invalidParams(field, `${field === "" ? "The whole" : field} ${why}.`);
}

function invalidParams(field: string, message: string) {
  return refused("invalidParams", message, field === "" ? {} : { field });
}
