import { isJsonObject, type Json, type JsonObject } from "../../src/core/json.ts";
import { OTHER_APPLICATION, PRIVATE_PEM, PUBLIC_PEM } from "../support/application-key.ts";
import { oneOf, type Random } from "../support/random.ts";
import { ruleFrom, type Manner } from "./poynt-cloud-rules.ts";
import { LATEST_MS, type Books, type Device, type Movement, type Ways } from "./ways.ts";

/** The shortest that the vendor's interface and the driver know. */
const [TTL_S, PAYMENT_MS, ANSWER_MARGIN_MS, REST_MS] = [5, 10_000, 10_000, 10_000];
/** How much later than its time to live a message may come to the terminal. */
const TTL_MARGIN_MS = 4_000;
/** Longer than the answer limit. */
const LONGEST_CUSTOMER_MS = 30_000;
const LONGEST_CHANGE_MS = 6_000;
const LONGEST_HIDDEN_MS = 6_000;
const LONGEST_OUTAGE_MS = 8_000;
const MESSAGE_LAG_MS = 3_000;

type Settings = JsonObject & {
  readonly appId: string;
  readonly privateKey: { readonly secret: string };
  readonly businessId: string;
  readonly storeId: string;
  readonly deviceId: string;
  readonly currency: string;
  readonly replyMs: number;
  readonly confirmMs: number;
};

/** The vendor's ids are UUIDs. */
function uuidFrom(random: Random): string {
  const hex = (length: number) => Array.from({ length }, () => random(16).toString(16)).join("");
  return [hex(8), hex(4), `4${hex(3)}`, `8${hex(3)}`, hex(12)].join("-");
}

function settingsFrom(random: Random): Settings {
  return {
    appId: `urn:aid:${uuidFrom(random)}`,
    privateKey: { secret: `poynt-${random(1_000_000_000)}` },
    businessId: uuidFrom(random),
    storeId: uuidFrom(random),
    deviceId: `urn:tid:${uuidFrom(random)}`,
    currency: oneOf(random, ["USD", "EUR"]),
    dataForm: oneOf(random, ["flat", "nested"]),
    disableTip: random(2) === 0,
    failedMovedNothing: random(2) === 0,
    ttlSeconds: TTL_S,
    ttlMarginMs: TTL_MARGIN_MS,
    paymentMs: PAYMENT_MS,
    answerMarginMs: ANSWER_MARGIN_MS,
    restMs: REST_MS + random(10_000),
    // Longer than a message may be under way, and its answer.
    replyMs: 4_000 + random(2_000),
    confirmMs: 500 + random(4_000),
    anotherCardMs: 4_000 + random(10_000),
    processingMs: LATEST_MS + LONGEST_CHANGE_MS + LONGEST_HIDDEN_MS + random(6_000),
    quickForMs: random(60_000),
    slowMs: 1_000 + random(4_000),
    idleMs: 1_000 + random(5_000),
    mostRepeats: oneOf(random, [0, 1, 3, 10]),
    probeMs: 2_000 + random(8_000),
    refreshEarlyMs: random(60_000),
    retryMs: 1_000 + random(2_000),
    refusedRetryMs: 2_000 + random(4_000),
    requestsPerSecond: oneOf(random, [5, 20, 100]),
  };
}

/** Two applications: which of them a cloud knows is the merchant's word. */
const APPLICATIONS = [
  { publicKey: PUBLIC_PEM, privateKey: PRIVATE_PEM },
  { publicKey: OTHER_APPLICATION.publicKey, privateKey: OTHER_APPLICATION.privateKey },
] as const;

