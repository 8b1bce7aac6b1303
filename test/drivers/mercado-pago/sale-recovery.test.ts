import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Dispatched } from "../../../src/core/facts.ts";
import type { JsonObject } from "../../../src/core/json.ts";
import type { Doubt, RepeatRefusal } from "../../../src/drivers/driver.ts";
import { recoverMachine } from "../../../src/drivers/mercado-pago/recovery.ts";
import {
  AT_TERMINAL,
  Bench,
  CREATED,
  doubtOf,
  KNOWN,
  LISTED,
  ORDER,
  orders,
  OTHER_ORDER,
  PAID,
  refusal,
  SALE_ORDER,
  SALE_REFERENCES,
  settingsWith,
  START,
  told,
  toldAs,
  TRANSACTION,
} from "./support.ts";

const REMEMBERED = { remembered: { version: 1, order: ORDER } };
const PAST: Partial<Dispatched> = { deadline: new Date(START - 1).toISOString() };
/** The order's life and the margin, by the settings. */
const OLD_MS = 165_000 + 60_000;

function recovering(changes: Partial<Dispatched> = {}, more: Partial<Doubt> = {}, settings: JsonObject = {}): Bench {
  return new Bench(recoverMachine(doubtOf(SALE_ORDER, changes, more), settingsWith(settings)));
}

const repeats = (bench: Bench) => bench.all("repeat").length;
const creates = (bench: Bench) => bench.askedOf("createOrder").length;
const cancels = (bench: Bench) => bench.askedOf("cancelOrder").map(({ key }) => key);

/** Where it was absent often enough, the account's word is all that is missing. */
function isNotAbsent(bench: Bench): void {
  bench.tell(KNOWN);
  assert.deepEqual(bench.all("settle"), []);
}

/** Nothing known, past the deadline, and the terminal is the same. */
function searching(): Bench {
  const bench = recovering(PAST).resume();
  bench.tell(KNOWN);
  return bench;
}

describe("an order that is known", () => {
  it("is looked at until its end", () => {
    const bench = recovering({}, REMEMBERED).resume();
    bench.live(5_000, "question", AT_TERMINAL);
    bench.elapse(1_000);
    bench.answer("question", PAID);
    assert.deepEqual([bench.settled?.kind, repeats(bench), creates(bench)], ["approved", 0, 0]);
    assert.equal(bench.all("settle")[0]?.movement?.startsWith("mercado-pago/PAY"), true);
  });

  it("is looked at once a second before the limit, and more slowly after it", () => {
    const bench = recovering({}, REMEMBERED).resume();
    bench.live(10_000, "question", AT_TERMINAL);
    assert(bench.askedOf("getOrder").length >= 8);
    bench.give({ kind: "deadline" });
    const before = bench.askedOf("getOrder").length;
    bench.live(12_000, "question", AT_TERMINAL);
    const more = bench.askedOf("getOrder").length - before;
    assert(more >= 2 && more <= 4, `${more} looks in 12 s`);
  });

  it("is canceled at the limit, as the operation would have", () => {
    const bench = recovering({}, REMEMBERED).resume();
    bench.answer("question", AT_TERMINAL);
    bench.give({ kind: "deadline" });
    assert.deepEqual(cancels(bench), [`${TRANSACTION}-cancel-limit`]);
  });

  it("is canceled for the POS, also where it asked before", () => {
    const bench = recovering({}, { ...REMEMBERED, cancelRequested: true }).resume();
    bench.answer("question", AT_TERMINAL);
    assert.deepEqual(cancels(bench), [`${TRANSACTION}-cancel-pos`]);
    bench.answer("cancel", { kind: "cancelTaken" });
    bench.elapse(1_000);
    bench.answer("question", PAID);
    assert.equal(bench.settled?.kind, "approved");
  });

  it("that nobody can say the end of calls a person, and is asked on, slowly", () => {
    const bench = recovering({}, REMEMBERED).resume();
    bench.answer("question", toldAs("action_required", "action_required", "check_on_terminal"));
    assert(bench.settled?.kind === "unknown");
    assert.equal(bench.settled.advice, "lookAtTerminal");
    assert.match(bench.gaveUp, /look at the terminal/);
    assert.match(bench.gaveUp, new RegExp(`24.90 MXN with external reference ${TRANSACTION}, order ${ORDER}`));
    bench.elapse(29_000);
    assert.equal(bench.isOpen("question"), false);
    bench.elapse(1_000);
    bench.answer("question", PAID);
    assert.equal(bench.all("settle").at(-1)?.verdict.kind, "approved");
  });

  it("is looked at soon where the account has heard of it meanwhile", () => {
    const bench = recovering({}, REMEMBERED).resume();
    bench.answer("question", toldAs("action_required"));
    bench.tell({ kind: "orderHint", order: ORDER });
    bench.elapse(1_000);
    assert.equal(bench.isOpen("question"), true);
  });

  it("that cannot be so calls a person", () => {
    const bench = recovering({}, REMEMBERED).resume();
    bench.answer("question", told({}, { paid_amount: "99.00" }));
    assert.match(bench.gaveUp, /9900 was approved/);
    assert.deepEqual(bench.all("settle"), []);
  });

  it("that does not end calls a person when it should long have", () => {
    const bench = recovering(PAST, REMEMBERED).resume();
    bench.live(OLD_MS + 60_000, "question", AT_TERMINAL);
    bench.live(10_000, "question", AT_TERMINAL);
    assert.match(bench.gaveUp, /has not told its end/);
    assert.deepEqual(bench.all("settle"), []);
  });

  it("that is not found is never taken for absent", () => {
    const bench = recovering(PAST, REMEMBERED).resume();
    bench.tell(KNOWN);
    bench.live(OLD_MS + 120_000, "question", refusal(404, "order_not_found"));
    assert.deepEqual([bench.settled, bench.gaveUp === ""], [undefined, false]);
  });
});

