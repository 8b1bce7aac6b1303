import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { evidenceOf } from "../../../src/client/evidence/evidence.ts";
import { evidenceHtml } from "../../../src/client/evidence/html.ts";
import { evidenceText } from "../../../src/client/evidence/text.ts";
import { practiceRequestId } from "../../../src/core/practice.ts";
import type { Language } from "../../../src/protocol/words/languages.ts";
import type { OutcomeOnWire, TransactionOnWire } from "../../../src/protocol/transaction.ts";
import { ABOUT, SALE, TIMELINE } from "./samples.ts";

const LANGUAGES: readonly Language[] = ["en", "es", "pt", "de"];
const SAID = { revision: 1, decidedBy: { kind: "terminal" } } as const;
const OUTCOMES: readonly (OutcomeOnWire | undefined)[] = [
  undefined,
  { kind: "declined", reason: "wrongPin", ...SAID },
  { kind: "canceled", by: "cardholder", ...SAID },
  { kind: "notPerformed", reason: "noRecord", ...SAID },
  { kind: "unknown", since: "linkLost", advice: { code: "askOperator", text: "" }, ...SAID },
];

function withOutcome(outcome: OutcomeOnWire | undefined): TransactionOnWire {
  const { outcome: _before, ...rest } = SALE;
  return outcome === undefined ? rest : { ...rest, outcome };
}