/** A cloud with one terminal of ours. Another number is the same account, with other ways: what a cloud knows it does not forget. */
function deviceFrom(random: Random, number: number, settings: Settings): Device {
  const { appId, businessId, storeId, deviceId, privateKey, currency, replyMs, confirmMs } = settings;
  const application = random(6) === 0 ? APPLICATIONS[1] : APPLICATIONS[0];
  const [customerMs, stageMs, deliveryMs] = [1 + random(1_000), 1 + random(300), random(1_000)];
  const manner: Manner = {
    replyMs,
    lagMs: MESSAGE_LAG_MS,
    hiddenMs: LONGEST_HIDDEN_MS,
    slowestMs: random(2) === 0 ? 0 : LONGEST_CUSTOMER_MS,
    slowestChangeMs: LONGEST_CHANGE_MS,
    outageMs: LONGEST_OUTAGE_MS,
    refuses: random(2) === 0 ? "atRandom" : "never",
    tells: random(2) === 0 ? "otherAmounts" : "otherEnds",
  };
  const sameReference = oneOf(random, ["runsAgain", "drops"]);
  const scenario = {
    identity: { serialNumber: `SIM${number}`, deviceId: deviceId.slice("urn:tid:".length), storeId, businessId },
    currency,
    purchaseAction: oneOf(random, ["SALE", "AUTHORIZE"]),
    applicationId: appId,
    publicKey: application.publicKey,
    expiresInS: 60 + random(300),
    clockSkewMs: oneOf(random, [0, 0, -3_600_000, 90_000]),
    customerMs,
    stageMs,
    deliveryMs,
    whileBusy: oneOf(random, ["queue", "drops", "cancels"]),
    sameReference,
    gzip: random(2) === 0,
    // What is found late must not be told as canceled before.
    searchLagMs: random(2) * random(manner.tells === "otherEnds" ? confirmMs : LONGEST_HIDDEN_MS),
    searchOrder: oneOf(random, ["newestFirst", "oldestFirst"]),
    childReferences: oneOf(random, ["own", "parents"]),
    createdStatus: oneOf(random, [201, 200]),
  };
  const rules: readonly Json[] = Array.from({ length: random(40) }, () => ruleFrom(random, manner));
  const isSaidOnce = manner.refuses === "atRandom" || sameReference === "runsAgain";
  return {
    scenario: { ...scenario, rules },
    calm: { ...scenario, rules: [] },
    given: { [privateKey.secret]: application.privateKey },
    // One more may wait in front of it.
    longestMs:
      deliveryMs +
      TTL_S * 1_000 +
      LONGEST_OUTAGE_MS +
      MESSAGE_LAG_MS +
      2 * (customerMs + 2 * stageMs + manner.slowestMs) +
      LONGEST_CHANGE_MS +
      1_000,
    secrets: [application.privateKey],
    ...(isSaidOnce ? { isSaidOnce } : {}),
  };
}

/** Several tenders of one message are one movement. A void is known by what it voids: whoever asked for it has got it. */
const books: Books = {
  movements: (ledger) => {
    const movements = new Map<string, Movement>();
    for (const { kind, via, referenceId, poyntRequestId, transactionId, at, total } of ledger) {
      const account =
        via === "message" ? sentAs(referenceId) : kind === "void" ? voidOf(transactionId) : postedAs(poyntRequestId);
      const carriedOut = JSON.stringify([account, at]);
      movements.set(carriedOut, { account, amount: (movements.get(carriedOut)?.amount ?? 0) + Number(total) });
    }
    return [...movements.values()];
  },
  accountOf: ({ id, dispatched, operation: { type } }) => {
    const { referenceId, poyntRequestId, deviceId, transactionId } = dispatched?.references ?? {};
    if (referenceId === undefined) return `what was not sent for ${id}`;
    if (deviceId !== undefined) return sentAs(referenceId);
    return type === "void" || type === "releaseAuthorization" ? voidOf(transactionId) : postedAs(poyntRequestId);
  },
  isOfOneRequest: () => true,
  amountOf: ({ outcome }) => (outcome?.kind === "approved" ? (outcome.amounts?.approved.value ?? 0) : 0),
};

const sentAs = (reference: Json | undefined): string => `message ${JSON.stringify(reference)}`;
const postedAs = (requestId: Json | undefined): string => `request ${JSON.stringify(requestId)}`;
const voidOf = (transactionId: Json | undefined): string => `void of ${JSON.stringify(transactionId)}`;

/**
 * All that the vendor's documents leave open, and every fault of its cloud and terminals, as far as they are honest about money. Left out is what no client could
 * see: a refusal of what is done all the same, a payment under another reference than the one that was asked, and a terminal that says that nothing was paid of what
 * the cloud tells only much later.
 */
export const poyntCloudWays: Ways = {
  settings: settingsFrom,
  device: (random, number, settings) => deviceFrom(random, number, settings as Settings),
  books,
  requestIn: ({ path = "", headers = {}, bytes }) => {
    if (path === "/cloudMessages") {
      const reference = referenceIn(bytes);
      return reference === undefined ? undefined : ({ references }) => references?.["referenceId"] === reference;
    }
    if (path === "/token" || bytes.length === 0) {
      // A void has no body; nor has a question, which changes nothing.
      if (!/\/transactions\/[^/?]+\/void$/.test(path)) return undefined;
    }
    return ({ references }) => references?.["poyntRequestId"] === headers["Poynt-Request-Id"];
  },
  isOneAccount: true,
};

/** Of a payment; undefined in what else a terminal is told. */
function referenceIn(bytes: Uint8Array): Json | undefined {
  const envelope = objectIn(Buffer.from(bytes).toString());
  if (envelope["recipient"] !== undefined) return undefined;
  const data = objectIn(envelope["data"]);
  return data["payment"] === undefined ? data["referenceId"] : objectIn(data["payment"])["referenceId"];
}

function objectIn(text: Json | undefined): JsonObject {
  const value = typeof text === "string" ? (JSON.parse(text) as Json) : {};
  return isJsonObject(value) ? value : {};
}