describe("a lost create, before the deadline", () => {
  it("is said again with the stored request, once the terminal is known to be the same", () => {
    const bench = recovering().resume();
    assert.deepEqual([repeats(bench), bench.asked], [0, []]);
    const effects = bench.tell(KNOWN);
    assert.deepEqual(
      effects.map(({ kind }) => kind).filter((kind) => kind === "identified" || kind === "repeat"),
      ["identified", "repeat"],
    );
    bench.answer("repeat", CREATED);
    assert.deepEqual(bench.all("remember")[0]?.data, { version: 1, order: ORDER });
    bench.elapse(1_000);
    bench.answer("question", PAID);
    assert.deepEqual([bench.settled?.kind, creates(bench)], ["approved", 0]);
  });

  it("asks again who it is where the account does not say", () => {
    const bench = recovering().resume();
    bench.tell({ kind: "terminalNotTold", why: "lost" });
    bench.elapse(15_000);
    assert.equal(bench.all("askAccount").length, 2);
  });

  for (const terminal of [undefined, { ...LISTED, store: "1" }]) {
    it(`is not said again to ${terminal === undefined ? "another account" : "another store's terminal"}`, () => {
      const bench = recovering().resume();
      bench.tell({ kind: "terminalTold", others: [], ...(terminal === undefined ? {} : { terminal }) });
      assert.deepEqual([repeats(bench), bench.asked.map(({ kind }) => kind)], [0, ["searchOrders"]]);
    });
  }

  it("is searched, and not said again, by another application's access or where none was noted", () => {
    const { access: _, ...older } = SALE_REFERENCES;
    for (const references of [older, { ...SALE_REFERENCES, access: "v0" }]) {
      const bench = recovering({ references }).resume();
      bench.tell(KNOWN);
      assert.deepEqual([repeats(bench), bench.asked.map(({ kind }) => kind)], [0, ["searchOrders"]]);
    }
  });

  it("is searched where another application's access is given between two repeats", () => {
    const bench = recovering().resume();
    bench.tell(KNOWN);
    bench.lose("repeat");
    bench.secrets = { access: { version: "v2", about: {} } };
    bench.elapse(3_000);
    assert.deepEqual([repeats(bench), bench.asked.map(({ kind }) => kind)], [1, ["searchOrders"]]);
    bench.answer("question", orders(PAID.order));
    assert.deepEqual(bench.all("remember")[0]?.data, { version: 1, order: ORDER });
  });

  it("that is answered with an order of another reference is for a person", () => {
    const bench = recovering().resume();
    bench.tell(KNOWN);
    bench.answer("repeat", told({ external_reference: "OTHER" }));
    assert.match(bench.gaveUp, /another reference/);
    assert.deepEqual(bench.all("remember"), []);
  });

  it("waits for the answer that is still owed", () => {
    const bench = recovering().resume(["create"]);
    bench.tell(KNOWN);
    assert.equal(repeats(bench), 0);
    bench.answer("create", CREATED);
    assert.deepEqual(bench.all("remember")[0]?.data, { version: 1, order: ORDER });
  });

  for (const [what, answer] of [
    ["5xx", (bench: Bench) => bench.answer("repeat", refusal(502, "x"))],
    ["429", (bench: Bench) => bench.answer("repeat", refusal(429, "x"))],
    ["423", (bench: Bench) => bench.answer("repeat", refusal(423, "resource_locked"))],
    ["401", (bench: Bench) => bench.answer("repeat", refusal(401, "unauthorized"))],
    ["nothing", (bench: Bench) => bench.lose("repeat")],
    ["a page", (bench: Bench) => bench.give({ kind: "garbled", exchange: "repeat", why: "HTML", length: 1 })],
    ["the journal", (bench: Bench) => bench.give({ kind: "notRepeated", exchange: "repeat", why: "journal" })],
  ] as const) {
    it(`is said once more where ${what} comes back, after a pause`, () => {
      const bench = recovering().resume();
      bench.tell(KNOWN);
      answer(bench);
      bench.elapse(2_900);
      assert.equal(repeats(bench), 1);
      bench.elapse(100);
      assert.deepEqual([repeats(bench), bench.settled], [2, undefined]);
    });
  }

  for (const [status, code] of [
    [400, "property_value"],
    [403, "forbidden"],
    [409, "already_queued_order_for_terminal"],
    [409, "idempotency_key_already_used"],
  ] as const) {
    it(`is searched where the repeat is refused with ${status} ${code}, which proves nothing`, () => {
      const bench = recovering().resume();
      bench.tell(KNOWN);
      bench.answer("repeat", refusal(status, code));
      assert.deepEqual(bench.all("settle"), []);
      bench.elapse(1_000);
      assert.deepEqual([repeats(bench), bench.asked.at(-1)?.kind], [1, "searchOrders"]);
    });
  }

  const refusals: readonly RepeatRefusal[] = [
    "deadline",
    "cancelAsked",
    "decided",
    "window",
    "otherDevice",
    "tooOften",
  ];
  for (const why of refusals) {
    it(`is searched where the house does not repeat it (${why})`, () => {
      const bench = recovering().resume();
      bench.tell(KNOWN);
      bench.give({ kind: "notRepeated", exchange: "repeat", why });
      assert.deepEqual([repeats(bench), bench.asked.map(({ kind }) => kind)], [1, ["searchOrders"]]);
      bench.elapse(60_000);
      assert.equal(repeats(bench), 1);
    });
  }

  for (const kind of ["deadline", "cancelAsked"] as const) {
    it(`is not said again after ${kind}`, () => {
      const bench = recovering().resume();
      bench.give({ kind });
      bench.tell(KNOWN);
      bench.live(20_000, "question", orders());
      assert.deepEqual([repeats(bench), creates(bench)], [0, 0]);
    });
  }
});

