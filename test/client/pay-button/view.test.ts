import assert from "node:assert/strict";
import { test } from "node:test";
import { LANGUAGES, languageOf, type Language } from "../../../src/client/pay-button/language.ts";
import { readOrder, type Asked, type Order } from "../../../src/client/pay-button/order.ts";
import { plugAndPlayMessage } from "../../../src/client/pay-button/plug-and-play.ts";
import { offersTerminals, type PayState } from "../../../src/client/pay-button/state.ts";
import { view } from "../../../src/client/pay-button/view.ts";
import { wordsIn } from "../../../src/client/pay-button/wording.ts";
import type { OutcomeOnWire, TransactionOnWire } from "../../../src/protocol/transaction.ts";

const eur = (value: number) => ({ value, currency: "EUR" });
const ORDER: Order = { type: "sale", amount: eur(1250), tip: eur(100), order: "A-1" };
const DECIDED = { revision: 1, decidedBy: { kind: "terminal" } } as const;
const APPROVED: OutcomeOnWire = { kind: "approved", partial: false, captured: true, final: true, ...DECIDED };

function transaction(outcome?: OutcomeOnWire): TransactionOnWire {
  return {
    id: "T1",
    pos: "till-1",
    requestId: "R1",
    terminal: "counter-1",
    operation: { type: "sale", amount: eur(1250), tip: eur(100), reference: "A-1" },
    state: outcome === undefined ? "dispatched" : "settled",
    acknowledged: false,
    createdAt: "2026-01-02T03:04:05Z",
    ...(outcome === undefined ? {} : { outcome }),
  };
}

const ended = (outcome: OutcomeOnWire): PayState => ({ kind: "ended", of: ORDER, transaction: transaction(outcome) });
const seen = (state: PayState) => view(state, ORDER, "en");

test("the button asks for the total, and what it says is the amount in the language", () => {
  const labels = LANGUAGES.map((language) => view({ kind: "ready" }, ORDER, language).button.label);

  assert.deepEqual(
    labels.map((label) => label.replaceAll(/\s/g, " ")),
    ["Pay €13.50", "Cobrar 13,50 €", "Cobrar € 13,50", "13,50 € kassieren"],
  );
});

test("an amount that cannot be read is answered with the decimals of its currency and an example that is read", () => {
  const lines = (asked: Asked, language: Language) => {
    const reading = readOrder(asked);
    assert.ok(reading.kind === "problem");
    return view({ ...reading, kind: "invalid" }, undefined, language).status?.lines ?? [];
  };
  const none = { en: /has no decimals/, es: /no tiene decimales/, pt: /não tem casas/, de: /hat keine Nachkomma/ };
  for (const language of LANGUAGES) {
    const yen = lines({ amount: "12.50", currency: "JPY" }, language).at(-1) ?? "";
    assert.match(yen, none[language]);
    const dinars = lines({ amount: "12,345", currency: "KWD" }, language).at(-1) ?? "";
    assert.match(dinars, /KWD \S+ 3 /);
    const tip = lines({ amount: "12.500", tip: "1,5", currency: "KWD" }, language).at(-1) ?? "";
    assert.equal(tip, dinars);
    for (const [text, currency] of [
      [yen, "JPY"],
      [dinars, "KWD"],
    ] as const) {
      const example = / (\S+)\.$/.exec(text)?.[1];
      assert.equal(readOrder({ amount: example, currency }).kind, "order", text);
    }
    assert.equal(lines({ currency: "JPY" }, language).length, 1);
  }
});

test("only what ended without money may be tried again", () => {
  const endings: readonly (readonly [OutcomeOnWire, boolean])[] = [
    [APPROVED, false],
    [{ kind: "declined", reason: "other", ...DECIDED }, true],
    [{ kind: "canceled", by: "pos", ...DECIDED }, true],
    [{ kind: "notPerformed", reason: "queueLimit", ...DECIDED }, true],
    [{ kind: "unknown", since: "timeout", advice: { code: "wait", text: "Wait." }, ...DECIDED }, false],
  ];

  for (const [outcome, enabled] of endings) {
    assert.equal(seen(ended(outcome)).button.enabled, enabled, outcome.kind);
    const contradicted = { ...transaction(outcome), contradicted: { evidence: "another voucher" } };
    assert.equal(seen({ kind: "ended", of: ORDER, transaction: contradicted }).button.enabled, false, outcome.kind);
  }
});

test("a part is never shown as all of it", () => {
  const part: OutcomeOnWire = { ...APPROVED, partial: true, amounts: { approved: eur(1000) } };

  const { button, status } = seen(ended(part));

  assert.equal(button.label, "Paid €10.00");
  assert.deepEqual(status?.lines.slice(0, 2), ["Only a part was paid. Still to pay: €3.50", "Asked: €13.50"]);
});

test("nobody is said not to be charged where that is not known", () => {
  const refused = (reason: string, order: "free" | "notKnown") =>
    seen({ kind: "refused", reason, why: "", order }).status?.lines.join(" ") ?? "";

  assert.match(refused("terminalOffline", "free"), /not charged/);
  assert.doesNotMatch(refused("referenceInDoubt", "notKnown"), /not charged/);
  assert.doesNotMatch(
    JSON.stringify(seen({ kind: "unreachable", diagnosis: "daemonNotRunning", why: "", remedy: "Start it." })),
    /not charged/,
  );
});

