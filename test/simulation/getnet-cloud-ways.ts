import type { Json, JsonObject } from "../../src/core/json.ts";
import { oneOf, type Random } from "../support/random.ts";
import { getnetWays } from "./getnet-ways.ts";
import { LATEST_MS, LONGEST_LAG_MS, type Device, type Ways } from "./ways.ts";

/** A command that its terminal has not taken by then never is. */
const LONGEST_TAKE_MS = 4_000;
const LONGEST_CUSTOMER_MS = 6_000;
/** From its leaving until a command has come to its end at the terminal, as no real one's outlives the quiet time (`quietMs`). */
const LONGEST_MS = LATEST_MS + LONGEST_TAKE_MS + LONGEST_CUSTOMER_MS;

type Settings = JsonObject & {
  readonly country: keyof typeof CURRENCIES;
  readonly clientId: string;
  readonly clientSecret: { readonly secret: string };
  readonly idTerminal: string;
  readonly idSucursal: string;
  readonly serialNumber: string;
  readonly timeoutIsFinal: boolean;
};

const CURRENCIES = { CL: "CLP", AR: "ARS" } as const;

function settingsFrom(random: Random): Settings {
  const country = oneOf(random, ["CL", "AR"]);
  return {
    country,
    clientId: `till-${random(1_000_000)}`,
    clientSecret: { secret: `getnet-${random(1_000_000_000)}` },
    tokenMs: 60_000 + random(120_000),
    requestsPerSecond: oneOf(random, [5, 20, 100]),
    idTerminal: `7${String(random(10_000_000)).padStart(7, "0")}`,
    idSucursal: country === "CL" ? "87294" : "0000087294",
    serialNumber: `SN${random(1_000_000_000)}`,
    currency: CURRENCIES[country],
    ticketEchoed: random(8) > 0,
    referencesEchoed: random(8) > 0,
    timeoutIsFinal: random(3) > 0,
    baseline: random(8) > 0,
    answerMs: 8_000,
    cancelGraceMs: 1_000 + random(2_000),
    // Longer than a message may be under way.
    postMs: 4_000 + random(2_000),
    lookMs: 4_000,
    lookEveryMs: 1_000,
    lookLaterEveryMs: 1_000 + random(2_000),
    lookCalmlyEveryMs: 1_000 + random(20_000),
    questionMs: 6_000 + random(4_000),
    probeMs: 10_000,
    quietMs: LONGEST_MS + LONGEST_LAG_MS + 3_000 + random(4_000),
    askEveryMs: 1_000 + random(1_000),
  };
}

/** A cloud with one terminal of ours; another number is another merchant's account, at which a terminal of the same names stands. */
function deviceFrom(random: Random, number: number, settings: Settings): Device {
  const { country, clientId, clientSecret, idTerminal, idSucursal, serialNumber } = settings;
  const secret = `client secret ${number} ${random(1_000_000_000)}`;
  const scenario = {
    identity: { serialNumber, terminalId: idTerminal, branchId: idSucursal, commerceCode: 597_000 + number },
    moreTerminals: [{ terminalId: "79999999", branchId: "1", serialNumber: "SN1" }],
    country,
    clientId,
    clientSecret: secret,
    tokenMs: oneOf(random, [20_000, 40_000, 3_600_000, 3_600_000]),
    clockSkewMs: oneOf(random, [0, 0, -3_600_000, 90_000]),
    takeMs: 1 + random(500),
    takeLimitMs: LONGEST_TAKE_MS - random(2_000),
    customerMs: 1 + random(1_000),
    stageMs: 1 + random(300),
    shortMs: 1 + random(300),
    pollWhileBusy: oneOf(random, ["answered", "waits"]),
    detailsTellFunction: random(3) > 0,
  };
  return {
    scenario: { ...scenario, rules: Array.from({ length: random(40) }, () => ruleFrom(random, settings)) },
    calm: { ...scenario, tokenMs: 3_600_000, rules: [] },
    longestMs: LONGEST_MS,
    secrets: [secret],
    given: { [clientSecret.secret]: secret },
    // It knows nothing by which it could tell that a command is said twice.
    isSaidOnce: true,
  };
}

