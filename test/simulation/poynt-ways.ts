import type { Json, JsonObject } from "../../src/core/json.ts";
import { oneOf, type Random } from "../support/random.ts";
import type { Books, Device, Movement, Ways } from "./ways.ts";

/** The shortest that can be said to the terminal, and the shortest that is waited for it beyond that. */
const [TIMEOUT_MS, ANSWER_MARGIN_MS] = [10_000, 10_000];
/** No repeat leaves later, counted from the first dispatch. */
const LAST_REPEAT_MS = TIMEOUT_MS + ANSWER_MARGIN_MS;
/** Longer than the terminal's own time, so that its time-out and the money come in either order. */
const LONGEST_CUSTOMER_MS = 12_000;
/** Longer than the answer limit. */
const LONGEST_REPLY_MS = 24_000;

type Settings = JsonObject & { readonly restartSuspicionMs: number; readonly repeatWindowMs?: number };

function settingsFrom(random: Random): Settings {
  return {
    currency: oneOf(random, ["USD", "CLP"]),
    timeoutMs: TIMEOUT_MS,
    answerMarginMs: ANSWER_MARGIN_MS,
    lateReplyMs: random(10_000),
    aliveEveryMs: 200 + random(800),
    askEveryMs: 200 + random(800),
    mostRepeats: oneOf(random, [0, 1, 3, 10]),
    restartSuspicionMs: 1_500 + random(2_500),
    ...(random(3) === 0 ? { repeatWindowMs: random(LAST_REPEAT_MS) } : {}),
    probeMs: 2_000 + random(8_000),
    replyMs: 500 + random(1_000),
    functionMs: 2_000,
    pairMs: 4_000,
    paymentState: random(2) === 0,
    voidPreSales: random(2) === 0,
    failedMovedNothing: random(2) === 0,
    refusalCodes: random(2) === 0 ? [] : [BUSY, ILLEGAL],
  };
}

/** Errors of which it is known that nothing was begun, and such of which it is not. */
const [BUSY, ILLEGAL, TIMED_OUT, FAILURE] = [113, 106, 112, 111];

function deviceFrom(random: Random, number: number, settings: Settings): Device {
  const code = `CODE${number}${random(10)}`;
  const secret = `the secret of device ${number}, ${random(1_000_000)}`;
  const paired = random(6);
  const isTaken = random(4) === 0;
  const [customerMs, stageMs] = [1 + random(1_000), 1 + random(300)];
  const slowestMs = random(2) === 0 ? 0 : LONGEST_CUSTOMER_MS;
  const scenario = {
    identity: { serialNumber: `P61SIM00000000${number}`, deviceId: `7e5f0d3c-1f0b-4a57-9d34-3f3d1c2b6a0${number}` },
    pairingCode: code,
    // One in six has no client, and one in six another one.
    ...(paired === 0 ? {} : { pairedWith: paired === 1 ? "the secret of another shop" : secret }),
    unpaired: oneOf(random, ["mismatch", "error", "silent"]),
    secondPairing: isTaken ? "refused" : "evicts",
    confirmMs: random(2_000),
    confirmsCode: random(2) === 0,
    currency: settings["currency"] ?? "USD",
    customerMs,
    stageMs,
    afterTimeout: oneOf(random, ["goesOn", "dismissed"]),
    repeatWhileRunning: oneOf(random, ["joins", "busy"]),
    whileBusy: oneOf(random, ["error", "queue", "silent"]),
    // A terminal that forgets a request for which it may still be asked is no terminal of these settings.
    retentionMs: (settings.repeatWindowMs ?? LAST_REPEAT_MS) + oneOf(random, [1_000, 100_000]),
    purchaseAction: oneOf(random, ["SALE", "AUTHORIZE"]),
    errorStatus: oneOf(random, [400, 200]),
    closeAfterReply: random(2) === 0,
  };
  // Where another client is not driven out by a new one, a person ends its pairing at the terminal first.
  const evicting = isTaken ? [{ when: { command: "pair" }, then: [{ kind: "unpairs", at: "request" }] }] : [];
  // Beside another true amount than the one that was asked nobody could know which is which.
  const amounts = random(4) === 0 ? "toldWrongly" : "otherThanAsked";
  const rules = Array.from({ length: random(32) }, () => ruleFrom(random, settings, { slowestMs, amounts }));
  return {
    scenario: { ...scenario, rules: [...evicting, ...rules] },
    calm: { ...scenario, rules: evicting },
    ...(random(8) === 0 ? {} : { pairing: { pairing: secret } }),
    code,
    // One more may wait in front of it.
    longestMs: 2 * (customerMs + 2 * stageMs + slowestMs) + 1_000,
    secrets: [code, secret],
  };
}