describe("the document about a payment", () => {
  it("tells what was asked, how it ended, who knows it and where it is kept", () => {
    const text = evidenceText(evidenceOf(SALE, TIMELINE, ABOUT)).replaceAll(/\s+/g, " ");
    const said = [
      "Amount 13.50 EUR",
      "Tip 1.00 EUR",
      "Reference of the shop A-4711",
      "counter-1 (Counter at the door)",
      "Result approved, 13.50 EUR",
      "said the terminal",
      "Approval code 831000",
      "Card Visa **** 1111",
      "terminalId 40021877",
      SALE.id,
      SALE.requestId,
      "01JNKP9Z3V5N0B8Q7M1T2R4YSX, 5 lines written",
      "3f1d2c8e4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0",
      "Tillbridge 0.1.0",
    ];
    for (const part of said) assert(text.includes(part), part);
    assert.match(text, /Mar 5, 2026, 3:03:10 PM GMT\+1 \(2026-03-05T14:03:10\.120Z\)/, "in the shop's time and in UTC");
    assert.match(text, /15:03:31 +The result: approved, 13\.50 EUR/);
    assert.match(text, /That it reached an account is shown by the acquirer's statement alone/);
  });

  it("claims no more than is known, however it ended, in every language", () => {
    for (const language of LANGUAGES) {
      const limits = new Set<string | undefined>();
      for (const outcome of [SALE.outcome, ...OUTCOMES]) {
        const evidence = evidenceOf(withOutcome(outcome), TIMELINE, { ...ABOUT, language });
        limits.add(evidence.limits.lines[0]);
        assert(evidence.parts.every(({ rows }) => rows.every(([label, value]) => label !== "" && value !== "")));
      }
      assert.equal(limits.size, OUTCOMES.length + 1, `${language}: each end has its own words`);
    }
  });

  it("says of a practice payment, in every language, that it was practice, and of no amount that it moved", () => {
    const practice = { ...SALE, pos: "page", terminal: "practice", requestId: practiceRequestId("1") };
    const heading = {
      en: "Practice at a simulated terminal: no money moved",
      es: "Práctica en un terminal simulado: no se movió dinero",
      pt: "Prática num terminal simulado: nenhum dinheiro se moveu",
      de: "Übung an einem simulierten Terminal: Es ist kein Geld geflossen",
    };
    for (const language of LANGUAGES) {
      const about = { ...ABOUT, language };
      const [real, practised] = [SALE, practice].map((transaction) => evidenceOf(transaction, TIMELINE, about));
      assert(real !== undefined && practised !== undefined);
      assert.match(
        evidenceHtml(practised),
        new RegExp(`<title>${heading[language]}</title>[^]*<h1>${heading[language]}</h1>`),
      );
      assert(evidenceText(practised).startsWith(`${heading[language].toUpperCase()}\n`));
      const mark = heading[language].split(" ")[0] ?? "";
      assert.equal(practised.result, `${mark}: ${real.result}`);
      const ended = (evidence: typeof real) => evidence.parts[1]?.rows.map(([, value]) => value) ?? [];
      assert(ended(real).includes("13.50 EUR"), "what a real one moved");
      assert(!ended(practised).includes("13.50 EUR"));
      assert.notEqual(practised.limits.lines[0], real.limits.lines[0]);
      for (const outcome of OUTCOMES) {
        const { outcome: _before, ...rest } = practice;
        const other = evidenceOf(outcome === undefined ? rest : { ...rest, outcome }, TIMELINE, about);
        assert.equal(other.limits.lines[0], practised.limits.lines[0], "however it ended");
      }
    }
  });

  it("takes no real payment for practice, whatever its terminal is called", () => {
    const evidence = evidenceOf({ ...SALE, pos: "page", terminal: "practice" }, TIMELINE, ABOUT);
    assert.equal(evidence.title, "What happened to a card payment");
    assert.match(evidenceText(evidence), /Amount moved +13\.50 EUR/);
  });

  it("says that a person decided, and why", () => {
    const decidedBy = { kind: "person", name: "Ana", reason: "slip seen", at: "2026-03-05T15:00:00.000Z" } as const;
    const outcome = { kind: "notPerformed", reason: "noRecord", revision: 2, decidedBy } as const;
    const text = evidenceText(evidenceOf(withOutcome(outcome), TIMELINE, ABOUT));
    assert.match(text, /decided by Ana/);
    assert.match(text, /slip seen/);
    assert.match(text, /A person decided the result/);
  });

  it("shows what a hostile terminal says as text and nothing else", () => {
    const evil = `<img src=x onerror="alert(1)">'\u0007\u202Eevil\u001B[2J`;
    const transaction = {
      ...SALE,
      pos: evil,
      outcome: {
        ...(SALE.outcome as Extract<OutcomeOnWire, { kind: "approved" }>),
        approvalCode: evil,
        terminalReferences: { [evil]: evil },
        card: { brand: evil, last4: "1111" },
        vendor: { code: evil, text: evil },
      },
    };
    const timeline = {
      entries: [{ at: evil, what: evil, text: evil, detail: evil }],
      chain: { journal: evil, facts: 1, hash: evil },
    };
    const evidence = evidenceOf(transaction, timeline, { ...ABOUT, terminalName: evil, version: evil });
    const html = evidenceHtml(evidence);
    assert.doesNotMatch(html, /<img|<script|onerror="|\p{Cf}|[^\P{Cc}\n]/u);
    assert.match(html, /&lt;img src=x onerror=&quot;alert\(1\)&quot;&gt;&#39;/);
    assert.match(html, /default-src 'none'/);
    assert.doesNotMatch(evidenceText(evidence), /\p{Cf}|[^\P{Cc}\n]/u);
  });

  it("fetches nothing and runs nothing", () => {
    const html = evidenceHtml(evidenceOf(SALE, TIMELINE, ABOUT));
    assert.doesNotMatch(html, /https?:|<script|<link|<img|url\(|@import| on\w+=/);
  });

  it("leaves out the oldest steps of a recovery that went on for days, and says so", () => {
    const [entry] = TIMELINE.entries;
    assert(entry !== undefined);
    const entries = Array.from({ length: 5_000 }, () => ({ ...entry, text: "x".repeat(5_000) }));
    const html = evidenceHtml(evidenceOf(SALE, { entries }, ABOUT));
    assert.match(html, /Earlier steps are left out here/);
    assert(html.length < 400_000, "bounded");
  });
});
