import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { NoAnswer, RequestRefused } from "../../../src/client/errors.ts";
import { RECORDING_FORMAT, RECORDING_VERSION } from "../../../src/core/recording.ts";
import { OUTCOME_KINDS } from "../../../src/core/outcome.ts";
import { practiceRequestId } from "../../../src/core/practice.ts";
import {
  boundsOf,
  durationsOf,
  lossesOf,
  paymentsOf,
  stacked,
  type Hours,
} from "../../../src/daemon/page/day/figures.ts";
import {
  freeId,
  sorted,
  whereIs,
  withoutSighting,
  withSighting,
} from "../../../src/daemon/page/discovery/sightings.ts";
import { asText, countOf, inOrder } from "../../../src/daemon/page/doctor/checks.ts";
import { DOCTOR_WORDS } from "../../../src/daemon/page/doctor/words.ts";
import { amountFault, amountTyped } from "../../../src/daemon/page/form/amount.ts";
import { LANGUAGES } from "../../../src/daemon/page/language.ts";
import { OUTCOME_NAMES } from "../../../src/daemon/page/outcome-names.ts";
import { inHalves, isPosName, secondsLeft } from "../../../src/daemon/page/pairing/codes.ts";
import { acknowledgeOwn, begin, lookFor, wayBack } from "../../../src/daemon/page/practice/own-payment.ts";
import {
  cleared,
  gist,
  goesOn,
  MOST_LINES,
  NO_LINES,
  paused,
  withLines,
} from "../../../src/daemon/page/trace/lines.ts";
import { recordingFile } from "../../../src/daemon/page/trace/recording-file.ts";
import { TRACE_WORDS } from "../../../src/daemon/page/trace/words.ts";
import { NO_FILTERS, queryOf } from "../../../src/daemon/page/transaction/filters.ts";
import type { PageSession } from "../../../src/daemon/page/view.ts";
import { loadWords } from "../../../src/daemon/page/words/load-words.ts";
import type { TransactionOnWire } from "../../../src/protocol/transaction.ts";
import type { Capabilities } from "../../../src/core/terminal.ts";

describe("an amount that is typed", () => {
  it("is read with as many decimals as its currency has, with a point or a comma", () => {
    assert.deepEqual(amountTyped("12.50", "EUR"), { value: 1250, currency: "EUR" });
    assert.deepEqual(amountTyped("12,5", "EUR"), { value: 1250, currency: "EUR" });
    assert.deepEqual(amountTyped(" 1500 ", "CLP"), { value: 1500, currency: "CLP" });
    assert.deepEqual(amountTyped("7", "USD"), { value: 700, currency: "USD" });
  });

  it("is none where it could be read as another one, or is nothing", () => {
    for (const text of ["1.500", "12.345", "", "0", "0.00", "-5", "1e3", "12.50.0", "1 500", "99999999999999"])
      assert.equal(amountTyped(text, "EUR"), undefined, text);
    assert.equal(amountTyped("1.500", "CLP"), undefined);
    assert.equal(amountTyped("5", "ZZZ"), undefined);
  });

  it("is none with decimals that its currency has not, and is told how many it has, with an example that is one", async () => {
    assert.equal(amountTyped("12.50", "JPY"), undefined);
    assert.deepEqual(amountTyped("12,345", "KWD"), { value: 12_345, currency: "KWD" });
    assert.equal(amountTyped("12,3456", "KWD"), undefined);
    const told = async (currency: string) =>
      Promise.all(LANGUAGES.map(async (language) => amountFault(currency, await loadWords(language), language)));
    const [yen, dinars] = [await told("JPY"), await told("KWD")];
    for (const [nth, none] of [/no decimals/, /no tiene decimales/, /não tem casas/, /keine Nachkomma/].entries())
      assert.match(yen[nth] ?? "", none);
    for (const text of dinars) assert.match(text, /KWD \S+ 3 /);
    for (const [texts, currency, value] of [
      [yen, "JPY", 1_250],
      [dinars, "KWD", 12_500],
    ] as const) {
      const examples = texts.map((text) => text.split(" ").at(-1) ?? "");
      for (const example of examples) assert.deepEqual(amountTyped(example, currency), { value, currency }, example);
    }
  });
});