const PAYING = [
  ...["sale", "sale", "sale", "sale", "sale", "sale", "preSale", "preSale"],
  ...["completion", "adjustment", "void", "voidPreSale", "refund", "nonRefRefund", "settle"],
];
const ASKING = ["ping", "ping", "ping", "paymentState", "print", "scan", "pair"];
const MOMENTS = ["request", "card", "beforeMoney", "afterMoney", "midReply", "afterReply"] as const;

/** What is wrong with all requests of a device. */
type Manner = {
  readonly slowestMs: number;
  /** What can be wrong about an amount: that it moved, or that it is said to have. */
  readonly amounts: "otherThanAsked" | "toldWrongly";
};

function ruleFrom(random: Random, settings: Settings, manner: Manner): Json {
  const pays = random(3) > 0;
  const command = oneOf(random, pays ? PAYING : ASKING) ?? "sale";
  const repeat = pays && random(4) === 0;
  // Pings are many, and most operations are sales.
  const nth = 1 + random(command === "ping" ? 40 : command === "sale" ? 6 : 2);
  return { when: { command, repeat, nth }, then: reactionsFrom(random, settings, manner) };
}

function reactionsFrom(random: Random, settings: Settings, manner: Manner): Json[] {
  const course = () => courseFrom(random, settings, manner);
  const amount = () => amountFrom(random, manner);
  const event = () => eventFrom(random, settings);
  const distortion = () => distortionFrom(random);
  return oneOf<() => Json[]>(random, [
    () => [course()],
    () => [course()],
    () => [course(), distortion()],
    () => [event()],
    () => [distortion()],
    () => [amount()],
    () => [amount(), ...(manner.amounts === "toldWrongly" ? [] : [distortion()])],
  ])();
}

/** What becomes of the request. */
function courseFrom(random: Random, settings: Settings, { slowestMs }: Manner): Json {
  return oneOf<() => Json>(random, [
    () => ({ kind: "slow", ms: random(1 + slowestMs), phase: "customer" }),
    () => ({ kind: "slow", ms: random(LONGEST_REPLY_MS), phase: "reply" }),
    () => ({ kind: "silent", from: oneOf(random, ["request", "money"]) }),
    () => ({ kind: "declines", status: oneOf(random, ["DECLINED", "FAILED"]) }),
    () => ({ kind: "declines", status: oneOf(random, ["DECLINED", "FAILED"]) }),
    () => ({ kind: "cancels", at: oneOf(random, ["card", "pin"]) }),
    () => ({ kind: "cancels", at: oneOf(random, ["card", "pin"]) }),
    () => ({ kind: "error", code: oneOf(random, [TIMED_OUT, BUSY, ILLEGAL, FAILURE]) }),
    () => ({ kind: "error", code: oneOf(random, [TIMED_OUT, FAILURE]), moved: true }),
    () => ({ kind: "mismatch" }),
    () => ({ kind: "otherReference", referenceId: "OTHER", where: oneOf(random, ["reply", "transaction"]) }),
    () => eventFrom(random, settings),
  ])();
}

function amountFrom(random: Random, { amounts }: Manner): Json {
  // More than is ever asked, tip and all: within that, nobody could know.
  if (amounts === "toldWrongly") return { kind: "otherAmount", amount: 3_000 + random(2_000), where: "reply" };
  return oneOf<() => Json>(random, [
    () => ({ kind: "partial", amount: 1 + random(600) }),
    () => ({ kind: "tenders", tenders: tendersFrom(random) }),
    () => ({ kind: "tip", amount: 1 + random(100) }),
    () => ({ kind: "cashback", amount: 1 + random(100) }),
    () => ({ kind: "otherAmount", amount: 1 + random(2_000), where: "transaction" }),
  ])();
}

