import { isJsonObject, type Json, type JsonObject } from "../../core/json.ts";
import { transactionWith } from "../poynt/simulator-memory.ts";
import { amountIn, isAmount, textIn } from "../poynt/simulator-order.ts";
import { refusal, type Result } from "./simulator-errors.ts";
import type { Memory } from "./simulator-memory.ts";
import { refusalOf, type Task } from "./simulator-money.ts";
import type { ChangeAsked } from "./simulator-routes.ts";
import type { Scenario } from "./simulator-scenario.ts";

/** What a request to change a transaction is to do, or why it is not done. */
export function changeTask(
  { command, transactionId, body }: ChangeAsked,
  requestId: string,
  memory: Memory,
  { identity }: Scenario,
): Task | Result {
  if (transactionId === "") return refusal("MISSING_PARAMETER", "parentId");
  const { amounts = {} } = body;
  const fault = isJsonObject(amounts) ? faultOf(amounts) : "amounts";
  if (fault !== undefined || !isJsonObject(amounts)) return refusal("INVALID_PARAMETER", fault ?? "amounts");
  const named = transactionWith(memory.books, transactionId);
  const asked = askedOf(command, amounts, body);
  const refused = refusalOf(command, named, asked);
  if (refused !== undefined) return refused;
  const { deviceId = "", serialNumber = identity.serialNumber } = memory.places[transactionId] ?? {};
  return { command, asked, transactionId, requestId, device: { deviceId, serialNumber }, via: "rest" };
}

/** In the words of a payment object: a refund is of a total, a capture and an adjustment know the tip apart. */
function askedOf(command: ChangeAsked["command"], amounts: JsonObject, { references }: JsonObject): JsonObject {
  const total = amountIn(amounts, "transactionAmount");
  const tip = amountIn(amounts, "tipAmount") ?? (total === undefined ? undefined : 0);
  const order = amountIn(amounts, "orderAmount") ?? (total === undefined ? undefined : total - (tip ?? 0));
  const about = {
    ...(references === undefined ? {} : { references, referenceId: referenceIn(references) }),
    ...(amounts["currency"] === undefined ? {} : { currency: amounts["currency"] }),
  };
  if (command === "void") return about;
  if (command === "refund") return order === undefined ? about : { ...about, amount: total ?? order + (tip ?? 0) };
  return {
    ...about,
    ...(order === undefined ? {} : { amount: order }),
    ...(tip === undefined ? {} : { tipAmount: tip }),
  };
}

/** As a message's is kept; empty where there is none. */
function referenceIn(references: Json): string {
  const items: readonly Json[] = Array.isArray(references) ? references : [];
  const own = items.filter((item) => isJsonObject(item)).find((item) => item["customType"] === "referenceId");
  return own === undefined ? "" : textIn(own, "id");
}

const AMOUNTS = ["transactionAmount", "orderAmount", "tipAmount", "cashbackAmount"];

/** The total is what its parts add up to (poynt.md 1.6). */
function faultOf(amounts: JsonObject): string | undefined {
  const wrong = AMOUNTS.find((name) => amounts[name] !== undefined && !isAmount(amounts[name]));
  if (wrong !== undefined) return `amounts.${wrong} is no amount in minor units`;
  const [total, order, tip = 0, cashback = 0] = AMOUNTS.map((name) => amountIn(amounts, name));
  if (total !== undefined && (order ?? total - tip) + tip + cashback !== total) return "amounts do not add up";
  return amounts["currency"] === undefined || /^[A-Z]{3}$/.test(textIn(amounts, "currency"))
    ? undefined
    : "amounts.currency";
}