describe("what discovery saw", () => {
  const one = { kind: "mdns", vendor: "poynt", address: "10.0.0.5", port: 55555, score: 90, link: { type: "http" } };
  const two = { kind: "serial", path: "/dev/ttyS0", score: 10 };

  it("is there once for each place, with its newest words, and goes when it has vanished", () => {
    const list = withSighting(withSighting([], one), { ...one, name: "another name" });
    assert.deepEqual(list, [{ ...one, name: "another name" }]);
    assert.deepEqual(withoutSighting(list, one), []);
  });

  it("has those that can be added first, then the configured, then the unknown", () => {
    const configured = { ...one, address: "10.0.0.6", terminal: "counter-1" };
    assert.deepEqual(sorted([two, configured, one]), [one, configured, two]);
  });

  it("is bounded, whatever a network announces", () => {
    let list: readonly (typeof two)[] = [];
    for (let number = 0; number < 400; number += 1)
      list = withSighting(list, { ...two, path: `/dev/x${number}` }) as typeof list;
    assert.equal(list.length, 256);
  });

  it("says where it is, and gets an id that is free", () => {
    assert.equal(whereIs(one), "10.0.0.5:55555");
    assert.equal(whereIs({ ...one, address: "fe80::1" }), "[fe80::1]:55555");
    assert.equal(whereIs(two), "/dev/ttyS0");
    assert.equal(whereIs({ vendorId: "0x2fb8", productId: "0x2001" }), "0x2fb8:0x2001");
    assert.equal(freeId("getnet", ["getnet-1", "getnet-3"]), "getnet-2");
  });
});

describe("a pairing code", () => {
  it("is read in two halves and lives to its end", () => {
    assert.equal(inHalves("ABCD1234"), "ABCD 1234");
    assert.equal(inHalves("1234"), "1234");
    const now = Date.parse("2026-11-29T10:00:00Z");
    assert.equal(secondsLeft("2026-11-29T10:01:59.500Z", now), 120);
    assert.equal(secondsLeft("2026-11-29T09:00:00Z", now), 0);
    assert.equal(secondsLeft(undefined, now), undefined);
    assert.deepEqual(["till-1", "", "-x", "a b", "a".repeat(65)].map(isPosName), [true, false, false, false, false]);
  });
});

const checks = [
  { id: "disk.space", verdict: "ok", evidence: "12 GB are free" },
  { id: "terminal.counter-1.link", verdict: "fault", evidence: "nobody answers", remedy: "switch it on" },
  { id: "clock", verdict: "unknown", evidence: "nobody says" },
  { id: "service.account", verdict: "warning", evidence: "it runs as root" },
] as const;

describe("what the doctor found", () => {
  it("has first what is to be done something about", () => {
    assert.deepEqual(
      inOrder(checks).map(({ verdict }) => verdict),
      ["fault", "warning", "unknown", "ok"],
    );
    assert.equal(countOf(checks, "fault"), 1);
  });

  it("is text that can be sent, in every language", () => {
    for (const language of LANGUAGES) {
      const { verdicts, remedy } = DOCTOR_WORDS[language];
      const text = asText(checks, { at: "2026-11-29T10:00:00Z", verdicts, remedy });
      assert.match(text, /terminal\.counter-1\.link\n {2}nobody answers\n {2}.+: switch it on/);
    }
  });
});

describe("the lines of a trace", () => {
  const line = (number: number) => ({ number, at: "2026-11-29T10:00:00Z", terminal: "counter-1", entry: {} });
  const many = (from: number, count: number) => Array.from({ length: count }, (_, index) => line(from + index));

  it("are bounded, and the oldest make room", () => {
    const lines = withLines(withLines(NO_LINES, many(0, MOST_LINES)), many(MOST_LINES, 3));
    assert.equal(lines.shown.length, MOST_LINES);
    assert.equal(lines.shown[0]?.number, 3);
  });

  it("stand still while somebody reads, and none that fits is lost", () => {
    const held = withLines(paused(withLines(NO_LINES, many(0, 2))), many(2, 3));
    assert.deepEqual([held.shown.length, held.waiting.length], [2, 3]);
    assert.deepEqual(
      goesOn(held).shown.map(({ number }) => number),
      [0, 1, 2, 3, 4],
    );
    const full = withLines(held, many(5, MOST_LINES));
    assert.deepEqual([full.waiting.length, full.dropped], [MOST_LINES, 3]);
    assert.deepEqual(cleared(full), { ...NO_LINES, isPaused: true });
  });

  it("say in one line what a conversation did, and are never more than text", () => {
    const words = TRACE_WORDS.en;
    const step = {
      kind: "step",
      role: "operation",
      input: { kind: "received", message: { kind: "reply" } },
      effects: [{ kind: "settle" }, { kind: "done" }],
    };
    assert.equal(gist(step, words), "payment received reply → settle, done");
    assert.equal(gist({ kind: "link", state: "lost", why: "cut" }, words), "link lost cut");
    assert.equal(gist({ kind: "missed", count: 7 }, words), words.dropped(7));
    assert.equal(gist({ kind: "of a later version", role: "x" }, words), "x of a later version");
    assert.equal(gist("<b>", words), '"<b>"');
    assert.equal(gist({ kind: "step", input: 5, effects: "x" }, words), "");
  });

  it("are downloaded page by page, with the head of a recording", async () => {
    const pages = [
      { entries: [{ kind: "link" }], next: 1, missing: 4 },
      { entries: [{ kind: "ended" }], missing: 4 },
    ];
    const asked: unknown[] = [];
    const ask = async (_method: string, params: unknown) => {
      asked.push(params);
      return pages[asked.length - 1];
    };
    const about = { at: "2026-11-29T10:00:00.000Z", product: "0.1.0" };
    const text = await recordingFile({ ask } as unknown as PageSession, "counter-1", about);
    const [head, ...entries] = text
      .trimEnd()
      .split("\n")
      .map((one) => JSON.parse(one) as unknown);
    assert.deepEqual(head, {
      format: RECORDING_FORMAT,
      version: RECORDING_VERSION,
      at: about.at,
      product: about.product,
      reason: "asked",
      terminal: "counter-1",
      missing: 4,
    });
    assert.deepEqual(entries, [{ kind: "link" }, { kind: "ended" }]);
    assert.deepEqual(asked, [{ terminal: "counter-1" }, { terminal: "counter-1", after: 1 }]);
  });
});

