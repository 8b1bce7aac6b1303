import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Doubt } from "../../../src/drivers/driver.ts";
import { intentRecovery } from "../../../src/drivers/mercado-pago/intents-recovery.ts";
import type { IntentSettings } from "../../../src/drivers/mercado-pago/intents-settings.ts";
import {
  Bench,
  doubtOf,
  eventsBody,
  INTENT,
  intentBody,
  money,
  orderOf,
  OTHER_INTENT,
  paid,
  PAYMENT,
  paymentBody,
  REFUND,
  REFUND_INTENT,
  refundBody,
  SALE,
  settingsWith,
  START,
  TERMINAL,
  TRANSACTION,
  WHO,
} from "./intents-support.ts";

type Options = {
  readonly doubt?: Doubt;
  readonly pending?: readonly string[];
  readonly settings?: Partial<IntentSettings>;
  readonly who?: typeof WHO | "notTold";
  readonly patience?: "short" | "asAssumed";
};

function resumed(options: Options = {}): Bench {
  const { doubt = doubtOf(SALE), pending = [], settings = {}, who = WHO, patience = "short" } = options;
  const short = patience === "short" ? { intentAbsentMs: 60_000 } : {};
  const bench = new Bench(intentRecovery(doubt, settingsWith({ ...short, ...settings })));
  bench.give({ kind: "resumed", link: "cloud #2", pending });
  if (who !== "notTold") bench.give({ kind: "told", message: who });
  return bench;
}

const KNOWN = doubtOf(SALE, { remembered: { version: 1, intent: INTENT } });
const CONFLICT = { error: "conflict_error", message: "queued" };
const theirs = intentBody("FINISHED", { id: OTHER_INTENT, additional_info: { external_reference: "THEIRS" } });

/** Each list of the vendor's shows these, until so much time has passed or it is over. */
function live(bench: Bench, durationMs: number, ...intents: readonly string[]): void {
  for (let passedMs = 0; passedMs < durationMs && !bench.ended; passedMs += 500) {
    if (bench.isOpen("list")) bench.answer("list", 200, eventsBody(...intents));
    bench.elapse(500);
    sayWhose(bench);
  }
}

/** Where it is asked behind an absence, the account is still the same. */
function sayWhose(bench: Bench, who: Omit<typeof WHO, "user"> & { readonly user: string } = WHO): void {
  const [last] = bench.all("askAccount").slice(-1);
  const isAsked = last?.message.kind === "askTerminal" && last.message.must === "beFresh";
  if (isAsked && !bench.ended) bench.give({ kind: "told", message: who });
}