test("a connection that is lost in mid-payment says so in every language, and offers no cancel", () => {
  const lost: PayState = {
    kind: "running",
    of: ORDER,
    requestId: "R1",
    terminal: "counter-1",
    total: eur(1350),
    stage: "enterPin",
    cancel: "can",
    connection: "lost",
  };

  for (const language of LANGUAGES) {
    const { button, status, cancel } = view(lost, ORDER, language);
    const words = wordsIn(language);
    assert.deepEqual([button.enabled, cancel], [false, undefined]);
    assert.deepEqual([status?.title, status?.lines[0]], [words.unreachable, words.lost]);
    assert.doesNotMatch(JSON.stringify(status), new RegExp(words.stages.enterPin));
  }
  assert.match(seen(lost).status?.lines[0] ?? "", /do not charge again/);
});

test("an order that was perhaps paid offers no plain payment", () => {
  const states: readonly PayState[] = [
    { kind: "ready", left: true },
    { kind: "unreachable", diagnosis: "daemonNotRunning", why: "", remedy: "Start it.", left: true },
  ];

  for (const state of states) {
    const { button, status } = seen(state);
    assert.deepEqual(
      [button.label, status?.tone, status?.title],
      ["Look up the payment", "doubt", "It may have been paid"],
    );
  }
});

test("a limit tells its figures, and a missing signature what the daemon says of it", () => {
  const lines = (reason: string, why: string) =>
    seen({ kind: "refused", reason, why, order: "free" }).status?.lines ?? [];

  assert.ok(lines("limitExceeded", "At most 10.00 EUR.").includes("At most 10.00 EUR."));
  assert.deepEqual(lines("signatureRequired", "There is no key for this POS.").slice(0, 1), [
    "There is no key for this POS.",
  ]);
  assert.equal(lines("signatureRequired", "")[0], wordsIn("en").refusals.signatureRequired);
});

test("another terminal is offered only to a payment that can still begin", () => {
  const { terminal: _none, ...anywhere } = ORDER;
  const declined: OutcomeOnWire = { kind: "declined", reason: "other", ...DECIDED };
  const unknown: OutcomeOnWire = {
    kind: "unknown",
    since: "timeout",
    advice: { code: "wait", text: "Wait." },
    ...DECIDED,
  };

  assert.equal(offersTerminals({ kind: "ready" }, anywhere), true);
  assert.equal(offersTerminals({ kind: "ready" }, { ...anywhere, terminal: "counter-1" }), false);
  assert.equal(offersTerminals(ended(declined), anywhere), true);
  assert.equal(offersTerminals(ended(APPROVED), anywhere), false);
  assert.equal(offersTerminals(ended(unknown), anywhere), false);
});

test("a reason of a newer daemon is said in its own words", () => {
  const { status } = seen({ kind: "refused", reason: "moonPhase", why: "Not at full moon.", order: "free" });

  assert.deepEqual(status?.lines.at(-1), "Not at full moon.");
});

test("a language of a page is one of ours, or English", () => {
  assert.equal(languageOf(["es-CL"]), "es");
  assert.equal(languageOf([undefined, "", "fr", "PT-br", "de"]), "pt");
  assert.equal(languageOf(["constructor", "xx"]), "en");
});

test("no word is empty, and no language has left one in English", () => {
  const flat = (value: unknown): string[] =>
    typeof value === "string"
      ? [value]
      : typeof value === "function"
        ? [(value as (text: string) => string)("1")]
        : Object.values(value as object).flatMap(flat);
  const english = flat(wordsIn("en"));

  for (const language of LANGUAGES.filter((each) => each !== "en")) {
    const words = flat(wordsIn(language));
    assert.equal(words.length, english.length);
    const same = words.filter((word, index) => word === english[index] && word !== "Terminal 1" && word.length > 5);
    assert.deepEqual(same, []);
    assert.ok(words.every((word) => word.trim() !== ""));
  }
});

test("plug-and-play: a decline is processed, a cancel is not, a doubt is a time-out", () => {
  const complete = (outcome: OutcomeOnWire) =>
    plugAndPlayMessage({ kind: "complete", transaction: transaction(outcome), outcome, earlier: false });

  assert.partialDeepStrictEqual(complete(APPROVED)?.payload, {
    referenceId: "A-1",
    status: "PROCESSED",
    transactions: [{ status: "CAPTURED", amounts: { transactionAmount: 1350, orderAmount: 1250, tipAmount: 100 } }],
  });
  assert.partialDeepStrictEqual(complete({ kind: "declined", reason: "other", ...DECIDED })?.payload, {
    status: "PROCESSED",
    transactions: [{ status: "DECLINED", processorResponse: { status: "Failure" } }],
  });
  assert.deepEqual(complete({ kind: "canceled", by: "pos", ...DECIDED })?.payload, {
    referenceId: "A-1",
    status: "CANCELED",
    transactions: [],
  });
  assert.deepEqual(plugAndPlayMessage({ kind: "timeout", requestId: "R1", transaction: transaction() }), {
    eventName: "CHARGE_TIMEOUT",
    payload: { referenceId: "A-1" },
  });
});
