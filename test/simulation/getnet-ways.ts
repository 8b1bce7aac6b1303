import type { Json, JsonObject } from "../../src/core/json.ts";
import { oneOf, type Random } from "../support/random.ts";
import { LATEST_MS, type Books, type Ways } from "./ways.ts";

/** No request of a terminal lives longer than this, as no real one's outlives the quiet time (`quietMs`). */
const LONGEST_MS = 8_000;

function settingsFrom(random: Random): JsonObject {
  return {
    currency: oneOf(random, ["CLP", "USD"]),
    answerMs: 6_000,
    cancelGraceMs: 1_000,
    receivedMs: 3_000,
    replyMs: 2_000,
    reportMs: 4_000,
    probeMs: 10_000,
    quietMs: LONGEST_MS + LATEST_MS + 4_000,
    askEveryMs: 700,
    ackOnTcp: random(2) === 0,
    baseline: random(8) > 0,
    identity: random(8) > 0,
  };
}

function scenarioFrom(random: Random, number: number): JsonObject {
  return {
    identity: { terminalId: `7001234${number}`, serialNumber: `SIM000000${number}` },
    gapMs: 1 + random(20),
    customerMs: random(1_000),
    stageMs: random(300),
    stages: oneOf(random, ["with112", "without112", "none"]),
    whileBusy: oneOf(random, ["receivedFalse", "error", "silent"]),
    cancelReply: random(2) === 0,
    repliesAfterReconnect: random(2) === 0,
    detailsTellFunction: random(3) > 0,
    rules: Array.from({ length: random(12) }, () => ruleFrom(random)),
  };
}

const PAYING = ["sale", "sale", "void", "refund", "close"] as const;
const ASKING = ["lastVoucher", "details", "poll", "parameters", "cancelSale", "totals"] as const;
const MOMENTS = ["request", "card", "beforeMoney", "afterMoney", "midReply", "afterReply"] as const;

function ruleFrom(random: Random): Json {
  const command = random(3) > 0 ? oneOf(random, PAYING) : oneOf(random, ASKING);
  return { when: { command, nth: 1 + random(4) }, then: [reactionFrom(random)] };
}

function reactionFrom(random: Random): Json {
  const at = oneOf(random, MOMENTS);
  return oneOf<() => Json>(random, [
    () => ({ kind: "slow", ms: random(LONGEST_MS), phase: oneOf(random, ["customer", "acknowledgement", "reply"]) }),
    () => ({ kind: "silent", from: oneOf(random, ["request", "acknowledgement", "money"]) }),
    () => ({ kind: "declines" }),
    () => ({ kind: "operatorCancels", at: oneOf(random, ["card", "pin"]) }),
    () => ({ kind: "functionCode0", moved: random(2) === 0 }),
    () => ({ kind: "functionCode0", text: "Mensaje mal formado" }),
    () => ({
      kind: oneOf(random, ["receivedFalse", "noReceived", "wrongSign", "doublyEncoded", "glued", "replyTwice"]),
    }),
    () => ({ kind: "split", bytes: 1 + random(60), gapMs: random(30) }),
    () => ({ kind: "garbage", text: "}}{ AT+CGMI", at: "between" }),
    () => ({
      kind: "otherReply",
      command: oneOf(random, ["sale", "poll", "lastVoucher"]),
      instead: random(2) === 0,
    }),
    () => ({ kind: "otherTicket", ticket: "OTHER", where: "reply" }),
    () => ({ kind: "otherAmount", amount: 1 + random(2_000), where: oneOf(random, ["reply", "voucher"]) }),
    () => ({ kind: "tip", amount: 1 + random(100) }),
    () => ({ kind: "linkCut", at, how: oneOf(random, ["cut", "end"]), command: oneOf(random, ["goesOn", "stops"]) }),
    () => ({ kind: "restart", at, memory: random(4) > 0 ? "remembers" : "forgets", offMs: random(3_000) }),
  ])();
}

/** A sale is known by its ticket, and what takes it back by the authorization of the sale. */
const books: Books = {
  movements: (ledger) =>
    ledger.map(({ kind, ticket, authorizationCode, amount }) => {
      const name = kind === "sale" ? ticket : authorizationCode;
      const account = [kind, name].map((part) => (typeof part === "string" ? part : "")).join(" ");
      return { account, amount: Math.abs(Number(amount)) };
    }),
  accountOf: ({ id, operation: { type } }, original) => {
    if (type === "sale") return `sale ${id}`;
    const outcome = original?.outcome;
    const code = outcome?.kind === "approved" ? (outcome.approvalCode ?? "") : "";
    return type === "reconciliation" ? "close " : `${type} ${code}`;
  },
  isOfOneRequest: (account) => account.startsWith("sale "),
  amountOf: ({ operation: { type }, outcome }) => {
    // The numbers of a terminal that forgot start again, and a void names nothing but a number.
    if (type === "void") return undefined;
    return outcome?.kind === "approved" ? (outcome.amounts?.approved.value ?? 0) : 0;
  },
};

export const getnetWays: Ways = {
  settings: settingsFrom,
  device: (random, number) => {
    const scenario = scenarioFrom(random, number);
    return { scenario, calm: { ...scenario, rules: [] }, longestMs: 2 * LONGEST_MS, secrets: [] };
  },
  books,
  requestIn: ({ bytes }) => {
    const { JsonSerialized = "{}" } = JSON.parse(Buffer.from(bytes).toString()) as { readonly JsonSerialized?: string };
    const { Command } = JSON.parse(JsonSerialized) as { readonly Command?: number };
    if (Command === undefined || !MOVES_MONEY.has(Command)) return undefined;
    return ({ request }) => request === Buffer.from(bytes).toString("base64");
  },
};

/** Sale, Refund, Close and Return (getnet.md 4). */
const MOVES_MONEY = new Set([100, 102, 103, 108]);