describe("the figures of a day", () => {
  const names = { ...Object.fromEntries(OUTCOME_NAMES.map((name) => [name, name])), underWay: "underWay" } as never;
  const hours = [
    {
      from: "2026-11-29T08:00:00Z",
      payments: { approved: 3, declined: 1 },
      durationsMs: { p50: 1_240, p95: 4_000, most: 9_999 },
      linkLosses: [{ terminal: "a", count: 1 }],
    },
    { from: "2026-11-29T09:00:00Z", payments: { approved: 2 }, underWay: 1, linkLosses: [{ terminal: "b", count: 4 }] },
  ] as unknown as Hours;

  it("name every outcome that the core knows", () => {
    assert.deepEqual(OUTCOME_NAMES, OUTCOME_KINDS);
  });

  it("are a series for each outcome that there was, one upon the other", () => {
    const data = paymentsOf(hours, names);
    assert.deepEqual(
      data.series.map(({ name, values }) => [name, values]),
      [
        ["approved", [3, 2]],
        ["declined", [1, 0]],
        ["underWay", [0, 1]],
      ],
    );
    assert.deepEqual(stacked(data), [
      [3, 2],
      [4, 2],
      [4, 3],
    ]);
  });

  it("tell durations in seconds, and nothing where nothing is known", () => {
    const { series } = durationsOf(hours, { half: "half", most95: "95", longest: "longest" });
    assert.deepEqual(
      series.map(({ values }) => values),
      [
        [1.2, undefined],
        [4, undefined],
        [10, undefined],
      ],
    );
  });

  it("add up the terminals beyond those that can be told apart", () => {
    const linkLosses = Array.from({ length: 9 }, (_, index) => ({ terminal: `t${index}`, count: 9 - index }));
    const { series } = lossesOf([{ ...hours[0], linkLosses }] as unknown as Hours, "others");
    assert.deepEqual([series.length, series.at(-1)?.name, series.at(-1)?.values], [6, "others", [10]]);
  });

  it("are asked for within two days, and a day is the calendar's", () => {
    const now = new Date(2026, 10, 29, 15, 30).getTime();
    assert.deepEqual(boundsOf("today", now), { from: new Date(2026, 10, 29).toISOString() });
    const yesterday = boundsOf("yesterday", now);
    assert.deepEqual(yesterday, {
      from: new Date(2026, 10, 28).toISOString(),
      to: new Date(2026, 10, 29).toISOString(),
    });
  });
});

describe("a search for payments", () => {
  it("asks for what was typed and nothing else", () => {
    assert.deepEqual(queryOf(NO_FILTERS), { limit: 50 });
    const typed = {
      ...NO_FILTERS,
      terminal: "counter-1",
      pos: " till-1 ",
      outcome: "declined",
      from: "2026-11-29T10:00",
    };
    assert.deepEqual(queryOf(typed, "77"), {
      limit: 50,
      terminal: "counter-1",
      pos: "till-1",
      outcome: ["declined"],
      from: new Date("2026-11-29T10:00").toISOString(),
      cursor: "77",
    });
  });

  it("whose time ends before it begins is none", () => {
    assert.equal(queryOf({ ...NO_FILTERS, from: "2026-11-29T10:00", to: "2026-11-29T10:00" }), undefined);
    assert.deepEqual(queryOf({ ...NO_FILTERS, from: "nonsense" }), { limit: 50 });
  });
});

const sale = {
  id: "T1",
  pos: "page",
  requestId: "page-1",
  terminal: "counter-1",
  operation: { type: "sale", amount: { value: 100, currency: "CLP" } },
  acknowledged: false,
  outcome: { kind: "approved", revision: 2 },
} as unknown as TransactionOnWire;

