import type { Json, JsonObject } from "../../src/core/json.ts";
import { oneOf, type Random } from "../support/random.ts";
import { ruleFrom, type Manner } from "./mercado-pago-rules.ts";
import { LATEST_MS, type Books, type Device, type Ways } from "./ways.ts";

const SALE_MS = 45_000;
/** The shortest that the vendor allows; an order lives longer than the customers here need. */
const [SHORTEST_ORDER_MS, LONGEST_ORDER_MS] = [30_000, 35_000];
/** Of an intent that nobody pays; the vendor does not tell it. */
const INTENT_LIFE_MS = 30_000;
/** A request that is looked at late, and an order that is not found yet, both together. */
const LONGEST_LAG_MS = 4_000;
/** Behind this nobody stops a payment, whatever its time is. */
const LONGEST_HOST_MS = 8_000;
const LONGEST_REFUND_MS = 20_000;

type Settings = JsonObject & {
  readonly terminalId: string;
  readonly currency: keyof typeof COUNTRIES;
  readonly api: "orders" | "intents";
  readonly replyMs: number;
  readonly accessToken?: { readonly secret: string };
  readonly clientSecret?: { readonly secret: string };
  readonly refreshToken?: { readonly secret: string };
};

const COUNTRIES = { ARS: "AR", BRL: "BR", CLP: "CL", MXN: "MX" } as const;
const CLIENT_ID = "7001";

function settingsFrom(random: Random): Settings {
  const api = oneOf(random, ["orders", "orders", "intents"]);
  // Only in Brazil the older API takes anything back.
  const currency =
    api === "orders" ? oneOf(random, ["ARS", "BRL", "CLP", "MXN"]) : oneOf(random, ["BRL", "BRL", "MXN"]);
  const name = `mp-${random(1_000_000_000)}`;
  return {
    terminalId: `${oneOf(random, ["NEWLAND_N950", "PAX_A910"])}__SIM${random(1_000_000_000)}`,
    currency,
    api,
    ...accessFrom(random, name),
    minimumAmounts: { ARS: 1, BRL: 1, CLP: 1, MXN: 1 },
    intentMinimum: 1,
    saleMs: SALE_MS,
    refundMs: 10_000 + random(10_000),
    expiryMarginMs: SALE_MS - oneOf(random, [SHORTEST_ORDER_MS, LONGEST_ORDER_MS]),
    cancelGraceMs: 1_000 + random(2_000),
    pollMs: 1_000,
    slowPollMs: 1_000 + random(3_000),
    calmPollMs: 2_000 + random(8_000),
    standingPollMs: 1_000 + random(5_000),
    absentMarginMs: LATEST_MS + LONGEST_LAG_MS + 2_000 + random(4_000),
    intentAbsentMs: LATEST_MS + INTENT_LIFE_MS + LONGEST_LAG_MS + 2_000,
    askEveryMs: 1_000 + random(2_000),
    mostRepeats: oneOf(random, [0, 1, 3, 20]),
    // Longer than a message may be under way.
    replyMs: 4_000 + random(2_000),
    probeMs: 2_000 + random(8_000),
    pairMs: 4_000,
    refreshAheadMs: 1_000 + random(100_000),
    retryMs: 1_000 + random(4_000),
    requestsPerSecond: oneOf(random, [5, 20, 1_000]),
  };
}

function accessFrom(random: Random, name: string) {
  if (random(3) > 0) return { accessToken: { secret: name } };
  return { clientId: CLIENT_ID, clientSecret: { secret: `${name}-client` }, refreshToken: { secret: `${name}-grant` } };
}

/** Who may ask at a cloud, and what a person keeps for it. */
function accessAt(random: Random, number: number, settings: Settings) {
  const { accessToken, clientSecret, refreshToken } = settings;
  if (accessToken !== undefined) {
    const token = `APP_USR-${number}-${random(1_000_000_000)}`;
    return { access: { accessTokens: [token] }, given: { [accessToken.secret]: token } };
  }
  const [secret, grant] = [`client secret ${number} ${random(1_000_000)}`, `TG-${number}-${random(1_000_000_000)}`];
  const oauth = {
    clientId: CLIENT_ID,
    clientSecret: secret,
    refreshToken: grant,
    expiresS: 60 + random(200),
    // Whoever lost the answer to a renewal would be locked out for good: nobody here can authorize anew.
    graceMs: 31_622_400_000,
  };
  return { access: { oauth }, given: { [clientSecret?.secret ?? ""]: secret, [refreshToken?.secret ?? ""]: grant } };
}

