import type { Json, JsonObject } from "../../src/core/json.ts";

/** What the conformance suite needs to know of a vendor beyond its descriptor; a vendor without a sample fails the suite. */
export type Sample = {
  /** Settings for the simulated terminal, with short patience so that virtual hours are few. */
  readonly settings: JsonObject;
  readonly scenarios: {
    /** The customer presents a card at once. */
    readonly approves: Json;
    readonly declines: Json;
    /** The customer takes a minute. */
    readonly slowCustomer: Json;
    /** Says nothing once the money has moved. */
    readonly silentAfterMoney: Json;
    /** Says nothing from the request on, and does nothing. */
    readonly silent: Json;
    /** The reply comes after the answer limit. */
    readonly lateReply: Json;
    /** Off and on before the money moves, with its memory. */
    readonly restartsBeforeMoney: Json;
    /** Off and on after the money moved, with its memory. */
    readonly restartsAfterMoney: Json;
    readonly garbage: Json;
    readonly replyTwice: Json;
    /** A signature or checksum that is wrong, once the money has moved. */
    readonly corrupted: Json;
  };
};

const FAST = { gapMs: 1, customerMs: 1, stageMs: 1 };
/** The sale of this amount goes otherwise than well; every other one is approved. */
export const AMOUNT = 1250;
const onSale = (...then: readonly Json[]): Json => ({
  ...FAST,
  rules: [{ when: { command: "sale", amount: AMOUNT }, then }],
});

export const SAMPLES: Readonly<Record<string, Sample>> = {
  getnet: {
    settings: { currency: "CLP", quietMs: 5_000, askEveryMs: 500, answerMs: 20_000, cancelGraceMs: 2_000 },
    scenarios: {
      approves: FAST,
      declines: onSale({ kind: "declines" }),
      slowCustomer: onSale({ kind: "slow", ms: 60_000, phase: "customer" }),
      silentAfterMoney: onSale({ kind: "silent", from: "money" }),
      silent: onSale({ kind: "silent", from: "request" }),
      lateReply: onSale({ kind: "slow", ms: 30_000, phase: "reply" }),
      restartsBeforeMoney: onSale({ kind: "restart", at: "beforeMoney", memory: "remembers", offMs: 500 }),
      restartsAfterMoney: onSale({ kind: "restart", at: "afterMoney", memory: "remembers", offMs: 500 }),
      garbage: onSale(
        { kind: "garbage", text: "}}{ AT+CGMI\r\n", at: "before" },
        { kind: "garbage", text: '{"x"', at: "between" },
      ),
      replyTwice: onSale({ kind: "replyTwice" }),
      corrupted: onSale({ kind: "wrongSign" }),
    },
  },
};
