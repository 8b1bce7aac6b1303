import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../../../src/core/json.ts";
import type { Doubt, RepeatRefusal } from "../../../src/drivers/driver.ts";
import type { PoyntAnswer } from "../../../src/drivers/poynt/messages.ts";
import { recoverMachine } from "../../../src/drivers/poynt/recovery.ts";
import {
  APPROVED,
  Bench,
  doubtOf,
  errorAnswer,
  IDENTITY,
  orderOf,
  ORDERS,
  originalOf,
  paymentAnswer,
  SALE_ORDER,
  SALE_ID,
  settingsWith,
  transaction,
  TRANSACTION,
} from "./support.ts";

type Options = { readonly doubt?: Doubt; readonly pending?: readonly string[]; readonly settings?: JsonObject };

function resumed({ doubt = doubtOf(SALE_ORDER), pending = [], settings = {} }: Options = {}): Bench {
  const bench = new Bench(recoverMachine(doubt, settingsWith(settings)));
  bench.give({ kind: "resumed", link: "http #1", pending });
  return bench;
}

/** The first ping is answered. */
function asking(options: Options = {}): Bench {
  const bench = resumed(options);
  bench.answer("ping", { kind: "pong" });
  return bench;
}

const repeats = (bench: Bench): number => bench.all("repeat").length;

describe("nobody answers the request any more:", () => {
  it("the terminal is pinged at once, and nothing else is sent", () => {
    const bench = resumed();
    assert.deepEqual([bench.commands, repeats(bench)], [["ping"], 0]);
    assert.ok(bench.all("exchange").every(({ commits }) => commits === undefined));
  });

  it("once it has answered under its pairing it is asked for the first answer, by the same request", () => {
    const bench = asking();
    const kinds = bench.effects.map(({ kind }) => kind);
    assert.ok(kinds.indexOf("identified") < kinds.indexOf("repeat"));
    assert.deepEqual(bench.all("identified"), [{ kind: "identified", identity: IDENTITY }]);
    assert.equal(bench.all("repeat")[0]?.replyTimeoutMs, 380_000);
  });

  it("its answer settles, like the first one would have", () => {
    for (const [answer, kind] of [
      [APPROVED, "approved"],
      [paymentAnswer("CANCELED", []), "canceled"],
    ] as const) {
      const bench = asking();
      bench.answer("repeat", answer);
      assert.deepEqual([bench.settled?.kind, bench.ended], [kind, true]);
      assert.equal(bench.effects.at(-1)?.kind, "done");
    }
  });

  it("while a repeat waits, the terminal is pinged and not asked again", () => {
    const bench = asking();
    bench.live(60_000);
    assert.equal(repeats(bench), 1);
    assert.ok(bench.all("identified").length > 20);
    bench.answer("repeat", APPROVED);
    assert.equal(bench.settled?.kind, "approved");
  });

  for (const [what, end] of [
    ["time-out", (bench: Bench) => bench.answer("repeat", errorAnswer(112))],
    ["error", (bench: Bench) => bench.answer("repeat", errorAnswer(113))],
    ["payment on hold", (bench: Bench) => bench.answer("repeat", paymentAnswer("HOLD", []))],
    ["lost answer", (bench: Bench) => bench.lose("repeat")],
    [
      "wrong signature",
      (bench: Bench) => bench.give({ kind: "garbled", exchange: "repeat", why: "its signature is wrong", length: 1 }),
    ],
    [
      "connection that could not be opened",
      (bench: Bench) => bench.give({ kind: "notSent", exchange: "repeat", why: "x" }),
    ],
    ["journal that failed", (bench: Bench) => bench.give({ kind: "notRepeated", exchange: "repeat", why: "journal" })],
  ] as const) {
    it(`after a ${what} it is asked again, four seconds later`, () => {
      const bench = asking();
      end(bench);
      assert.deepEqual([bench.ended, bench.settled, bench.gaveUp], [false, undefined, ""]);
      bench.live(3_900);
      assert.equal(repeats(bench), 1);
      bench.live(2_200);
      assert.equal(repeats(bench), 2);
      bench.answer("repeat", APPROVED);
      assert.equal(bench.settled?.kind, "approved");
    });
  }

  it("a code that would refuse the first attempt refuses no repeat", () => {
    const bench = asking({ settings: { refusalCodes: [113] } });
    bench.answer("repeat", errorAnswer(113));
    assert.deepEqual([bench.settled, bench.ended], [undefined, false]);
  });

  it("a terminal that is silent is not asked, however long the pause was", () => {
    const bench = resumed();
    bench.lose("ping");
    bench.elapse(2_000);
    bench.lose("ping");
    assert.equal(repeats(bench), 0);
  });
});