describe("a real test payment", () => {
  const session = (answer: (method: string, params: unknown) => unknown) => {
    const calls: { readonly method: string; readonly params: Record<string, unknown> }[] = [];
    const ask = async (method: string, params: Record<string, unknown>) => {
      calls.push({ method, params });
      return answer(method, params);
    };
    return { calls, session: { ask } as unknown as PageSession };
  };

  it("whose answer is lost is looked for by its own request id, and never begun again", async () => {
    const lost = session(() => {
      throw new NoAnswer("lost");
    });
    const begun = await begin(lost.session, "counter-1", sale.operation);
    assert(begun.kind === "notKnown");
    assert.equal(lost.calls[0]?.params["requestId"], begun.requestId);
    const found = session(() => ({ transaction: sale }));
    assert.deepEqual(await lookFor(found.session, begun), { kind: "stored", transaction: sale });
    assert.deepEqual(found.calls, [{ method: "transactions.get", params: { requestId: begun.requestId } }]);
    const unknown = session(() => {
      throw new RequestRefused(-32_000, "transactionNotFound", "never", "There is none.", {});
    });
    const later = (ms: number) => () => begun.sinceMs + ms;
    // What was sent may still be on its way into the journal: whoever believed that nothing was begun would charge twice.
    assert.deepEqual(await lookFor(unknown.session, begun, later(5_000)), begun);
    assert.deepEqual(await lookFor(unknown.session, begun, later(15_001)), { kind: "notBegun" });
    assert.deepEqual(await lookFor(lost.session, begun, later(15_001)), begun);
  });

  it("of which a refusal says nothing is looked for as well: it may be stored, and another request id would charge once more", async () => {
    const refused = (reason: string) => new RequestRefused(-32_000, reason, "same", "Ask again with the same id.", {});
    const begunAfter = (reason: string, get: () => unknown) => {
      const { session: asked, calls } = session((method) => {
        if (method === "transactions.get") return get();
        throw refused(reason);
      });
      return { calls, begun: begin(asked, "counter-1", sale.operation) };
    };
    const nothing = () => {
      throw refused("transactionNotFound");
    };
    for (const reason of ["timeout", "internal"]) {
      const became = await begunAfter(reason, nothing).begun.then(
        ({ kind }) => kind,
        () => "offered again",
      );
      assert.equal(became, "notKnown", reason);
    }

    const stored = begunAfter("shuttingDown", () => ({ transaction: sale }));
    assert.deepEqual(await stored.begun, { kind: "stored", transaction: sale });
    const [start, get] = stored.calls;
    assert.equal(get?.params["requestId"], start?.params["requestId"]);
    // Held back while something is put in: nothing is there, and why is told.
    await assert.rejects(begunAfter("shuttingDown", nothing).begun, /Ask again with the same id/);
    const gone = begunAfter("shuttingDown", () => {
      throw new NoAnswer("lost");
    });
    assert.equal((await gone.begun).kind, "notKnown");
    await assert.rejects(begunAfter("terminalOffline", nothing).begun, RequestRefused);
  });

  it("has a request id of its own each time", async () => {
    const { session: stored, calls } = session(() => ({ transaction: sale }));
    await begin(stored, "counter-1", sale.operation);
    await begin(stored, "counter-1", sale.operation);
    assert.notEqual(calls[0]?.params["requestId"], calls[1]?.params["requestId"]);
  });

  it("is acknowledged for the page alone, and for no other POS", async () => {
    const { session: mine, calls } = session(() => ({}));
    await acknowledgeOwn(mine, { ...sale, pos: "till-1" });
    await acknowledgeOwn(mine, { ...sale, acknowledged: true });
    assert.deepEqual(calls, []);
    await acknowledgeOwn(mine, sale);
    assert.deepEqual(calls, [{ method: "transactions.acknowledge", params: { transaction: "T1", revision: 2 } }]);
  });

  it("can be given back as the terminal can, and a practice or another POS's payment is not offered", () => {
    const can = (...operations: readonly string[]) =>
      ({ operations: Object.fromEntries(operations.map((type) => [type, {}])) }) as unknown as Capabilities;
    assert.equal(wayBack(sale, can("sale", "void", "refund")), "void");
    assert.equal(wayBack(sale, can("sale", "refund")), "refund");
    assert.equal(wayBack(sale, can("sale")), "none");
    assert.equal(wayBack({ ...sale, pos: "till-1" }, can("void")), undefined);
    assert.equal(wayBack({ ...sale, terminal: "practice", requestId: practiceRequestId("1") }, can("void")), undefined);
    assert.equal(wayBack({ ...sale, outcome: undefined } as never, can("void")), undefined);
  });
});