const PAYING = ["sale", "sale", "sale", "sale", "refund", "return", "close"] as const;
const ASKING = ["poll", "lastvoucher", "details", "params", "totals", "cancelsale", "duplicate"] as const;

function ruleFrom(random: Random, settings: Settings): Json {
  const rule = (command: string, most: number, then: Json[]): Json => ({
    when: { command, nth: 1 + random(most) },
    then,
  });
  const paying = (then: Json[]): Json => rule(oneOf(random, PAYING), 8, then);
  return oneOf<() => Json>(random, [
    () => paying([courseFrom(random)]),
    () => paying([storyFrom(random, settings)]),
    () => paying([storyFrom(random, settings)]),
    () => paying([courseFrom(random), storyFrom(random, settings)]),
    () => paying([lossFrom(random), storyFrom(random, settings)]),
    () => paying([lossFrom(random), eventFrom(random)]),
    () => paying([storyFrom(random, settings), eventFrom(random)]),
    () => rule(oneOf(random, ASKING), 12, [courseFrom(random)]),
    () => rule(oneOf(random, ASKING), 12, [questionStoryFrom(random)]),
    () => rule(oneOf(random, ASKING), 12, [eventFrom(random)]),
    () => rule("result", 80, [lookCourseFrom(random)]),
    () => rule("auth", 4, [accessCourseFrom(random)]),
  ])();
}

/** With these a server says nothing about what was done. */
const UNCLEAR = [408, 409, 425, 429, 500, 502, 503] as const;
const REFUSALS = [400, 403, 404, 422] as const;

/** Nobody is told what the command is called, whether it was taken or not. */
function lossFrom(random: Random): Json {
  const taken = random(3) > 0;
  return oneOf<() => Json>(random, [
    () => ({ kind: "answerLost", taken, how: oneOf(random, ["cut", "end"]) }),
    () => ({ kind: "silent", taken }),
    () => ({ kind: "httpError", status: oneOf(random, UNCLEAR), taken }),
    () => ({ kind: "unnamed", taken }),
    () => ({ kind: "truncated" }),
  ])();
}

/** What becomes of a command on its way, and of the answer that names it. */
function courseFrom(random: Random): Json {
  const taken = random(2) === 0;
  return oneOf<() => Json>(random, [
    () => lossFrom(random),
    () => ({ kind: "slow", ms: random(8_000), phase: "answer" }),
    () => ({ kind: "httpError", status: oneOf(random, UNCLEAR), taken, named: true }),
    () => ({ kind: "httpError", status: 429, taken: false, retryAfterSeconds: random(4) }),
    () => ({ kind: "httpError", status: oneOf(random, REFUSALS) }),
    // It was taken all the same, and says so by naming it.
    () => ({ kind: "httpError", status: oneOf(random, REFUSALS), taken: true, named: true }),
    () => ({ kind: "html", status: oneOf(random, [200, 302, 500]), taken }),
    () => ({ kind: "html", status: 403 }),
    () => ({ kind: "tokenRevoked" }),
    () => ({ kind: "otherTransaction" }),
    () => ({ kind: "otherCustomId" }),
  ])();
}