describe("an intent whose id is known", () => {
  it("is looked at until its end, and nothing is ever made again", () => {
    const bench = resumed({ doubt: KNOWN });
    bench.elapse(999);
    assert.equal(bench.asked.length, 0);
    bench.look(intentBody("ON_TERMINAL"));
    bench.look(paid("FINISHED"));
    bench.answer("look", 200, paymentBody("approved"));
    assert.equal(bench.settled?.kind, "approved");
    assert.deepEqual(bench.effects.at(-1), { kind: "done" });
    assert.deepEqual([bench.committed, bench.all("repeat")], [[], []]);
    assert.ok(bench.asked.every((path) => path.startsWith("GET")));
  });

  it("is left to the customer while there is time", () => {
    const bench = resumed({ doubt: KNOWN });
    bench.look(intentBody("OPEN"));
    assert.equal(bench.isOpen("cancel"), false);
  });

  it("that is still open when the time is over is taken back", () => {
    const bench = resumed({ doubt: KNOWN });
    bench.look(intentBody("OPEN"));
    bench.give({ kind: "deadline" });
    assert.equal(bench.asked.at(-1), `DELETE /devices/${TERMINAL}/payment-intents/${INTENT}`);
    bench.answer("cancel", 200, { id: INTENT });
    bench.look(intentBody("CANCELED"));
    assert(bench.settled?.kind === "canceled");
    assert.equal(bench.settled.by, "terminalTimeout");
  });

  it("is taken back as well where the time was over before this process began", () => {
    const late = doubtOf(SALE, {
      remembered: { version: 1, intent: INTENT },
      deadline: new Date(START - 1).toISOString(),
    });
    const bench = resumed({ doubt: late });
    bench.look(intentBody("OPEN"));
    assert.equal(bench.isOpen("cancel"), true);
  });

  it("is taken back where the POS wanted that", () => {
    const canceled = doubtOf(SALE, { remembered: { version: 1, intent: INTENT }, cancelRequested: true });
    const bench = resumed({ doubt: canceled });
    bench.look(intentBody("OPEN"));
    bench.answer("cancel", 409, CONFLICT);
    bench.look(intentBody("OPEN"));
    bench.answer("cancel", 200, { id: INTENT });
    bench.look(intentBody("CANCELED"));
    assert(bench.settled?.kind === "canceled");
    assert.equal(bench.settled.by, "pos");
  });

  it("is looked at once a second at most, and more slowly when nobody waits any more", () => {
    const bench = resumed({ doubt: KNOWN });
    for (let count = 0; count < 5; count += 1) {
      bench.elapse(1_000);
      bench.answer("look", 200, intentBody("ON_TERMINAL"));
      bench.elapse(999);
      assert.equal(bench.isOpen("look"), false);
      bench.elapse(1);
      bench.answer("look", 200, intentBody("ON_TERMINAL"));
    }
    bench.elapse(180_000);
    bench.answer("look", 200, intentBody("ON_TERMINAL"));
    bench.elapse(3_999);
    assert.equal(bench.isOpen("look"), false);
  });

  it("that needs a confirmation is settled by its payment where that is told", () => {
    const bench = resumed({ doubt: KNOWN });
    bench.look(paid("CONFIRMATION_REQUIRED"));
    bench.answer("look", 200, paymentBody("approved"));
    assert.equal(bench.settled?.kind, "approved");
  });

  it("that needs a confirmation is for a person otherwise, and its payment may still tell", () => {
    const bench = resumed({ doubt: KNOWN });
    bench.look(paid("CONFIRMATION_REQUIRED"));
    bench.answer("look", 200, paymentBody("pending"));
    assert.equal(bench.settled?.kind, "unknown");
    assert.match(bench.gaveUp, /look at the terminal.*15\.00 ARS.*0D3K7QX9TABCDEFGHJKM/);
    bench.elapse(30_000);
    bench.answer("look", 200, paymentBody("pending"));
    assert.deepEqual([bench.all("giveUp").length, bench.all("settle").length], [1, 1]);
    bench.elapse(30_000);
    bench.answer("look", 200, paymentBody("rejected"));
    assert.equal(bench.all("settle").at(-1)?.verdict.kind, "declined");
  });

  it("that is told with another amount is for a person, once", () => {
    const bench = resumed({ doubt: KNOWN });
    bench.look(paid("FINISHED", { amount: 9 }));
    bench.look(paid("FINISHED", { amount: 9 }));
    assert.deepEqual([bench.settled, bench.all("giveUp").length], [undefined, 1]);
    assert.match(bench.gaveUp, /9 hundredths, 1500 were asked/);
  });

  it("that the vendor does not tell is for a person after a while; a notification is asked about soon", () => {
    const bench = resumed({ doubt: KNOWN });
    for (let passedMs = 0; passedMs < 245_000; passedMs += 1_000) {
      if (bench.isOpen("look")) bench.answer("look", 404, { error: "not_found", message: "no such intent" });
      bench.elapse(1_000);
    }
    assert.deepEqual([bench.settled, bench.all("giveUp").length], [undefined, 1]);
    assert.match(bench.gaveUp, /no such intent/);
    if (bench.isOpen("look")) bench.lose("look");
    bench.give({ kind: "told", message: { kind: "orderHint", order: INTENT } });
    bench.elapse(1_000);
    bench.answer("look", 200, intentBody("CANCELED"));
    assert.equal(bench.settled?.kind, "canceled");
  });
});

