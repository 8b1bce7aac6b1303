import type { Json, JsonObject } from "../../core/json.ts";
import type { Query } from "./simulator-commands.ts";
import { woken } from "./simulator-course.ts";
import {
  still,
  terminalsOf,
  withAction,
  type Answered,
  type Memory,
  type PrintAction,
  type World,
} from "./simulator-memory.ts";
import { refused } from "./simulator-orders.ts";
import { done, failure, legacyFailure, type Reply } from "./simulator-replies.ts";
import { fieldsOf, firstIn, textIn, type Arrival } from "./simulator-requests.ts";
import type { Scenario, Terminal } from "./simulator-scenario.ts";
import { countIn } from "./simulator-search.ts";
import { newId, timeText } from "./simulator-values.ts";
import { faultIn } from "./simulator-validation.ts";
import { objectIn } from "./simulator-views.ts";

/** More is not refused, but cut (mercado-pago.md 2.1). */
const LARGEST_PAGE = 50;

function viewOf({ id, posId, storeId, externalPosId, operatingMode }: Terminal): JsonObject {
  return { id, pos_id: posId, store_id: storeId, external_pos_id: externalPosId, operating_mode: operatingMode };
}

function pageOf(query: Query, memory: Memory, scenario: Scenario) {
  const own = terminalsOf(scenario, memory).filter(
    ({ owner, storeId, posId }) =>
      owner === "own" &&
      (query.get("store_id") ?? storeId) === storeId &&
      (query.get("pos_id") ?? String(posId)) === String(posId),
  );
  const limit = Math.min(LARGEST_PAGE, countIn(query, "limit", LARGEST_PAGE));
  const offset = countIn(query, "offset", 0);
  const shown: readonly Json[] = own.slice(offset, offset + limit).map(viewOf);
  return { shown, paging: { total: own.length, offset, limit } };
}

/** mercado-pago.md 2.1. */
export function listTerminals(query: Query, memory: Memory, { scenario }: World): Answered {
  const { shown, paging } = pageOf(query, memory, scenario);
  return refused(memory, done(200, { data: { terminals: shown }, paging }));
}

/** The older form of it (mercado-pago.md 8). */
export function listDevices(query: Query, memory: Memory, { scenario }: World): Answered {
  const { shown, paging } = pageOf(query, memory, scenario);
  return refused(memory, done(200, { devices: shown, paging }));
}

/** Why the mode of a terminal cannot be changed. */
type Refusal = "unknown" | "foreign" | "secondOfPos";

function refusalOf(id: string, mode: string, memory: Memory, scenario: Scenario): Refusal | undefined {
  const terminals = terminalsOf(scenario, memory);
  const terminal = terminals.find((own) => own.id === id);
  if (terminal === undefined) return "unknown";
  if (terminal.owner !== "own") return "foreign";
  const isTaken = terminals.some(
    (other) => other.id !== id && other.posId === terminal.posId && other.operatingMode === "PDV",
  );
  return mode === "PDV" && isTaken ? "secondOfPos" : undefined;
}

const REFUSALS: Readonly<Record<Refusal, Reply>> = {
  unknown: failure(404, "not_found", "The terminal was not found"),
  foreign: failure(403, "terminal_not_allowed_action", "The terminal is not of this account"),
  secondOfPos: failure(412, "precondition_failed", "Only one pos-store with PDV mode on or suspended is allowed"),
};

export function withMode(memory: Memory, id: string, mode: Terminal["operatingMode"], world: World): Memory {
  const after = { ...memory, modes: { ...memory.modes, [id]: mode } };
  return mode === "PDV" ? woken(after, id, world) : after;
}

/** mercado-pago.md 2.2. */
export function setupTerminal(arrival: Arrival, memory: Memory, world: World): Answered {
  const fault = faultIn("setup", arrival.body);
  if (fault !== undefined) return refused(memory, fault);
  const { id, mode } = modeIn(firstIn(fieldsOf(arrival), "terminals"));
  const refusal = refusalOf(id, mode, memory, world.scenario);
  if (refusal !== undefined) return refused(memory, REFUSALS[refusal]);
  const after = withMode(memory, id, mode, world);
  return { ...still(after), reply: done(200, { terminals: [{ id, operating_mode: mode }] }) };
}