describe("the answer may still come:", () => {
  const waiting = (settings: JsonObject = {}) => asking({ pending: ["payment"], settings });

  it("it is listened to, and asked for beside that: what an operation leaves open is overdue", () => {
    const bench = waiting();
    assert.equal(repeats(bench), 1);
    bench.live(20_000);
    bench.answer("payment", APPROVED);
    assert.equal(bench.settled?.kind, "approved");
    const other = waiting();
    other.answer("repeat", APPROVED);
    assert.equal(other.settled?.kind, "approved");
  });

  it("where it is lost after all, one repeat is under way, and no other", () => {
    const bench = waiting();
    bench.lose("payment");
    bench.live(60_000);
    assert.equal(repeats(bench), 1);
    bench.live(60_000);
    assert.match(bench.gaveUp, /has not answered in time \(reset\)/);
  });

  it("where the repeat is lost, it is asked for again, and the first answer still counts", () => {
    const bench = waiting();
    bench.answer("repeat", errorAnswer(113));
    bench.live(7_000);
    assert.equal(repeats(bench), 2);
    bench.lose("repeat");
    bench.answer("payment", APPROVED);
    assert.equal(bench.settled?.kind, "approved");
  });

  it("where the repeat is lost and the terminal falls silent, the first answer is not waited for without end", () => {
    const bench = waiting();
    bench.lose("repeat");
    bench.elapse(119_000);
    assert.equal(bench.gaveUp, "");
    bench.elapse(2_000);
    assert.match(bench.gaveUp, /has not answered in time/);
  });

  it("a terminal that answers no ping meanwhile may be at work", () => {
    const bench = resumed({ pending: ["payment"] });
    bench.elapse(60_000);
    assert.equal(bench.gaveUp, "");
    bench.answer("payment", APPROVED);
    assert.equal(bench.settled?.kind, "approved");
  });

  it("and when it was lost while no ping was answered, a person is called", () => {
    const bench = resumed({ pending: ["payment"] });
    bench.elapse(30_000);
    bench.lose("payment", "cut");
    assert.match(bench.gaveUp, /cannot be reached any more \(cut\)/);
  });

  it("a while after the deadline a person is called, and it is listened to on", () => {
    const bench = waiting();
    bench.live(119_000);
    assert.equal(bench.gaveUp, "");
    bench.live(2_000);
    assert.match(bench.gaveUp, /has not answered in time/);
    bench.answer("payment", APPROVED);
    assert.equal(bench.settled?.kind, "approved");
  });

  it("the deadline itself calls a person", () => {
    const bench = waiting();
    bench.give({ kind: "deadline" });
    assert.match(bench.gaveUp, /the time for an answer is over/);
    bench.answer("payment", APPROVED);
    assert.equal(bench.settled?.kind, "approved");
  });
});

