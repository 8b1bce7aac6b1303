import type { Json, JsonObject } from "../../src/core/json.ts";
import type { OutcomeKind } from "../../src/core/outcome.ts";
import { PRIVATE_PEM } from "../support/application-key.ts";

/** What a terminal does with one sale, and what the POS hears of it in the end. `unknown`: a person is called. */
type Story = { readonly scenario: Json; readonly ends: OutcomeKind };

/** What the conformance suite needs to know of a vendor beyond its descriptor; a vendor without a sample fails the suite. */
export type Sample = {
  /** Settings for the simulated terminal, with short patience so that virtual hours are few. */
  readonly settings: JsonObject;
  /** What the terminal was paired with before. */
  readonly pairing?: Readonly<Record<string, string>>;
  /** What a person keeps for it, by the names that the settings refer to. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Where it is reached, where that is not a place of its own. */
  readonly link?: JsonObject;
  /** The customer presents a card at once. */
  readonly approves: Json;
  /** The customer takes a minute. */
  readonly slowCustomer: Json;
  readonly stories: Readonly<Record<StoryName, Story> & Record<string, Story>>;
};

/** Told of every vendor. */
type StoryName =
  | "approves"
  | "declines"
  /** Says nothing once the money has moved. */
  | "isSilentAfterTheMoney"
  /** Says nothing from the request on, and does nothing. */
  | "isSilent"
  /** The reply comes after the answer limit. */
  | "repliesLate"
  /** Off and on before the money moves, with its memory. */
  | "restartsBeforeTheMoney"
  /** Off and on after the money moved, with its memory. */
  | "restartsAfterTheMoney"
  | "restartsWithoutMemory"
  /** A signature or checksum that is wrong, once the money has moved. */
  | "signsWrongly";

const FAST = { gapMs: 1, customerMs: 1, stageMs: 1 };
/** The sale of this amount goes otherwise than well; every other one is approved. */
export const AMOUNT = 1250;
const onSale = (...then: readonly Json[]): Json => ({
  ...FAST,
  rules: [{ when: { command: "sale", amount: AMOUNT }, then }],
});

const PAIRED = "the secret of the pairing";
const FAST_HTTP = { customerMs: 1, stageMs: 1, currency: "USD", pairedWith: PAIRED };
const onHttpSale = (...then: readonly Json[]): Json => ({
  ...FAST_HTTP,
  rules: [{ when: { command: "sale", amount: AMOUNT }, then }],
});

const FAST_CLOUD = { loadMs: 1, customerMs: 1, stageMs: 1, cancelMs: 1, actionMs: 1 };
const onOrder = (...then: readonly Json[]): Json => ({
  ...FAST_CLOUD,
  rules: [{ when: { command: "createOrder", amount: AMOUNT, nth: 1 }, then }],
});
const onEachOrder = (...then: readonly Json[]): Json => ({
  ...FAST_CLOUD,
  rules: [{ when: { command: "createOrder", amount: AMOUNT }, then }],
});

const FAST_COMMANDS = { takeMs: 1, customerMs: 1, stageMs: 1, shortMs: 1 };
const onCommand = (...then: readonly Json[]): Json => ({
  ...FAST_COMMANDS,
  rules: [{ when: { command: "sale", amount: AMOUNT }, then }],
});

const FAST_MESSAGES = {
  identity: { serialNumber: "SIM-1" },
  customerMs: 1,
  stageMs: 1,
  deliveryMs: 1,
  currency: "USD",
};
const onMessage = (...then: readonly Json[]): Json => ({
  ...FAST_MESSAGES,
  rules: [{ when: { command: "sale", amount: AMOUNT }, then }],
});

