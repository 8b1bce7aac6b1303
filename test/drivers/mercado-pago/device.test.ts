import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../../../src/core/json.ts";
import type { DeviceRequest } from "../../../src/drivers/driver.ts";
import { deviceMachine } from "../../../src/drivers/mercado-pago/device.ts";
import type { ListedTerminal, MercadoPagoMessage } from "../../../src/drivers/mercado-pago/messages.ts";
import {
  Bench,
  IDENTITY,
  KNOWN,
  LISTED,
  ORDER,
  PAID,
  PAYMENT,
  refusal,
  settingsWith,
  TERMINAL,
  toldAs,
  TRANSACTION,
} from "./support.ts";

const opened = (settings: JsonObject = {}): Bench => new Bench(deviceMachine(settingsWith(settings))).open();

function ready(settings: JsonObject = {}): Bench {
  const bench = opened(settings);
  bench.tell(KNOWN);
  return bench;
}

const listed = (terminal?: ListedTerminal): MercadoPagoMessage => ({
  kind: "terminalTold",
  others: [TERMINAL, "PAX_A910__SMARTPOS1"],
  ...(terminal === undefined ? {} : { terminal }),
});

const ask = (bench: Bench, request: DeviceRequest) => bench.give({ kind: "asked", request });
const reply = (bench: Bench) => bench.all("reply").at(-1)?.reply;
const why = (bench: Bench) => bench.all("unpaired").at(-1)?.why ?? "";
const settingLacked = (bench: Bench) => bench.all("unpaired").at(-1)?.setting;
const whyReplied = (bench: Bench) => {
  const told = reply(bench);
  return told === undefined || told.kind === "answered" ? "" : told.why;
};
const { store: _store, ...UNLINKED } = LISTED;

describe("an idle terminal of which the account tells", () => {
  it("that it works alone takes no orders any more, and is looked at again until it does", () => {
    const bench = ready();
    bench.tell(listed({ ...LISTED, mode: "STANDALONE" }));
    assert.match(why(bench), /works alone/);
    bench.elapse(settingsWith().probeMs);
    bench.tell(KNOWN);
    assert.equal(bench.all("ready").length, 2);
  });

  it("that all is well goes on", () => {
    const bench = ready();
    assert.deepEqual(bench.tell(KNOWN), [{ kind: "identified", identity: IDENTITY }]);
    assert.equal(ask(bench, { kind: "probe" }).length > 0, true);
    assert.deepEqual(bench.all("unpaired"), []);
  });
});

describe("the handshake", () => {
  it("is what the account knows of the terminal", () => {
    const bench = opened();
    assert.deepEqual(
      bench.all("askAccount").map(({ message }) => message),
      [{ kind: "askTerminal", must: "beRecent" }],
    );
    assert.deepEqual(bench.tell(KNOWN), [
      { kind: "disarm", timer: "wait" },
      { kind: "identified", identity: IDENTITY },
      { kind: "ready" },
    ]);
  });

  it("names the seller where that is known", () => {
    const bench = opened();
    bench.tell({ ...KNOWN, user: "5238400195" });
    assert.deepEqual(bench.all("identified")[0]?.identity, { ...IDENTITY, account: "5238400195" });
  });

  for (const [what, terminal, words] of [
    ["works alone", { ...LISTED, mode: "STANDALONE" }, /terminals pair .*restart it/],
    ["is in no known mode", { ...LISTED, mode: "UNDEFINED" }, /UNDEFINED/],
    ["belongs to no store", UNLINKED, /link it to one/],
    ["is another account's", undefined, /does not have terminal .*NCB801293324.* PAX_A910__SMARTPOS1/s],
  ] as const) {
    it(`of a terminal that ${what} says what to do, and looks again`, () => {
      const bench = opened();
      bench.tell(listed(terminal));
      assert.match(why(bench), words);
      assert.deepEqual(bench.all("ready"), []);
      bench.elapse(60_000);
      bench.tell(KNOWN);
      assert.equal(bench.all("ready").length, 1);
    });
  }

  it("of a terminal that is not named lists the account's, and how to name one", () => {
    const settings = settingsWith();
    const { terminalId: _unused, ...nameless } = settings;
    const bench = new Bench(deviceMachine(nameless)).open();
    bench.answer("list", { kind: "terminals", terminals: [LISTED], told: 1, total: 1 });
    assert.match(why(bench), new RegExp(`do not say which.*${TERMINAL}`));
    assert.equal(settingLacked(bench), "terminalId");
    ask(bench, { kind: "pair" });
    assert.match(whyReplied(bench), /`terminalId` has to name one/);
    bench.elapse(60_000);
    bench.lose("list");
    assert.equal(settingLacked(bench), "terminalId");
  });

  it("fails where the account says nothing, or cannot", () => {
    const silent = opened();
    silent.elapse(30_000);
    assert.equal(silent.all("dropLink").length, 1);
    const told = opened();
    told.tell({ kind: "terminalNotTold", why: "no such host" });
    assert.deepEqual(told.all("dropLink"), [{ kind: "dropLink", why: "no such host" }]);
  });
});

