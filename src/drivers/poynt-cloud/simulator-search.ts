import { isJsonObject, type Json, type JsonObject } from "../../core/json.ts";
import type { StoredTransaction } from "../poynt/simulator-memory.ts";
import { cardOf } from "../poynt/simulator-cards.ts";
import { refusal, type Result } from "./simulator-errors.ts";
import { transactionsJson, type Memory } from "./simulator-memory.ts";
import type { Fields } from "./simulator-routes.ts";
import type { Scenario } from "./simulator-scenario.ts";

const DEFAULT_LIMIT = 10;
const MAX_LIMIT = 100;
const MAX_OFFSET = 1_000_000;

/** `GET /businesses/{b}/transactions` (poynt.md 2.6). */
export function searchResult(path: string, query: Fields, memory: Memory, scenario: Scenario, now: number): Result {
  const limit = numberIn(query, "limit", DEFAULT_LIMIT);
  const offset = numberIn(query, "startOffset", 0);
  if (limit === undefined || limit < 1 || limit > MAX_LIMIT)
    return refusal("INVALID_PARAMETER", "limit is not 1 to 100");
  if (offset === undefined || offset > MAX_OFFSET) return refusal("INVALID_PARAMETER", "startOffset");
  const [startAt, endAt] = [instantIn(query, "startAt"), instantIn(query, "endAt")];
  if (Number.isNaN(startAt)) return refusal("INVALID_PARAMETER", "startAt");
  if (Number.isNaN(endAt)) return refusal("INVALID_PARAMETER", "endAt");
  const told = memory.books.transactions.filter(
    (transaction) =>
      (memory.places[transaction.id]?.foundAt ?? 0) <= now && isAsked(transaction, query, memory, scenario),
  );
  const timeOf = ({ at, updatedAt }: StoredTransaction) => (query.get("timeType") === "updatedAt" ? updatedAt : at);
  // The cloud writes times in whole seconds, and compares them so.
  const second = (at: number) => at - (at % 1_000);
  const inTime = told.filter((transaction) => {
    const at = timeOf(transaction);
    return at >= second(startAt ?? 0) && second(at) <= (endAt ?? Infinity);
  });
  const ordered = scenario.searchOrder === "newestFirst" ? inTime.toReversed() : inTime;
  const page = ordered.slice(offset, offset + limit);
  const rest = ordered.length - offset - page.length;
  const links = rest > 0 ? [nextLink(path, query, offset + limit)] : [];
  return { status: 200, body: { transactions: transactionsJson(page, memory, scenario), links } };
}

/** `GET /businesses/{b}/transactions/{id}`. */
export function transactionResult(id: string, memory: Memory, scenario: Scenario, now: number): Result {
  const known = memory.books.transactions.filter(
    (transaction) => transaction.id === id && (memory.places[id]?.knownAt ?? 0) <= now,
  );
  const [body] = transactionsJson(known, memory, scenario);
  return body === undefined ? refusal("TRANSACTION_NOT_FOUND", "There is no such transaction") : { status: 200, body };
}

function isAsked(transaction: StoredTransaction, query: Fields, memory: Memory, scenario: Scenario): boolean {
  const { id } = transaction;
  const deviceId = query.get("deviceId")?.toLowerCase();
  const place = memory.places[id]?.deviceId ?? "";
  const isHere = deviceId === undefined || deviceId === place || deviceId === `urn:tid:${place}`;
  const storeId = query.get("storeId")?.toLowerCase();
  const ids = query.get("transactionIds")?.toLowerCase().split(",");
  const [action, status] = [query.get("action"), query.get("status")];
  const [told] = transactionsJson([transaction], memory, scenario);
  return (
    isHere &&
    (storeId === undefined || storeId === scenario.identity.storeId) &&
    (ids === undefined || ids.includes(id)) &&
    (action === undefined || action === transaction.action) &&
    (status === undefined || status === told?.["status"]) &&
    (query.get("authOnly") !== "true" || transaction.isPreauthorization) &&
    (query.get("unsettledOnly") !== "true" || !transaction.isSettled) &&
    hasKey(transaction, query.get("searchKey"))
  );
}

/**
 * It looks at several fields, and finds parts of a reference as well: whoever asks compares what comes back. Which fields the real one looks at is
 * not written down.
 */
function hasKey(transaction: StoredTransaction, searchKey: string | undefined): boolean {
  if (searchKey === undefined || searchKey === "") return true;
  const { id, references, approvalCode, card } = transaction;
  const ids = Array.isArray(references)
    ? references.map((reference: Json) => (isJsonObject(reference) ? reference["id"] : ""))
    : [];
  const key = searchKey.toLowerCase();
  return (
    ids.some((text: Json | undefined) => typeof text === "string" && text.toLowerCase().includes(key)) ||
    [id, approvalCode.toLowerCase(), cardOf(card).number.slice(-4)].includes(key)
  );
}

function numberIn(query: Fields, name: string, otherwise: number): number | undefined {
  const text = query.get(name);
  if (text === undefined) return otherwise;
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

/** Undefined where it is not named, NaN where it is no time. */
function instantIn(query: Fields, name: string): number | undefined {
  const text = query.get(name);
  if (text === undefined) return undefined;
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
}

function nextLink(path: string, query: Fields, startOffset: number): JsonObject {
  const fields = [...new Map([...query, ["startOffset", String(startOffset)]])];
  const text = fields.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join("&");
  return { href: `${path}?${text}`, method: "GET", rel: "next" };
}