/** Of the amounts that are asked here, with nothing or something left over. */
function tendersFrom(random: Random): Json[] {
  const whole = oneOf(random, [501, 1_001]);
  const first = 1 + random(whole - 1);
  const rest = { amount: whole - first };
  return [{ amount: first }, oneOf<Json>(random, [rest, rest, { ...rest, declined: true }])];
}

/** What happens to the terminal meanwhile. */
function eventFrom(random: Random, { restartSuspicionMs }: Settings): Json {
  const at = oneOf(random, MOMENTS);
  return oneOf<() => Json>(random, [
    () => ({ kind: "linkCut", at, how: oneOf(random, ["cut", "end"]), command: oneOf(random, ["goesOn", "stops"]) }),
    () => ({ kind: "restart", at, memory: "remembers", offMs: random(6_000) }),
    // The setting says how long a restart without memory takes at least: one that is faster cannot be told from none.
    () => ({ kind: "restart", at, memory: "forgets", offMs: restartSuspicionMs + 1 + random(3_000) }),
    () => ({ kind: "otherClientPairs", at }),
    () => ({ kind: "unpairs", at }),
  ])();
}

const STATUSES = "COMPLETED AUTHORIZED VOIDED REFUNDED CANCELED FAILED DECLINED HOLD NEW".split(" ");

/** What is wrong with the answer. Lengths that are told wrongly are the transport's to find. */
function distortionFrom(random: Random): Json {
  return oneOf<() => Json>(random, [
    () => ({ kind: "otherStatus", status: oneOf(random, STATUSES) ?? "HOLD" }),
    () => ({ kind: "otherId" }),
    () => ({ kind: "noId" }),
    () => ({ kind: oneOf(random, ["wrongSignature", "noSignature", "lowerCaseSignature"]) }),
    () => ({ kind: "contentType", value: oneOf(random, ["text/html", "application/json; charset=utf-8"]) }),
    () => ({ kind: "padded", bytes: oneOf(random, [2_000, 600_000]) }),
    () => ({ kind: "deepJson", levels: 100 }),
    () => ({ kind: oneOf(random, ["duplicateNames", "invalidUtf8", "closeAfterReply"]) }),
    () => ({ kind: "raw", status: oneOf(random, [200, 404]), body: '{"payment":{"status":"DECLINED"}}' }),
  ])();
}

/** Each line tells the request that it comes from; several tenders of one request are one movement. */
const books: Books = {
  movements: (ledger) => {
    const movements = new Map<string, Movement>();
    for (const { kind, poyntRequestId, at, total } of ledger) {
      const carriedOut = JSON.stringify([poyntRequestId, at]);
      const before = movements.get(carriedOut)?.amount ?? 0;
      const amount = kind === "close" ? 0 : before + Number(total);
      movements.set(carriedOut, { account: accountOf(poyntRequestId), amount });
    }
    return [...movements.values()];
  },
  accountOf: ({ id, dispatched }) => {
    const requestId = dispatched?.references?.["poyntRequestId"];
    return requestId === undefined ? `what was not sent for ${id}` : accountOf(requestId);
  },
  isOfOneRequest: () => true,
  amountOf: ({ operation: { type }, outcome }) =>
    outcome?.kind === "approved" && type !== "reconciliation" ? (outcome.amounts?.approved.value ?? 0) : 0,
};

const accountOf = (requestId: Json | undefined): string => `request ${JSON.stringify(requestId)}`;

/**
 * All that the vendor's documents leave open, and every fault, as far as it is honest about money. Left out is what no client could
 * see: that a repeat runs again (`repeat: "runsAgain"`), which breaks what is documented; and a restart without memory that is faster
 * than the setting says. Pairing by the client's key takes an RSA key, which is made in real time.
 */
export const poyntWays: Ways = {
  settings: settingsFrom,
  device: (random, number, settings) => deviceFrom(random, number, settings as Settings),
  books,
  requestIn: ({ path = "", bytes }) => {
    if (MOVES_NO_MONEY.test(path)) return undefined;
    const { poyntRequestId } = JSON.parse(Buffer.from(bytes).toString()) as JsonObject;
    return ({ references }) => references?.["poyntRequestId"] === poyntRequestId;
  },
};

/** Everything else is a payment, or takes one back (poynt.md 1.5). */
const MOVES_NO_MONEY = /\/(pair|pairWithKey|ping|paymentState|printNormal|showItems|getScanData)$/;