describe("a probe", () => {
  it("is answered with the mode, and who it is", () => {
    const bench = ready();
    ask(bench, { kind: "probe" });
    bench.tell(KNOWN);
    assert.deepEqual(reply(bench), { kind: "answered", data: { operatingMode: "PDV" } });
    assert.equal(bench.all("identified").length, 2);
  });

  it("of a terminal that works alone now tells it", () => {
    const bench = ready();
    ask(bench, { kind: "probe" });
    bench.tell(listed({ ...LISTED, mode: "STANDALONE" }));
    assert.deepEqual(reply(bench), { kind: "answered", data: { operatingMode: "STANDALONE" } });
    assert.match(why(bench), /STANDALONE/);
  });

  it("that the account does not answer is unanswered", () => {
    const bench = ready();
    ask(bench, { kind: "probe" });
    bench.elapse(30_000);
    assert.equal(reply(bench)?.kind, "noAnswer");
    ask(bench, { kind: "probe" });
    bench.tell({ kind: "terminalNotTold", why: "x" });
    assert.equal(reply(bench)?.kind, "noAnswer");
  });
});

describe("a pairing", () => {
  it("switches the terminal to PDV, and says that it has to be restarted", () => {
    const bench = opened();
    bench.tell(listed({ ...LISTED, mode: "STANDALONE" }));
    ask(bench, { kind: "pair" });
    assert.deepEqual(bench.asked, [{ kind: "setupTerminal", terminal: TERMINAL }]);
    bench.answer("setUp", { kind: "setUp", mode: "PDV" });
    assert.match(bench.all("pairing")[0]?.text ?? "", /restart the terminal/);
    assert.deepEqual(bench.all("askAccount").at(-1)?.message, { kind: "askTerminal", must: "beFresh" });
    bench.tell(KNOWN);
    assert.deepEqual(
      bench.effects.slice(-3).map(({ kind }) => kind),
      ["identified", "ready", "reply"],
    );
    assert.deepEqual(reply(bench), { kind: "answered", data: { operatingMode: "PDV" } });
  });

  it("by the older API is asked there", () => {
    const bench = ready({ api: "intents" });
    ask(bench, { kind: "pair" });
    assert.deepEqual(bench.asked, [{ kind: "setupDevice", terminal: TERMINAL }]);
  });

  for (const [status, code, words] of [
    [403, "terminal_not_allowed_action", /another seller/],
    [403, "store_pos_not_found", /link the terminal to a store/],
    [404, "not_found", /compare settings.terminalId/],
    [412, "precondition_failed", /another terminal of the same cash register/],
    [400, "unsupported_site", /Argentina, Brazil, Chile, Mexico/],
    [500, "internal_error", /500 internal_error/],
  ] as const) {
    it(`that is refused with ${status} ${code} says why`, () => {
      const bench = ready();
      ask(bench, { kind: "pair" });
      bench.answer("setUp", refusal(status, code));
      assert.match(whyReplied(bench), words);
      assert.equal(bench.all("unpaired").length, 1);
    });
  }

  it("that the vendor took, and that the list does not show, is refused", () => {
    const bench = ready();
    ask(bench, { kind: "pair" });
    bench.answer("setUp", { kind: "setUp", mode: "PDV" });
    bench.tell(listed({ ...LISTED, mode: "STANDALONE" }));
    assert.equal(reply(bench)?.kind, "refused");
  });

  it("whose answer is lost is unanswered", () => {
    const bench = ready();
    ask(bench, { kind: "pair" });
    bench.lose("setUp");
    assert.equal(reply(bench)?.kind, "noAnswer");
  });
});

