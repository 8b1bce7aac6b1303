import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { done, refused } from "../../../src/core/errors.ts";
import type { FactBody } from "../../../src/core/facts.ts";
import type { OperationType } from "../../../src/core/operation-type.ts";
import type { Verdict } from "../../../src/core/outcome.ts";
import { practiceRequestId } from "../../../src/core/practice.ts";
import { dayFigures, type DayPorts } from "../../../src/daemon/metrics/day.ts";
import { accepted, APPROVED, dispatched, UNKNOWN } from "../../journal/facts.ts";
import { createMemoryJournal } from "../../support/memory-journal.ts";

const DAY_MS = Date.parse("2026-03-01T00:00:00.000Z");
const HOUR_MS = 3_600_000;
const DECLINED: Verdict = { kind: "declined", reason: "wrongPin" };
const NONE = { approved: 0, declined: 0, canceled: 0, notPerformed: 0, unknown: 0 };

type Sale = {
  readonly at: string;
  readonly tookMs?: number;
  readonly verdict?: Verdict;
  readonly type?: OperationType;
  readonly notSent?: true;
  readonly practice?: true;
};

async function house(
  sales: readonly Sale[],
  linkLosses: DayPorts["linkLosses"] = { between: () => [], sinceMs: DAY_MS },
) {
  const journal = createMemoryJournal();
  let number = 0;
  for (const sale of sales) {
    const id = `T${(number += 1)}`;
    const at = (body: FactBody, afterMs: number) => ({
      ...body,
      at: new Date(Date.parse(sale.at) + afterMs).toISOString(),
    });
    const { type = "sale", verdict } = sale;
    const operation = { type, amount: { value: 1250, currency: "EUR" } };
    const practice = { pos: "page", terminal: "practice" };
    const first = accepted(sale.practice ? practiceRequestId(id) : id, {
      operation,
      ...(sale.practice ? practice : {}),
    });
    await journal.append({
      transaction: id,
      place: 0,
      facts: [
        at(first, 0),
        ...(sale.notSent ? [] : [at(dispatched(`K${number}`), 10)]),
        ...(verdict === undefined
          ? []
          : [
              at(
                { kind: "settled", outcome: { ...verdict, revision: 1, decidedBy: { kind: "terminal" } } },
                sale.tookMs ?? 5_000,
              ),
            ]),
      ],
    });
  }
  const asked: unknown[] = [];
  const ports: DayPorts = {
    list: async (query) => {
      asked.push(query);
      return done(await journal.list(query));
    },
    linkLosses,
    nowMs: DAY_MS + 12 * HOUR_MS,
    offset: () => 0,
  };
  const figures = async (fromMs = DAY_MS, toMs = DAY_MS + 12 * HOUR_MS) => {
    const read = await dayFigures(fromMs, toMs, ports);
    assert.ok(read.kind === "done");
    return read.value;
  };
  return { figures, asked, journal, ports };
}

