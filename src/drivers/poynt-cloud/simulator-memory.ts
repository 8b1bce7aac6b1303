import { isJsonObject, type Json, type JsonObject } from "../../core/json.ts";
import {
  restoredMemory as restoredBooks,
  type Memory as Books,
  type StoredTransaction,
} from "../poynt/simulator-memory.ts";
import { paymentJson } from "../poynt/simulator-payment.ts";
import { urnOf, type Device } from "./simulator-devices.ts";
import type { Result } from "./simulator-errors.ts";
import type { Hits, Scenario } from "./simulator-scenario.ts";

/** Where a transaction was made, and from when on who finds it. */
export type Place = {
  readonly deviceId: string;
  readonly serialNumber: string;
  /** By its id; milliseconds of the cloud's clock, as all times here. */
  readonly knownAt: number;
  readonly foundAt: number;
};

export type Token = { readonly token: string; readonly applicationId: string; readonly expiresAt: number };
type RefreshToken = { readonly token: string; readonly applicationId: string };
type KeptAnswer = { readonly id: string; readonly fingerprint: string; readonly result: Result };
type AppMessage = {
  readonly deviceId: string;
  readonly packageName: string;
  readonly className: string;
  readonly data: string;
};

/** All that survives a restart. JSON through and through. */
export type Memory = {
  readonly version: 1;
  /** What a single terminal keeps of its own: here of all of them. */
  readonly books: Books;
  readonly places: Readonly<Record<string, Place>>;
  /** By the client's Poynt-Request-Id, oldest first. */
  readonly answers: readonly KeptAnswer[];
  readonly tokens: readonly Token[];
  readonly refreshTokens: readonly RefreshToken[];
  /** What apps of the merchant's got, oldest first. */
  readonly appMessages: readonly AppMessage[];
  /** Of the scenario. */
  readonly hits: Hits;
};

const MAX_ANSWERS = 200;
const MAX_TOKENS = 200;
const MAX_APP_MESSAGES = 100;

/** What an earlier process saved; anything else is as good as nothing. */
export function restoredMemory(saved: Json | undefined): Memory {
  const empty: Memory = {
    version: 1,
    books: restoredBooks(undefined, undefined),
    places: {},
    answers: [],
    tokens: [],
    refreshTokens: [],
    appMessages: [],
    hits: [],
  };
  if (!isJsonObject(saved) || saved["version"] !== 1) return empty;
  return { ...empty, ...(saved as unknown as Memory) };
}

export function withAnswer(memory: Memory, answer: KeptAnswer): Memory {
  return { ...memory, answers: [...memory.answers, answer].slice(-MAX_ANSWERS) };
}

export function withAppMessage(memory: Memory, message: AppMessage): Memory {
  return { ...memory, appMessages: [...memory.appMessages, message].slice(-MAX_APP_MESSAGES) };
}

/** With a new pair; `used` is the refresh token that it was given for, which is good for nothing from now on. */
export function withTokens(memory: Memory, token: Token, refreshToken: RefreshToken, used: string | undefined): Memory {
  const others = memory.refreshTokens.filter((known) => known.token !== used);
  return {
    ...memory,
    tokens: [...memory.tokens, token].slice(-MAX_TOKENS),
    refreshTokens: [...others, refreshToken].slice(-MAX_TOKENS),
  };
}

/** With the books after a step. The terminals forget the oldest transactions, and their places go with them. */
export function withBooks(memory: Memory, books: Books, placeOfNew: Place): Memory {
  const places = books.transactions.map(({ id }) => [id, memory.places[id] ?? placeOfNew] as const);
  return { ...memory, books, places: Object.fromEntries(places) };
}

/** As a search, a look-up and a callback tell them. */
export function transactionsJson(
  transactions: readonly StoredTransaction[],
  memory: Memory,
  { identity, currency }: Scenario,
): readonly JsonObject[] {
  return transactions.flatMap((transaction) => {
    const { deviceId = "", serialNumber = "" } = memory.places[transaction.id] ?? {};
    const facts = { status: "", transactions: [transaction], currency, amount: 0, tip: 0, cashback: 0 };
    const told = paymentJson({}, facts, memory.books, { ...identity, deviceId, serialNumber })["transactions"];
    return Array.isArray(told) ? told.filter((one: Json) => isJsonObject(one)) : [];
  });
}

/** One line of the ledger: the terminal's own, with where it was. */
export function ledgerLine(
  movement: JsonObject,
  device: Pick<Device, "deviceId">,
  via: "message" | "rest",
): JsonObject {
  const { poyntRequestId, ticket = "", ...rest } = movement;
  return {
    ...rest,
    ticket,
    referenceId: ticket,
    deviceId: urnOf(device),
    via,
    ...(poyntRequestId === undefined || poyntRequestId === "" ? {} : { poyntRequestId }),
  };
}