/** What becomes of a command at its terminal. Left out is what no client could see: an end that the cloud calls final, and another one in the till. */
function storyFrom(random: Random, { timeoutIsFinal }: Settings): Json {
  const moved = random(2) === 0;
  return oneOf<() => Json>(random, [
    () => ({ kind: "slow", ms: random(LONGEST_CUSTOMER_MS - 1_600), phase: "customer" }),
    () => ({ kind: "slow", ms: random(12_000), phase: "result" }),
    () => ({ kind: "pendingForever", moved }),
    () => ({ kind: "declines" }),
    () => ({ kind: "customerCancels" }),
    () => ({ kind: "timesOut", moved: moved && !timeoutIsFinal }),
    () => ({ kind: "functionCode0", moved }),
    () => ({ kind: "functionCode0", text: "Mensaje mal formado" }),
    () => ({ kind: "otherFunction", command: oneOf(random, ["poll", "sale", "close"]) }),
    () => ({ kind: "noResponse" }),
    () => ({ kind: "otherTicket", ticket: "OTHER", where: "result" }),
    () => ({ kind: "otherAmount", amount: 1 + random(2_000), where: oneOf(random, ["result", "voucher"]) }),
    () => ({ kind: "tip", amount: 1 + random(100) }),
  ])();
}

/** What happens at the terminal beside it. */
function eventFrom(random: Random): Json {
  const when = oneOf(random, ["before", "after"]);
  return oneOf<() => Json>(random, [
    () => ({ kind: "offline", ms: random(8_000) }),
    () => ({ kind: "forgets", when }),
    () => ({ kind: "closesBatch", when }),
    () => ({ kind: "otherSale", amount: 1 + random(3) * 500, when }),
  ])();
}

/** What becomes of a question at its terminal. */
function questionStoryFrom(random: Random): Json {
  return oneOf<() => Json>(random, [
    () => ({ kind: "slow", ms: random(4_000), phase: oneOf(random, ["customer", "result"]) }),
    () => ({ kind: "pendingForever", moved: random(2) === 0 }),
    () => ({ kind: "declines" }),
    () => ({ kind: "timesOut" }),
    () => ({ kind: "functionCode0" }),
    () => ({ kind: "otherFunction", command: "totals" }),
    () => ({ kind: "noResponse" }),
  ])();
}

/** What becomes of the question how a command ended. */
function lookCourseFrom(random: Random): Json {
  return oneOf<() => Json>(random, [
    () => ({ kind: "slow", ms: random(6_000), phase: "answer" }),
    () => ({ kind: "answerLost" }),
    () => ({ kind: "silent" }),
    () => ({ kind: "httpError", status: oneOf(random, [...UNCLEAR, ...REFUSALS]) }),
    () => ({ kind: "html", status: oneOf(random, [200, 403, 500]) }),
    () => ({ kind: "truncated" }),
    () => ({ kind: "tokenRevoked" }),
    () => ({ kind: "otherTransaction" }),
    () => ({ kind: "otherCustomId" }),
  ])();
}

function accessCourseFrom(random: Random): Json {
  return oneOf<() => Json>(random, [
    () => ({ kind: "slow", ms: random(8_000), phase: "answer" }),
    () => ({ kind: "answerLost" }),
    () => ({ kind: "silent" }),
    () => ({ kind: "httpError", status: oneOf(random, UNCLEAR) }),
    () => ({ kind: "html" }),
    () => ({ kind: "truncated" }),
    () => ({ kind: "wrongCredentials" }),
  ])();
}

/** What somebody else sold at the same terminal is nobody's here; the rest stands in the books as behind a cable. */
const { books } = getnetWays;

export const getnetCloudWays: Ways = {
  settings: settingsFrom,
  device: (random, number, settings) => deviceFrom(random, number, settings as Settings),
  books: { ...books, movements: (ledger) => books.movements(ledger.filter(({ by }) => by === undefined)) },
  requestIn: ({ path = "", bytes }) => {
    if (!MOVES_MONEY.test(path)) return undefined;
    const body = Buffer.from(bytes).toString();
    return ({ request }) => Buffer.from(request, "base64").toString().endsWith(`\r\n\r\n${body}`);
  },
};

/** Sale, Refund, Return and Close (getnet.md 6). */
const MOVES_MONEY = /^\/(sale|refund|return|close)$/;