describe("an intent whose id was lost", () => {
  it("is searched among those of that time, the nearest first, one a second, and watched", () => {
    const bench = resumed();
    assert.equal(bench.asked[0], "GET /payment-intents/events?startDate=2026-01-01&endDate=2026-01-03");
    bench.answer("list", 200, eventsBody(OTHER_INTENT, INTENT));
    assert.equal(bench.isOpen("candidate"), false);
    bench.elapse(1_000);
    assert.equal(bench.asked[1], `GET /payment-intents/${OTHER_INTENT}`);
    bench.answer("candidate", 200, theirs);
    bench.elapse(999);
    assert.equal(bench.isOpen("candidate"), false);
    bench.elapse(1);
    bench.answer("candidate", 200, paid("FINISHED"));
    assert.deepEqual(bench.all("remember")[0]?.data, { version: 1, intent: INTENT });
    bench.answer("look", 200, paymentBody("approved"));
    assert.equal(bench.settled?.kind, "approved");
  });

  it("may be asked for by moments, where the vendor wants that", () => {
    const bench = resumed({ settings: { intentDates: "moments" } });
    const query = "startDate=2026-01-02T02%3A54%3A05.000Z&endDate=2026-01-02T03%3A14%3A05.000Z";
    assert.equal(bench.asked[0], `GET /payment-intents/events?${query}`);
  });

  it("is searched in no more than 30 days, also much later", () => {
    const early = doubtOf(SALE, { references: { sentAt: new Date(START - 90 * 86_400_000).toISOString() } });
    const [asked = ""] = resumed({ doubt: early }).asked;
    assert.match(asked, /startDate=2025-10-03&endDate=2025-10-31$/);
  });

  it("is searched around our own time where the vendor's was not written down", () => {
    const [asked = ""] = resumed({ doubt: doubtOf(SALE, { references: {} }) }).asked;
    assert.match(asked, /startDate=2026-01-01&endDate=2026-01-03$/);
  });

  it("is not looked for among those that were over before", () => {
    const bench = resumed();
    const events = [{ payment_intent_id: OTHER_INTENT, status: "FINISHED", created_on: "2026-01-02T02:54:04.000Z" }];
    bench.answer("list", 200, { events });
    bench.elapse(2_500);
    assert.deepEqual([bench.isOpen("candidate"), bench.isOpen("list")], [false, false]);
  });

  it("what is somebody else's is asked for once", () => {
    const bench = resumed();
    bench.answer("list", 200, eventsBody(OTHER_INTENT));
    bench.elapse(1_000);
    bench.answer("candidate", 200, theirs);
    bench.elapse(3_000);
    bench.answer("list", 200, eventsBody(OTHER_INTENT));
    bench.elapse(2_000);
    assert.equal(bench.isOpen("candidate"), false);
  });

  it("that is absent twice after its life is not performed", () => {
    const bench = resumed();
    live(bench, 59_000);
    assert.equal(bench.isSettled, false);
    live(bench, 10_000);
    assert.deepEqual(bench.settled, { kind: "notPerformed", reason: "noRecord" });
    assert.equal(bench.ended, true);
    assert.deepEqual(
      bench.all("identified").map(({ identity }) => identity),
      Array(2).fill({ terminalId: TERMINAL, account: "5238400195" }),
    );
  });

  it("is for a person where another account's token was given before it was absent", () => {
    const bench = resumed();
    bench.elapse(61_000);
    for (let round = 0; round < 3; round += 1) {
      bench.answer("list", 200, eventsBody());
      bench.elapse(3_000);
    }
    sayWhose(bench, { ...WHO, user: "7" });
    assert.equal(bench.isSettled, false);
    assert.match(bench.gaveUp, /same terminal/);
  });

  it("may live for 20 minutes where nobody says otherwise (assumed)", () => {
    const bench = resumed({ patience: "asAssumed" });
    live(bench, 1_195_000);
    assert.equal(bench.isSettled, false);
    live(bench, 15_000);
    assert.equal(bench.settled?.kind, "notPerformed");
  });

  it("its absence counts only once it was seen after that time", () => {
    const bench = resumed();
    bench.elapse(30_000);
    bench.lose("list");
    bench.elapse(3_000);
    bench.elapse(60_000);
    bench.answer("list", 200, eventsBody());
    bench.elapse(3_000);
    bench.answer("list", 200, eventsBody());
    assert.equal(bench.isSettled, false);
    bench.elapse(3_000);
    bench.answer("list", 200, eventsBody());
    sayWhose(bench);
    assert.equal(bench.settled?.kind, "notPerformed");
  });

  it("its absence is seen twice in a row, or does not count", () => {
    const bench = resumed();
    bench.elapse(61_000);
    const round = (shows: "none" | "nothing"): void => {
      if (shows === "none") bench.answer("list", 200, eventsBody());
      else bench.lose("list");
      bench.elapse(3_000);
    };
    // The first began too early.
    for (const shows of ["none", "none", "nothing", "none"] as const) round(shows);
    assert.equal(bench.isSettled, false);
    round("none");
    sayWhose(bench);
    assert.equal(bench.settled?.kind, "notPerformed");
  });

  it("is not absent while the answer to the request may still come", () => {
    const bench = resumed({ pending: ["create"] });
    live(bench, 100_000);
    assert.equal(bench.isSettled, false);
    bench.lose("create");
    live(bench, 10_000);
    assert.equal(bench.settled?.kind, "notPerformed");
  });

  for (const [what, who] of [
    ["another account", { ...WHO, user: "7" }],
    ["another terminal", { ...WHO, terminal: { id: "PAX_A910__1", mode: "PDV" } }],
  ] as const) {
    it(`is for a person where ${what} answers now`, () => {
      const bench = resumed({ who: who as unknown as typeof WHO });
      live(bench, 120_000);
      assert.deepEqual([bench.settled, bench.all("giveUp").length], [undefined, 1]);
      assert.match(bench.gaveUp, /same terminal/);
    });
  }

  it("is not given up as absent before somebody says whose the terminal is", () => {
    const bench = resumed({ who: "notTold" });
    live(bench, 120_000);
    assert.deepEqual([bench.settled, bench.gaveUp], [undefined, ""]);
    assert.ok(bench.all("askAccount").length > 1);
    bench.give({ kind: "told", message: WHO });
    live(bench, 10_000);
    assert.equal(bench.settled?.kind, "notPerformed");
  });

  for (const [what, candidate, words] of [
    ["cannot be read", undefined, /could not be read/],
    [
      "has our amount and no reference",
      intentBody("OPEN", { id: OTHER_INTENT, additional_info: {} }),
      /names no reference/,
    ],
  ] as const) {
    it(`is for a person where one that ${what} may be it`, () => {
      const bench = resumed();
      for (let passedMs = 0; passedMs < 245_000; passedMs += 500) {
        if (bench.isOpen("list")) bench.answer("list", 200, eventsBody(OTHER_INTENT));
        if (bench.isOpen("candidate")) {
          if (candidate === undefined) bench.answer("candidate", 404, { error: "not_found", message: "gone" });
          else bench.answer("candidate", 200, candidate);
        }
        bench.elapse(500);
      }
      assert.deepEqual([bench.settled, bench.all("giveUp").length], [undefined, 1]);
      assert.match(bench.gaveUp, words);
    });
  }

  it("is no other one without a reference and with another amount", () => {
    const bench = resumed();
    bench.answer("list", 200, eventsBody(OTHER_INTENT));
    bench.elapse(1_000);
    bench.answer("candidate", 200, intentBody("OPEN", { id: OTHER_INTENT, amount: 1, additional_info: {} }));
    live(bench, 70_000, OTHER_INTENT);
    assert.equal(bench.settled?.kind, "notPerformed");
  });

  it("is not absent where the account has more than can be looked at", () => {
    const many = Array.from({ length: 601 }, (_, index) => `intent-${index}`);
    const bench = resumed({ settings: { intentAbsentMs: 1_000 } });
    bench.answer("list", 200, eventsBody(...many));
    for (let count = 0; count < 600; count += 1) {
      bench.elapse(1_000);
      bench.answer("candidate", 200, { ...theirs, id: many[count] ?? "" });
    }
    assert.deepEqual([bench.settled, bench.isOpen("candidate")], [undefined, false]);
    assert.match(bench.gaveUp, /could not|cannot be found out/);
  });

  it("is watched as soon as the answer to the request comes after all", () => {
    const bench = resumed({ pending: ["create"] });
    bench.answer("create", 201, intentBody());
    assert.deepEqual(bench.all("remember")[0]?.data, { version: 1, intent: INTENT });
    bench.look(intentBody("CANCELED"));
    assert.equal(bench.settled?.kind, "canceled");
  });

  it("was refused where the answer to the request says so after all", () => {
    const bench = resumed({ pending: ["create"] });
    bench.answer("create", 400, { error: "bad_request", message: "amount" });
    assert(bench.settled?.kind === "notPerformed");
    assert.equal(bench.settled.reason, "refused");
  });

  for (const [what, begin] of [
    ["was remembered", () => resumed({ doubt: doubtOf(SALE, { remembered: { version: 1, conflict: true } }) })],
    [
      "comes after all",
      () => {
        const bench = resumed({ pending: ["create"] });
        bench.answer("create", 409, CONFLICT);
        return bench;
      },
    ],
  ] as const) {
    it(`that met another one, which ${what}, is over once the list shows none of ours`, () => {
      const bench = begin();
      live(bench, 5_000);
      assert(bench.settled?.kind === "notPerformed");
      assert.equal(bench.settled.reason, "terminalBusy");
    });
  }
});

