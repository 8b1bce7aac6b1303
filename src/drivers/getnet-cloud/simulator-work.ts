import { isJsonObject, type Json, type JsonObject } from "../../core/json.ts";
import { COMMANDS, type Request } from "../getnet/messages.ts";
import { closeBatch, emptyMemory, movementOf, recordSale, type Memory } from "../getnet/simulator-memory.ts";
import {
  carryOut as carryOutAtTerminal,
  CODES,
  errorContent,
  isWellFormed,
  replyContent,
  TEXTS,
  type SaleTwist,
} from "../getnet/simulator-replies.ts";
import { completeScenario as terminalScenario } from "../getnet/simulator-scenario.ts";
import { PATHS } from "./messages.ts";
import { reactionOf, type Reaction } from "./simulator-reactions.ts";
import type { Place, Scenario } from "./simulator-scenario.ts";

/** The code of a command that no terminal took (getnet.md 6). */
export const timedOut = (command: number): JsonObject => replyContent(command, 1006, "Tiempo de espera excedido");

export const canceled = (command: number): JsonObject => replyContent(command, CODES.canceled, TEXTS.canceled);

export const notCanceled = (): JsonObject =>
  replyContent(COMMANDS.cancelSale, CODES.notAllowed, "No se puede cancelar");

export const cancelDone = (): JsonObject => replyContent(COMMANDS.cancelSale, CODES.approved, TEXTS.approved);

/** What carrying out a command comes to. */
export type Carried = {
  readonly memory: Memory;
  readonly content: JsonObject;
  /** Where money moved. */
  readonly movements: readonly JsonObject[];
};

/** The fields of a command by the names of the cable: the same terminal does the same. */
export function requestOf(body: JsonObject, path: keyof typeof PATHS): Request {
  const fields = Object.entries(body).map(([name, value]) => [name.charAt(0).toUpperCase() + name.slice(1), value]);
  return { kind: "request", command: PATHS[path], fields: Object.fromEntries(fields) as JsonObject };
}

export function carryOut(
  memory: Memory,
  request: Request,
  place: Place,
  reactions: readonly Reaction[],
  scenario: Scenario,
  now: number,
): Carried {
  const before = eventsAt("before", memory, place, reactions, scenario, now);
  const done = performed(before.memory, request, place, reactions, scenario, now);
  const after = eventsAt("after", done.memory, place, reactions, scenario, now);
  const movements = [...before.movements, ...done.movements, ...after.movements];
  return { memory: after.memory, content: done.content, movements };
}

function performed(
  memory: Memory,
  request: Request,
  place: Place,
  reactions: readonly Reaction[],
  scenario: Scenario,
  now: number,
): Carried {
  const nothing = (content: JsonObject): Carried => ({ memory, content, movements: [] });
  const { command } = request;
  if (command === PATHS.printservice) return nothing(printed(request));
  if (!isWellFormed(request)) return nothing(errorContent(TEXTS.malformed));
  const declined = reactionOf(reactions, "declines");
  if (declined !== undefined) {
    return nothing(replyContent(command, declined.code ?? CODES.declined, declined.text ?? TEXTS.declined));
  }
  if (reactionOf(reactions, "customerCancels") !== undefined) return nothing(canceled(command));
  const late = reactionOf(reactions, "timesOut");
  if (late !== undefined && late.moved !== true) return nothing(timedOut(command));
  const error = reactionOf(reactions, "functionCode0");
  if (error !== undefined && error.moved !== true) return nothing(errorContent(error.text ?? TEXTS.failed));
  const own = terminalScenario(ownScenario(place, scenario));
  const done = carryOutAtTerminal(memory, request, own, twistOf(reactions, scenario), now);
  const told = error === undefined ? done.content : errorContent(error.text ?? TEXTS.failed);
  const movements = done.movement === undefined ? [] : [done.movement];
  return { memory: done.memory, content: late === undefined ? told : timedOut(command), movements };
}