describe("a print", () => {
  it("is a job of its own for this terminal, as long as the vendor wants it", () => {
    const bench = ready();
    ask(bench, { kind: "function", name: "print", params: { lines: ["one {b}", "two"] } });
    const [job] = bench.askedOf("createAction");
    const content = job?.body["content"];
    assert(typeof content === "string");
    assert.deepEqual(
      [job?.body["config"], content.trim(), content.length, job?.key.length],
      [{ point: { terminal_id: TERMINAL, subtype: "custom" } }, "one (b){br}two", 100, 32],
    );
    bench.answer("print", { kind: "action", id: "ACT1", status: "created" });
    assert.deepEqual(reply(bench), { kind: "answered", data: { action: "ACT1", status: "created" } });
  });

  it("that is too long, or none, is refused", () => {
    for (const lines of [["x".repeat(4_097)], "text", [7]]) {
      const bench = ready();
      ask(bench, { kind: "function", name: "print", params: { lines } });
      assert.deepEqual([reply(bench)?.kind, bench.asked], ["refused", []]);
    }
  });

  it("that the vendor refuses says why", () => {
    const bench = ready();
    ask(bench, { kind: "function", name: "print", params: { lines: ["x"] } });
    bench.answer("print", refusal(403, "feature_not_enabled"));
    assert.match(whyReplied(bench), /feature_not_enabled/);
  });

  it("is not known to the older API, nor are other functions and reports", () => {
    const older = ready({ api: "intents" });
    ask(older, { kind: "function", name: "print", params: { lines: ["x"] } });
    assert.equal(reply(older)?.kind, "refused");
    const bench = ready();
    ask(bench, { kind: "function", name: "scan", params: {} });
    ask(bench, { kind: "report", report: "state", params: {} });
    assert.deepEqual(
      bench.all("reply").map(({ reply: { kind } }) => kind),
      ["refused", "refused"],
    );
  });
});

describe("an order of which the account has heard, and for which nobody works any more", () => {
  it("is asked for, and is late evidence", () => {
    const bench = ready();
    bench.tell({ kind: "orderHint", order: ORDER });
    bench.tell({ kind: "orderHint", order: ORDER });
    assert.deepEqual(bench.asked, [{ kind: "getOrder", order: ORDER }]);
    bench.answer("ended", PAID);
    const [late] = bench.all("late");
    assert.deepEqual(
      [late?.ticket, late?.verdict.kind, late?.movement],
      [TRANSACTION, "approved", `mercado-pago/${PAYMENT}`],
    );
  });

  it("is nothing as long as it lives, or is not told", () => {
    const bench = ready();
    bench.tell({ kind: "orderHint", order: ORDER });
    bench.answer("ended", toldAs("at_terminal"));
    bench.tell({ kind: "orderHint", order: ORDER });
    bench.lose("ended");
    assert.deepEqual(bench.all("late"), []);
  });
});