describe("a person decides", () => {
  const refusals: readonly (readonly [RepeatRefusal, RegExp])[] = [
    ["deadline", /the time for an answer is over/],
    ["cancelAsked", /wanted to cancel/],
    ["window", /need not remember/],
    ["otherDevice", /paired anew/],
    ["restartSuspected", /may have restarted/],
    ["tooOften", /as often as it may be/],
  ];
  for (const [why, words] of refusals) {
    it(`when the house does not repeat it: ${why}`, () => {
      const bench = asking();
      bench.give({ kind: "notRepeated", exchange: "repeat", why });
      assert.match(bench.gaveUp, words);
      bench.live(120_000);
      assert.deepEqual([repeats(bench), bench.all("giveUp").length], [1, 1]);
    });
  }

  it("and is not called where one has decided already", () => {
    const bench = asking();
    bench.give({ kind: "notRepeated", exchange: "repeat", why: "decided" });
    bench.live(60_000);
    assert.deepEqual([bench.gaveUp, repeats(bench)], ["", 1]);
  });

  it("with all that the screen and the back office can be searched by", () => {
    const bench = asking();
    bench.answer("repeat", errorAnswer(112));
    bench.live(7_000);
    bench.give({ kind: "notRepeated", exchange: "repeat", why: "restartSuspected" });
    assert.equal(
      bench.gaveUp,
      "the terminal may have restarted since, and need not remember the request " +
        "(the terminal answered with error 112 REQUEST_FAILED it failed, which does not say that nothing was paid); " +
        "look whether it is on the terminal's screen, then search the terminal's transactions or the vendor's back office " +
        `for the sale of 10.00 USD with reference ${TRANSACTION}, sent at 2026-01-02T03:04:05.000Z`,
    );
    const refund = asking({ doubt: doubtOf(ORDERS.refund) });
    refund.give({ kind: "notRepeated", exchange: "repeat", why: "deadline" });
    assert.match(refund.gaveUp, new RegExp(`refund of 10.00 USD about its transaction ${SALE_ID} with reference`));
  });

  it("when the terminal is paired with another client: that is said too", () => {
    const bench = resumed();
    bench.answer("ping", { kind: "otherPairing", text: "the terminal does not know our pairing" });
    assert.deepEqual([bench.all("unpaired").length, repeats(bench)], [1, 0]);
    assert.match(bench.gaveUp, /pairing was ended/);
  });

  it("when there is no pairing any more, and a late answer still counts", () => {
    const bench = new Bench(recoverMachine(doubtOf(SALE_ORDER), settingsWith()));
    bench.secrets = {};
    bench.give({ kind: "resumed", link: "http #1", pending: ["payment"] });
    assert.match(bench.gaveUp, /pair the terminal again/);
    bench.answer("payment", APPROVED);
    assert.equal(bench.settled?.kind, "approved");
  });

  it("when the terminal cannot be reached for as long as a restart takes", () => {
    const bench = resumed();
    bench.lose("ping");
    bench.elapse(9_999);
    assert.equal(bench.gaveUp, "");
    bench.elapse(1);
    assert.match(bench.gaveUp, /cannot be reached/);
  });

  it("when the same answer comes twice", () => {
    const bench = asking();
    bench.answer("repeat", paymentAnswer("COMPLETED", []));
    bench.live(7_000);
    bench.answer("repeat", paymentAnswer("COMPLETED", []));
    assert.match(bench.gaveUp, /same answer again \(the payment is told as COMPLETED, and nothing in it was done\)/);
  });

  it("but not when the same error comes twice: the next one may be the answer", () => {
    const bench = asking();
    for (let times = 0; times < 3; times += 1) {
      bench.answer("repeat", errorAnswer(112));
      bench.live(7_000);
    }
    assert.deepEqual([bench.gaveUp, repeats(bench)], ["", 4]);
  });

  it("and is not hurried: the terminal is pinged on, slowly", () => {
    const bench = asking();
    bench.give({ kind: "notRepeated", exchange: "repeat", why: "deadline" });
    const before = bench.commands.length;
    bench.live(60_000);
    const pings = bench.commands.length - before;
    assert.ok(pings >= 3 && pings <= 6, `${pings} pings in a minute`);
  });

  it("of a settlement, which is never sent again", () => {
    const bench = asking({ doubt: doubtOf(ORDERS.reconciliation) });
    assert.deepEqual(repeats(bench), 0);
    assert.match(bench.gaveUp, /settled the batch/);
    const waiting = asking({ doubt: doubtOf(ORDERS.reconciliation), pending: ["payment"] });
    assert.deepEqual([repeats(waiting), waiting.gaveUp], [0, ""]);
    waiting.answer("payment", { kind: "settled", requestId: "x" });
    assert.equal(waiting.settled?.kind, "approved");
  });

  it("of what can no longer be read", () => {
    const doubt = doubtOf(orderOf({ type: "void", original: { transaction: "x" } }, originalOf("refund")));
    const bench = resumed({ doubt });
    assert.match(bench.gaveUp, /can no longer be read/);
    bench.live(60_000);
    assert.deepEqual(bench.commands, []);
  });
});

it("an answer of another request changes nothing", () => {
  const bench = asking();
  const strange: PoyntAnswer = paymentAnswer("COMPLETED", [transaction()], { referenceId: "OTHER" });
  bench.give({ kind: "answered", exchange: "elsewhere", message: APPROVED });
  assert.equal(bench.settled, undefined);
  bench.answer("repeat", strange);
  assert.deepEqual([bench.settled, bench.ended], [undefined, false]);
});

it("the link that goes takes the recovery with it", () => {
  const bench = asking();
  bench.give({ kind: "linkLost", loss: "failed" });
  bench.give({ kind: "answered", exchange: "repeat", message: APPROVED });
  assert.equal(bench.settled, undefined);
});