describe("after the deadline", () => {
  it("nothing is created: the order is searched, and then looked at", () => {
    const bench = searching();
    assert.deepEqual(
      bench.asked.map(({ kind }) => kind),
      ["searchOrders"],
    );
    bench.answer("question", orders(AT_TERMINAL.order));
    bench.elapse(1_000);
    bench.answer("question", AT_TERMINAL);
    assert.deepEqual(cancels(bench), [`${TRANSACTION}-cancel-limit`]);
    bench.elapse(4_000);
    bench.answer("question", PAID);
    assert.deepEqual([bench.settled?.kind, repeats(bench)], ["approved", 0]);
  });

  it("nor where the clock cannot be read, or a cancel was asked", () => {
    for (const [changes, more] of [
      [{ deadline: "" }, {}],
      [{}, { cancelRequested: true }],
    ] as const) {
      const bench = recovering(changes, more).resume();
      bench.tell(KNOWN);
      assert.equal(repeats(bench), 0);
    }
  });

  it("it was not performed where the order is absent twice, when it would long be over", () => {
    const bench = searching();
    bench.live(OLD_MS - 100, "question", orders());
    isNotAbsent(bench);
    bench.live(10_000, "question", orders());
    assert.deepEqual(bench.settled, undefined);
    bench.tell(KNOWN);
    assert.deepEqual(bench.settled, { kind: "notPerformed", reason: "noRecord" });
    assert.equal(bench.gaveUp, "");
  });

  it("it is asked behind its absence whose account that was: somebody may have given another one's token", () => {
    const bench = searching();
    bench.live(OLD_MS + 10_000, "question", orders());
    assert.deepEqual(bench.all("askAccount").at(-1)?.message, {
      kind: "askTerminal",
      must: "beFresh",
      ticket: TRANSACTION,
    });
    bench.tell({ kind: "terminalTold", others: [] });
    assert.equal(bench.settled, undefined);
    assert.match(bench.gaveUp, /same terminal/);
  });

  it("and asked again where the account does not say", () => {
    const bench = searching();
    bench.live(OLD_MS + 10_000, "question", orders());
    const before = bench.all("askAccount").length;
    bench.elapse(15_000);
    assert.equal(bench.all("askAccount").length, before + 1);
    bench.tell(KNOWN);
    assert.equal(bench.settled?.kind, "notPerformed");
  });

  it("once is not enough", () => {
    const bench = searching();
    bench.live(OLD_MS, "question", orders());
    const before = bench.askedOf("searchOrders").length;
    bench.elapse(4_000);
    assert.equal(bench.askedOf("searchOrders").length, before + 1);
    bench.answer("question", orders());
    isNotAbsent(bench);
  });

  it("a look that fails in between begins the count anew", () => {
    const bench = searching();
    bench.live(OLD_MS - 5_000, "question", orders());
    for (let count = 0; count < 6; count += 1) {
      bench.elapse(4_000);
      if (count % 2 === 0) bench.answer("question", orders());
      else bench.lose("question");
      isNotAbsent(bench);
    }
  });

  it("patience is counted anew by each process", () => {
    const bench = searching();
    bench.live(OLD_MS - 1_000, "question", orders());
    const restarted = searching();
    restarted.live(OLD_MS - 1_000, "question", orders());
    isNotAbsent(restarted);
  });

  for (const elapsedMs of [OLD_MS - 1_000, OLD_MS + 1_000]) {
    it(`and since the last create, which was said again after ${elapsedMs} ms`, () => {
      const bench = recovering({ deadline: new Date(START + 1_000_000).toISOString() }).resume();
      bench.elapse(elapsedMs);
      bench.tell(KNOWN);
      bench.answer("repeat", refusal(400, "x"));
      bench.live(20_000, "question", orders());
      isNotAbsent(bench);
    });
  }

  it("absence from another terminal's account proves nothing", () => {
    const bench = recovering(PAST).resume();
    bench.tell({ kind: "terminalTold", others: [] });
    bench.live(OLD_MS + 20_000, "question", orders());
    assert.deepEqual(bench.all("settle"), []);
    assert.match(bench.gaveUp, /same terminal/);
  });

  it("nor does absence as long as nobody says which terminal it is", () => {
    const bench = recovering(PAST).resume();
    bench.live(OLD_MS + 20_000, "question", orders());
    assert.deepEqual(bench.all("settle"), []);
    bench.tell(KNOWN);
    bench.live(10_000, "question", orders());
    bench.tell(KNOWN);
    assert.deepEqual(bench.settled, { kind: "notPerformed", reason: "noRecord" });
  });

  it("is looked for at the time at which the vendor's clock had it, however wrong ours was", () => {
    const sentAt = "2026-03-04T05:06:07.000Z";
    const bench = recovering({ ...PAST, references: { ...SALE_REFERENCES, sentAt } }).resume();
    const [search] = bench.askedOf("searchOrders");
    assert.deepEqual([search?.beginDate, search?.endDate], ["2026-03-02T05:06:07.000Z", "2026-03-05T05:06:07.000Z"]);
  });

  it("nor a list that does not hold all orders", () => {
    const bench = searching();
    bench.live(OLD_MS + 30_000, "question", { kind: "orders", orders: [], total: 99 });
    isNotAbsent(bench);
  });

  it("nor an answer with orders that were not asked for: it may leave ours out", () => {
    const stranger = told({ id: OTHER_ORDER, external_reference: "theirs" }).order;
    const bench = searching();
    bench.live(OLD_MS + 30_000, "question", orders(stranger));
    isNotAbsent(bench);
    bench.live(60_000, "question", orders(stranger));
    assert.match(bench.gaveUp, /were not asked for/);
    bench.elapse(30_000);
    bench.answer("question", orders(stranger, PAID.order));
    assert.deepEqual(bench.all("remember")[0]?.data, { version: 1, order: ORDER });
  });

  it("several orders with our reference are for a person", () => {
    const bench = searching();
    bench.answer("question", orders(PAID.order, told({ id: OTHER_ORDER }).order));
    assert.match(bench.gaveUp, /several orders/);
    assert.deepEqual(bench.all("settle"), []);
  });

  it("other orders are left alone", () => {
    const bench = searching();
    bench.live(20_000, "question", orders(told({ id: OTHER_ORDER, external_reference: "theirs" }).order));
    assert.deepEqual([cancels(bench), bench.askedOf("getOrder")], [[], []]);
  });

  it("an order that appears after a person was called still tells its end", () => {
    const bench = searching();
    bench.live(OLD_MS + 70_000, "question", refusal(500, "x"));
    assert.notEqual(bench.gaveUp, "");
    bench.elapse(30_000);
    bench.answer("question", orders(PAID.order));
    bench.elapse(30_000);
    bench.answer("question", PAID);
    assert.equal(bench.settled?.kind, "approved");
  });
});

it("a lost link ends it; the next one begins anew", () => {
  const bench = recovering({}, REMEMBERED).resume();
  bench.give({ kind: "linkLost", loss: "failed" });
  bench.elapse(OLD_MS * 2);
  assert.deepEqual([bench.settled, bench.gaveUp], [undefined, ""]);
});