export const SAMPLES: Readonly<Record<string, Sample>> = {
  getnet: {
    settings: { currency: "CLP", quietMs: 5_000, askEveryMs: 500, answerMs: 20_000, cancelGraceMs: 2_000 },
    approves: FAST,
    slowCustomer: onSale({ kind: "slow", ms: 60_000, phase: "customer" }),
    stories: {
      approves: { scenario: FAST, ends: "approved" },
      declines: { scenario: onSale({ kind: "declines" }), ends: "declined" },
      isSilentAfterTheMoney: { scenario: onSale({ kind: "silent", from: "money" }), ends: "approved" },
      isSilent: { scenario: onSale({ kind: "silent", from: "request" }), ends: "notPerformed" },
      repliesLate: { scenario: onSale({ kind: "slow", ms: 30_000, phase: "reply" }), ends: "approved" },
      restartsBeforeTheMoney: {
        scenario: onSale({ kind: "restart", at: "beforeMoney", memory: "remembers", offMs: 500 }),
        ends: "notPerformed",
      },
      restartsAfterTheMoney: {
        scenario: onSale({ kind: "restart", at: "afterMoney", memory: "remembers", offMs: 500 }),
        ends: "approved",
      },
      restartsWithoutMemory: {
        scenario: onSale({ kind: "restart", at: "afterMoney", memory: "forgets", offMs: 500 }),
        ends: "unknown",
      },
      signsWrongly: { scenario: onSale({ kind: "wrongSign" }), ends: "approved" },
      talksNonsense: {
        scenario: onSale(
          { kind: "garbage", text: "}}{ AT+CGMI\r\n", at: "before" },
          { kind: "garbage", text: '{"x"', at: "between" },
        ),
        ends: "approved",
      },
      repliesTwice: { scenario: onSale({ kind: "replyTwice" }), ends: "approved" },
    },
  },
  poynt: {
    settings: { currency: "USD", timeoutMs: 10_000, answerMarginMs: 10_000, aliveEveryMs: 500, askEveryMs: 500 },
    pairing: { pairing: PAIRED },
    approves: FAST_HTTP,
    slowCustomer: onHttpSale({ kind: "slow", ms: 60_000, phase: "customer" }),
    stories: {
      approves: { scenario: FAST_HTTP, ends: "approved" },
      declines: { scenario: onHttpSale({ kind: "declines" }), ends: "declined" },
      isSilentAfterTheMoney: { scenario: onHttpSale({ kind: "silent", from: "money" }), ends: "approved" },
      isSilent: { scenario: onHttpSale({ kind: "silent", from: "request" }), ends: "unknown" },
      repliesLate: { scenario: onHttpSale({ kind: "slow", ms: 30_000, phase: "reply" }), ends: "approved" },
      restartsBeforeTheMoney: {
        scenario: onHttpSale({ kind: "restart", at: "beforeMoney", memory: "remembers", offMs: 500 }),
        ends: "unknown",
      },
      restartsAfterTheMoney: {
        scenario: onHttpSale({ kind: "restart", at: "afterMoney", memory: "remembers", offMs: 500 }),
        ends: "unknown",
      },
      restartsWithoutMemory: {
        scenario: onHttpSale({ kind: "restart", at: "afterMoney", memory: "forgets", offMs: 500 }),
        ends: "unknown",
      },
      signsWrongly: { scenario: onHttpSale({ kind: "wrongSignature" }), ends: "approved" },
    },
  },
  "mercado-pago": {
    settings: {
      currency: "MXN",
      terminalId: "NEWLAND_N950__SIM0000001",
      accessToken: { secret: "mp" },
      saleMs: 45_000,
      absentMarginMs: 15_000,
      replyMs: 5_000,
      requestsPerSecond: 1_000,
    },
    secrets: { mp: "APP_USR-1" },
    approves: FAST_CLOUD,
    slowCustomer: onOrder({ kind: "slow", ms: 40_000, phase: "customer" }),
    stories: {
      approves: { scenario: FAST_CLOUD, ends: "approved" },
      declines: { scenario: onOrder({ kind: "declines", detail: "insufficient_amount" }), ends: "declined" },
      isSilentAfterTheMoney: { scenario: onOrder({ kind: "silent", from: "done" }), ends: "approved" },
      isSilent: { scenario: onEachOrder({ kind: "silent", from: "request" }), ends: "notPerformed" },
      repliesLate: { scenario: onOrder({ kind: "slow", ms: 20_000, phase: "reply" }), ends: "approved" },
      // A cloud does not forget: nobody reaches it for a while, and its terminals go on.
      restartsBeforeTheMoney: { scenario: onOrder({ kind: "outage", at: "request", ms: 500 }), ends: "approved" },
      restartsAfterTheMoney: { scenario: onOrder({ kind: "outage", at: "done", ms: 5_000 }), ends: "approved" },
      restartsWithoutMemory: {
        scenario: onOrder({ kind: "actionRequired", detail: "check_on_terminal", moved: true }),
        ends: "unknown",
      },
      signsWrongly: { scenario: onOrder({ kind: "truncated" }), ends: "approved" },
      isBehindAPortal: { scenario: onEachOrder({ kind: "portal" }), ends: "notPerformed" },
      hasAnotherOrder: { scenario: onOrder({ kind: "otherOrder", ends: "waits" }), ends: "notPerformed" },
      allowsNoMore: { scenario: onOrder({ kind: "rateLimited", retryAfterS: 2 }), ends: "approved" },
      breaksDownAfterTheMoney: { scenario: onOrder({ kind: "error", status: 500, moved: true }), ends: "approved" },
      isLeftByTheCustomer: { scenario: onOrder({ kind: "cancels", at: "card" }), ends: "canceled" },
      isNotUsed: { scenario: onOrder({ kind: "stays", in: "at_terminal" }), ends: "canceled" },
    },
  },
  "getnet-cloud": {
    settings: {
      country: "CL",
      clientId: "till",
      clientSecret: { secret: "getnet" },
      idTerminal: "70000001",
      idSucursal: "1",
      serialNumber: "SIM0000001",
      currency: "CLP",
      answerMs: 20_000,
      cancelGraceMs: 2_000,
      postMs: 5_000,
      lookMs: 5_000,
      questionMs: 5_000,
      quietMs: 5_000,
      askEveryMs: 1_000,
      requestsPerSecond: 100,
    },
    secrets: { getnet: "secret" },
    approves: FAST_COMMANDS,
    slowCustomer: onCommand({ kind: "slow", ms: 60_000, phase: "customer" }),
    stories: {
      approves: { scenario: FAST_COMMANDS, ends: "approved" },
      declines: { scenario: onCommand({ kind: "declines" }), ends: "declined" },
      isSilentAfterTheMoney: { scenario: onCommand({ kind: "silent", taken: true }), ends: "approved" },
      isSilent: { scenario: onCommand({ kind: "silent", taken: false }), ends: "notPerformed" },
      repliesLate: { scenario: onCommand({ kind: "slow", ms: 24_000, phase: "result" }), ends: "approved" },
      // A cloud does not forget, and its terminal cannot be reached for a while.
      restartsBeforeTheMoney: { scenario: onCommand({ kind: "offline", ms: 500 }), ends: "approved" },
      restartsAfterTheMoney: { scenario: onCommand({ kind: "answerLost", how: "cut" }), ends: "approved" },
      restartsWithoutMemory: { scenario: onCommand({ kind: "answerLost" }, { kind: "forgets" }), ends: "unknown" },
      signsWrongly: { scenario: onCommand({ kind: "truncated" }), ends: "approved" },
      isBehindAPortal: { scenario: onCommand({ kind: "html" }), ends: "notPerformed" },
      breaksDownAfterTheMoney: {
        scenario: onCommand({ kind: "httpError", status: 500, taken: true }),
        ends: "approved",
      },
      allowsNoMore: {
        scenario: onCommand({ kind: "httpError", status: 429, retryAfterSeconds: 2 }),
        ends: "notPerformed",
      },
      losesItsAccess: { scenario: onCommand({ kind: "tokenRevoked" }), ends: "notPerformed" },
      isLeftByTheCustomer: { scenario: onCommand({ kind: "customerCancels" }), ends: "canceled" },
      isNotUsed: { scenario: onCommand({ kind: "timesOut" }), ends: "canceled" },
      isPendingForEver: { scenario: onCommand({ kind: "pendingForever", moved: true }), ends: "unknown" },
    },
  },
  "poynt-cloud": {
    settings: {
      appId: "urn:aid:0e6b1f5a-3c72-4d10-8a44-6f1f2e3d4c5b",
      privateKey: { secret: "poynt-key" },
      businessId: "d1a3b5c7-2e4f-4680-9bdf-13579bdf0203",
      storeId: "4b0f5c1e-9a56-4a39-8f52-0c7d6e5a4b02",
      deviceId: "urn:tid:00000000-0000-4000-8000-000000000001",
      currency: "USD",
      replyMs: 5_000,
      ttlSeconds: 10,
      paymentMs: 60_000,
      confirmMs: 2_000,
      processingMs: 20_000,
      requestsPerSecond: 100,
    },
    secrets: { "poynt-key": PRIVATE_PEM },
    approves: FAST_MESSAGES,
    slowCustomer: onMessage({ kind: "slow", ms: 40_000, phase: "customer" }),
    stories: {
      approves: { scenario: FAST_MESSAGES, ends: "approved" },
      declines: { scenario: onMessage({ kind: "declines" }), ends: "declined" },
      isSilentAfterTheMoney: { scenario: onMessage({ kind: "silent", from: "money" }), ends: "approved" },
      isSilent: { scenario: onMessage({ kind: "silent", from: "request" }), ends: "unknown" },
      repliesLate: { scenario: onMessage({ kind: "slow", ms: 20_000, phase: "reply" }), ends: "approved" },
      // A cloud does not forget: the terminal is not connected for a while, or what it did is not known at once.
      restartsBeforeTheMoney: { scenario: onMessage({ kind: "offline", ms: 5_000 }), ends: "approved" },
      restartsAfterTheMoney: {
        scenario: onMessage({ kind: "hidden", ms: 20_000, from: "everybody" }),
        ends: "approved",
      },
      restartsWithoutMemory: { scenario: onMessage({ kind: "offline", ms: 20_000 }), ends: "unknown" },
      signsWrongly: { scenario: onMessage({ kind: "raw", status: 302, moved: true }), ends: "approved" },
      neverGetsIt: { scenario: onMessage({ kind: "neverDelivered" }), ends: "unknown" },
      doesNotCall: { scenario: onMessage({ kind: "noCallback" }), ends: "approved" },
      callsThrice: { scenario: onMessage({ kind: "thriceCallback" }), ends: "approved" },
      callsNonsense: { scenario: onMessage({ kind: "tornCallback" }), ends: "approved" },
      breaksDownAfterTheMoney: {
        scenario: onMessage({ kind: "error", code: "INTERNAL_ERROR", moved: true }),
        ends: "approved",
      },
      isNotActivated: {
        scenario: onMessage({ kind: "error", code: "STORE_DEVICE_NOT_ACTIVATED" }),
        ends: "notPerformed",
      },
      isLeftByTheCustomer: { scenario: onMessage({ kind: "cancels" }), ends: "canceled" },
      isLeftWithoutACall: { scenario: onMessage({ kind: "cancels" }, { kind: "noCallback" }), ends: "unknown" },
    },
  },
};