function modeIn(fields: JsonObject): { readonly id: string; readonly mode: "PDV" | "STANDALONE" } {
  return { id: textIn(fields, "id"), mode: textIn(fields, "operating_mode") === "PDV" ? "PDV" : "STANDALONE" };
}

export function setDevice(id: string, arrival: Arrival, memory: Memory, world: World): Answered {
  const body = fieldsOf(arrival);
  const { mode } = modeIn(body);
  if (body["operating_mode"] !== mode)
    return refused(memory, legacyFailure(400, "bad_request", "operating_mode must be PDV or STANDALONE"));
  const refusal = refusalOf(id, mode, memory, world.scenario);
  if (refusal === "unknown") return refused(memory, legacyFailure(400, "bad_request", "The device is not known"));
  if (refusal === "foreign")
    return refused(memory, legacyFailure(403, "forbidden", "The device is not of this account"));
  if (refusal === "secondOfPos")
    return refused(
      memory,
      legacyFailure(424, "failed_dependency", "Another device of the point of sale is in PDV mode"),
    );
  return { ...still(withMode(memory, id, mode, world)), reply: done(200, { operating_mode: mode }) };
}

/** Text that a terminal prints; longer for a picture (mercado-pago.md 4.6). */
const TEXT_LENGTH = { least: 100, most: 4_096 };

export function createAction(arrival: Arrival, memory: Memory, world: World): Answered {
  const { scenario, context } = world;
  const fault = faultIn("action", arrival.body);
  if (fault !== undefined) return refused(memory, fault);
  const asked = fieldsOf(arrival);
  const point = objectIn(objectIn(asked, "config"), "point");
  const { length } = textIn(asked, "content");
  if (point["subtype"] === "custom" && (length < TEXT_LENGTH.least || length > TEXT_LENGTH.most))
    return refused(
      memory,
      failure(400, "property_value", "Invalid request", ["content: must have 100 to 4096 characters"]),
    );
  const terminal = terminalsOf(scenario, memory).find(({ id }) => id === point["terminal_id"]);
  if (terminal?.owner !== "own")
    return refused(memory, failure(403, "forbidden_checking_terminal_owner", "The terminal is not of this account"));
  const { content: _content, ...kept } = asked;
  const action: PrintAction = {
    id: newId("ACT", context.now, context.crypto),
    asked: kept,
    at: context.now,
    isCanceled: false,
  };
  return { ...still(withAction(memory, action)), reply: done(201, actionView(action, world)) };
}

/** The states were seen by others; what an action is called is made up. */
function actionView({ id, asked, at, isCanceled }: PrintAction, { scenario, context }: World): JsonObject {
  const reached = Math.min(3, Math.floor((context.now - at) / Math.max(1, scenario.stageMs)));
  const status = isCanceled ? "canceled" : ["created", "on_terminal", "processing", "finished"][reached];
  return { id, ...asked, status: status ?? "finished", created_date: timeText(at) };
}

export function getAction(id: string, memory: Memory, world: World): Answered {
  const action = memory.actions.find((candidate) => candidate.id === id);
  if (action === undefined) return refused(memory, failure(404, "not_found", "There is no such action"));
  return refused(memory, done(200, actionView(action, world)));
}

export function cancelAction(id: string, memory: Memory, world: World): Answered {
  const action = memory.actions.find((candidate) => candidate.id === id);
  if (action === undefined) return refused(memory, failure(404, "not_found", "There is no such action"));
  if (actionView(action, world)["status"] !== "created")
    return refused(memory, failure(409, "cannot_cancel_action", "The action is on the terminal"));
  const canceled = { ...action, isCanceled: true };
  return { ...still(withAction(memory, canceled)), reply: done(200, actionView(canceled, world)) };
}