describe("a refund in doubt", () => {
  it("whose id is known is watched", () => {
    const bench = resumed({ doubt: doubtOf(REFUND, { remembered: { version: 1, intent: REFUND_INTENT } }) });
    bench.look(refundBody("FINISHED"));
    bench.answer("look", 200, paymentBody("refunded"));
    assert.equal(bench.settled?.kind, "approved");
  });

  it("whose id was lost was done where its payment was given back", () => {
    const bench = resumed({ doubt: doubtOf(REFUND) });
    bench.look(paymentBody("approved"));
    assert.equal(bench.asked[0], `GET /v1/payments/${PAYMENT}`);
    bench.look(paymentBody("refunded"));
    assert(bench.settled?.kind === "approved");
    assert.deepEqual(bench.settled.terminalReferences, { externalReference: TRANSACTION, paymentId: PAYMENT });
  });

  it("whose id was lost is for a person otherwise: it may wait on the terminal still", () => {
    const bench = resumed({ doubt: doubtOf(REFUND) });
    for (let passedMs = 0; passedMs < 245_000; passedMs += 1_000) {
      if (bench.isOpen("look")) bench.answer("look", 200, paymentBody("approved"));
      bench.elapse(1_000);
    }
    assert.deepEqual([bench.settled, bench.all("giveUp").length], [undefined, 1]);
  });

  it("that met another one is over when its payment stands after that time", () => {
    const bench = resumed({ doubt: doubtOf(REFUND, { remembered: { version: 1, conflict: true } }) });
    for (let passedMs = 0; passedMs < 59_000; passedMs += 1_000) {
      if (bench.isOpen("look")) bench.answer("look", 200, paymentBody("approved"));
      bench.elapse(1_000);
    }
    assert.equal(bench.isSettled, false);
    for (let passedMs = 0; passedMs < 10_000; passedMs += 1_000) {
      if (bench.isOpen("look")) bench.answer("look", 200, paymentBody("approved"));
      bench.elapse(1_000);
    }
    assert(bench.settled?.kind === "notPerformed");
    assert.equal(bench.settled.reason, "terminalBusy");
  });

  it("that the late answer names is watched instead of its payment", () => {
    const bench = resumed({ doubt: doubtOf(REFUND), pending: ["create"] });
    bench.elapse(1_000);
    bench.answer("create", 201, refundBody());
    assert.deepEqual(bench.all("abandon"), [{ kind: "abandon", exchange: "look" }]);
    bench.look(refundBody("OPEN"));
    assert.equal(bench.asked.at(-1), `GET /refund/${REFUND_INTENT}`);
  });
});

describe("a doubt that can no longer be read", () => {
  for (const [what, doubt] of [
    [
      "was of an operation that this API does not have",
      doubtOf(orderOf({ type: "preauthorization", amount: money(1_500) })),
    ],
    ["names no time", doubtOf(SALE, { references: {}, deadline: "soon" })],
  ] as const) {
    it(`because it ${what} is for a person, and nothing is asked`, () => {
      const bench = resumed({ doubt });
      bench.give({ kind: "deadline" });
      assert.deepEqual([bench.all("giveUp").length, bench.asked], [1, []]);
      assert.match(bench.gaveUp, /can no longer be read/);
    });
  }
});

describe("the link is lost:", () => {
  it("nothing more is said", () => {
    const bench = resumed({ doubt: KNOWN });
    bench.give({ kind: "linkLost", loss: "ended" });
    bench.elapse(300_000);
    assert.deepEqual([bench.asked, bench.gaveUp], [[], ""]);
  });
});