/** A cloud with one terminal of ours; another number is another seller's account, at which a terminal of the same name stands. */
function deviceFrom(random: Random, number: number, settings: Settings): Device {
  const { terminalId, currency, api, replyMs } = settings;
  const { access, given } = accessAt(random, number, settings);
  const manner: Manner = {
    api,
    replyMs,
    lagMs: LONGEST_LAG_MS,
    refundMs: LONGEST_REFUND_MS,
    renews: settings.accessToken === undefined,
    slowestMs: random(2) === 0 ? 0 : LONGEST_ORDER_MS + 5_000,
    refuses: random(2) === 0 ? "atRandom" : "alike",
  };
  const scenario = {
    identity: { serialNumber: `SIM${number}`, userId: `523840019${number}`, applicationId: CLIENT_ID },
    country: COUNTRIES[currency],
    terminals: [terminalFrom(random, number, terminalId), { id: "NEWLAND_N950__OTHER1", operatingMode: "PDV" }],
    ...access,
    clockSkewMs: oneOf(random, [0, 0, -3_600_000, 90_000]),
    loadMs: 1 + random(800),
    customerMs: 1 + random(1_000),
    stageMs: 1 + random(300),
    actionMs: random(LONGEST_HOST_MS),
    cancelMs: random(2_000),
    refundMs: random(3) === 0 ? random(5_000) : 0,
    searchLagMs: manner.refuses === "alike" ? 0 : random(2) * random(LONGEST_LAG_MS / 2),
    intentLifeMs: INTENT_LIFE_MS,
    cancelsAtTerminal: random(3) > 0,
    repeat: oneOf(random, ["originalAnswer", "currentState"]),
    queuedCode: oneOf(random, [
      "already_queued_order_for_terminal",
      "already_queued_order_on_terminal",
      "already_queued_order_for_device",
    ]),
    minimumAmount: random(4) === 0 ? 100 : 1,
  };
  const always: readonly Json[] = random(8) === 0 ? [refusesAlways(random, manner)] : [];
  const rules = Array.from({ length: random(40) }, () => ruleFrom(random, manner));
  return {
    scenario: { ...scenario, rules: [...always, ...rules] },
    calm: { ...scenario, rules: [] },
    longestMs: LONGEST_LAG_MS + LONGEST_ORDER_MS + LONGEST_HOST_MS + LONGEST_REFUND_MS,
    secrets: Object.values(given),
    given,
    ...(manner.refuses === "atRandom" ? { isSaidOnce: true } : {}),
  };
}

function terminalFrom(random: Random, number: number, id: string): JsonObject {
  return {
    id,
    operatingMode: random(8) === 0 ? "STANDALONE" : "PDV",
    posId: 48_000_000 + number,
    storeId: `4779${number}${random(1_000_000)}`,
    externalPosId: `POS${number}`,
  };
}

/** An amount that this account may not take. */
function refusesAlways(random: Random, { api }: Manner): Json {
  const command = api === "orders" ? "createOrder" : "createIntent";
  return {
    when: { command, amount: 501 },
    then: [{ kind: "error", status: oneOf(random, [400, 403]), code: "forbidden" }],
  };
}

/** What somebody else was paid at the same terminal is nobody's here. */
const books: Books = {
  movements: (ledger) =>
    ledger
      .filter(({ by }) => by === undefined)
      .map(({ kind, externalReference, amount }) => ({
        account: accountNamed(kind === "sale" ? "sale" : "refund", externalReference),
        amount: Math.abs(Number(amount)),
      })),
  accountOf: ({ id, operation: { type } }, original) =>
    type === "sale" ? accountNamed("sale", id) : accountNamed("refund", original?.id),
  isOfOneRequest: (account) => account.startsWith("sale "),
  amountOf: ({ outcome }) => (outcome?.kind === "approved" ? (outcome.amounts?.approved.value ?? 0) : 0),
};

/** A sale is known by our reference, and what was given back by that of its sale. */
const accountNamed = (kind: "sale" | "refund", reference: Json | undefined): string =>
  `${kind} ${typeof reference === "string" ? reference : ""}`;

/**
 * All that the vendor's documents leave open, and every fault of its cloud, as far as it is honest about money. Left out is what no client could see: a refusal of
 * what was done all the same, an end that is told of an order which has another one, and that what was refused once is taken when somebody on the way says it
 * again. Nor is there a grant that is lost for good, which takes a person at the vendor's own pages.
 */
export const mercadoPagoWays: Ways = {
  settings: settingsFrom,
  device: (random, number, settings) => deviceFrom(random, number, settings as Settings),
  books,
  requestIn: ({ path = "", headers = {}, bytes }) => {
    if (!MOVES_MONEY.test(path)) return undefined;
    const key = headers["X-Idempotency-Key"];
    if (key !== undefined) return ({ ticket }) => key === ticket || key === `${ticket}-refund`;
    const body = Buffer.from(bytes).toString();
    return ({ request }) => Buffer.from(request, "base64").toString().endsWith(`\r\n\r\n${body}`);
  },
};

/** Those that create, and those that give back (mercado-pago.md 3, 4.4, 8). What asks has a query or another path. */
const MOVES_MONEY = /^\/(v1\/orders(\/\w+\/refund)?|point\/integration-api\/devices\/\w+\/(payment-intents|refund))$/;