const ownScenario = ({ terminalId, serialNumber }: Place, scenario: Scenario): JsonObject => ({
  identity: { commerceCode: scenario.identity.commerceCode, terminalId, serialNumber },
  clockSkewMs: scenario.terminalClockSkewMs,
  batchLimit: scenario.batchLimit,
  detailsTellFunction: scenario.detailsTellFunction,
});

function printed({ command, fields }: Request): JsonObject {
  const { Details } = fields;
  const isGood =
    Array.isArray(Details) &&
    Details.length > 0 &&
    Details.every((line: Json) => isJsonObject(line) && typeof line["data"] === "string" && line["data"].length <= 48);
  return isGood ? replyContent(command, CODES.approved, TEXTS.approved) : errorContent(TEXTS.malformed);
}

/** What a sale comes to other than what was asked. */
function twistOf(reactions: readonly Reaction[], { ticketEchoed }: Scenario): SaleTwist {
  const ticket = reactionOf(reactions, "otherTicket");
  const amount = reactionOf(reactions, "otherAmount");
  const tip = reactionOf(reactions, "tip");
  const cashback = reactionOf(reactions, "cashback");
  const kept = ticket?.where === "voucher" ? ticket.ticket : ticketEchoed ? undefined : "";
  return {
    ...(kept === undefined ? {} : { ticket: kept }),
    ...(amount?.where === "voucher" ? { amount: amount.amount } : {}),
    ...(tip === undefined ? {} : { tip: tip.amount }),
    ...(cashback === undefined ? {} : { cashback: cashback.amount }),
  };
}

type Events = { readonly memory: Memory; readonly movements: readonly JsonObject[] };

function eventsAt(
  moment: "before" | "after",
  memory: Memory,
  { terminalId }: Place,
  reactions: readonly Reaction[],
  { identity }: Scenario,
  now: number,
): Events {
  const forgets = reactionOf(reactions, "forgets");
  const closes = reactionOf(reactions, "closesBatch");
  const other = reactionOf(reactions, "otherSale");
  const isNow = (reaction: { readonly when?: "before" | "after" } | undefined): boolean =>
    reaction !== undefined && (reaction.when ?? "after") === moment;
  let next = memory;
  const movements: JsonObject[] = [];
  if (other !== undefined && isNow(other)) {
    const sale = { ticket: "OTHER", amount: other.amount, tip: 0, cashback: 0, employeeId: 1, saleType: 0, at: now };
    const [sold, voucher] = recordSale(next, sale);
    next = sold;
    movements.push({ ...movementOf(voucher, { commerceCode: identity.commerceCode, terminalId }), by: "another" });
  }
  if (isNow(closes)) next = closeBatch(next);
  if (isNow(forgets)) next = emptyMemory(next.hits);
  return { memory: next, movements };
}

/** What the cloud tells of what the terminal said: the names begin small, and the last four digits are text (getnet.md 6). */
export function toldOf(content: JsonObject): JsonObject {
  const named = Object.entries(content).map(([name, value]) => {
    const isDigits = name === "Last4Digits" && typeof value === "number";
    const digits = isDigits ? String(value).padStart(4, "0") : toldIn(value);
    return [name.charAt(0).toLowerCase() + name.slice(1), digits] as const;
  });
  return Object.fromEntries(named);
}

function toldIn(value: Json): Json {
  if (Array.isArray(value)) return value.map(toldIn);
  return isJsonObject(value) ? toldOf(value) : value;
}

/** What the result alone tells otherwise. */
export function misread(content: JsonObject, reactions: readonly Reaction[]): JsonObject {
  const ticket = reactionOf(reactions, "otherTicket");
  const amount = reactionOf(reactions, "otherAmount");
  const other = reactionOf(reactions, "otherFunction");
  return {
    ...content,
    ...(ticket === undefined || content["Ticket"] === undefined ? {} : { Ticket: ticket.ticket }),
    ...(amount === undefined || content["Amount"] === undefined ? {} : { Amount: amount.amount }),
    ...(other === undefined ? {} : { FunctionCode: PATHS[other.command] }),
  };
}