describe("the figures of a day", () => {
  it("count each payment in the hour in which it was accepted, by the outcome that is known now", async () => {
    const { figures } = await house([
      { at: "2026-02-28T23:59:59.999Z", verdict: APPROVED },
      { at: "2026-03-01T00:00:00.000Z", verdict: APPROVED },
      { at: "2026-03-01T00:59:59.999Z", verdict: UNKNOWN },
      { at: "2026-03-01T01:00:00.000Z", verdict: DECLINED },
      { at: "2026-03-01T01:30:00.000Z" },
    ]);
    const { hours } = await figures();
    assert.equal(hours.length, 12);
    assert.deepEqual(hours[0]?.payments, { ...NONE, approved: 1, unknown: 1 }, "unknown is no decline");
    assert.deepEqual(hours[1]?.payments, { ...NONE, declined: 1 });
    assert.equal(hours[1].underWay, 1);
    assert.deepEqual(hours[2], { from: "2026-03-01T02:00:00.000Z", payments: NONE, linkLosses: [] });
  });

  it("leave out what is no payment: a practice, a look at a balance, the end of a business day", async () => {
    const at = "2026-03-01T00:10:00.000Z";
    const { figures } = await house([
      { at, verdict: APPROVED, practice: true },
      { at, verdict: APPROVED, type: "balance" },
      { at, verdict: APPROVED, type: "reconciliation" },
      { at, verdict: APPROVED, type: "refund" },
    ]);
    const { hours } = await figures();
    assert.deepEqual(hours[0]?.payments, { ...NONE, approved: 1 });
  });

  it("tell how long those took that were at a terminal, and nothing where a clock was set back", async () => {
    const took = (tookMs: number): Sale => ({ at: "2026-03-01T03:00:00.000Z", tookMs, verdict: APPROVED });
    const notSent = { kind: "notPerformed", reason: "queueLimit" } as const;
    const { figures } = await house([
      ...Array.from({ length: 18 }, () => took(4_000)),
      took(9_000),
      took(90_000),
      took(-20_000),
      { at: "2026-03-01T03:00:00.000Z", tookMs: 60_000, verdict: notSent, notSent: true },
    ]);
    const { hours } = await figures();
    assert.deepEqual(hours[3]?.durationsMs, { p50: 4_000, p95: 9_000, most: 90_000 });
  });

  it("read the journal a page at a time, and no further back than the time that is asked for", async () => {
    const old: Sale = { at: "2026-02-01T00:00:00.000Z", verdict: APPROVED };
    const young: Sale = { at: "2026-03-01T05:00:00.000Z", verdict: APPROVED };
    const { figures, asked } = await house([
      ...Array.from({ length: 200 }, () => old),
      ...Array.from({ length: 60 }, () => young),
    ]);
    const { hours } = await figures();
    assert.equal(hours[5]?.payments.approved, 60);
    assert.equal(asked.length, 3, "two pages with some of that day, and one without");
  });

  it("ask only for what was accepted before the end of a day that is over", async () => {
    const { figures, asked } = await house([
      { at: "2026-02-28T12:00:00.000Z", verdict: APPROVED },
      { at: "2026-03-01T01:00:00.000Z", verdict: APPROVED },
    ]);
    const { hours } = await figures(DAY_MS - 24 * HOUR_MS, DAY_MS);
    assert.deepEqual(asked, [{ limit: 50, to: "2026-03-01T00:00:00.000Z" }]);
    assert.equal(hours.length, 24);
    assert.equal(
      hours.reduce((sum, { payments }) => sum + payments.approved, 0),
      1,
    );
  });

  it("say from when on they are whole where there are more payments than are read", async () => {
    const { figures, ports, journal } = await house([{ at: "2026-03-01T01:00:00.000Z", verdict: APPROVED }]);
    const [one] = (await journal.list({ limit: 1 })).transactions;
    assert.ok(one !== undefined);
    const page = { transactions: Array.from({ length: 50 }, () => one), cursor: "again" };
    const endless = await dayFigures(DAY_MS, DAY_MS + HOUR_MS, { ...ports, list: async () => done(page) });
    assert.ok(endless.kind === "done");
    assert.equal(endless.value.incompleteBefore, "2026-03-01T01:00:00.000Z");
    assert.equal((await figures()).incompleteBefore, undefined);
  });

  it("are refused, and not half told, where the journal cannot be read", async () => {
    const { ports } = await house([]);
    const why = refused("journalUnavailable", "The journal cannot be read.");
    assert.deepEqual(await dayFigures(DAY_MS, DAY_MS + 1, { ...ports, list: async () => why }), why);
  });

  it("tell the losses of links in their hours, and since when they are known", async () => {
    const between = (fromMs: number) => (fromMs === DAY_MS + 2 * HOUR_MS ? [{ terminal: "counter-1", count: 3 }] : []);
    const { figures } = await house([], { between, sinceMs: DAY_MS + HOUR_MS });
    const { hours, linkLossesSince } = await figures();
    assert.deepEqual(hours[2]?.linkLosses, [{ terminal: "counter-1", count: 3 }]);
    assert.deepEqual(hours[3]?.linkLosses, []);
    assert.equal(linkLossesSince, "2026-03-01T01:00:00.000Z");
  });
});
