import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Secret } from "../../../src/core/secret.ts";
import { practiceRequestId } from "../../../src/core/practice.ts";
import { LinkLosses } from "../../../src/daemon/metrics/link-losses.ts";
import { Measurements } from "../../../src/daemon/metrics/measurements.ts";
import { prometheusText } from "../../../src/daemon/metrics/prometheus-text.ts";
import { APPROVED, createFakeTill, SALE, UNKNOWN } from "../../support/fake-till.ts";
import { createKeptLog } from "../../support/kept-log.ts";
import { createVirtualClock } from "../../support/virtual-clock.ts";

const HOUR_MS = 3_600_000;
const DISPATCHED = {
  kind: "dispatched",
  attempt: 1,
  request: "",
  ticket: "K1",
  driver: { id: "acme", version: "1" },
  link: "L1",
  deadline: "2026-01-02T03:06:05.000Z",
  lastSeen: "2026-01-02T03:04:05.000Z",
} as const;

function counting() {
  const clock = createVirtualClock();
  const till = createFakeTill(clock);
  const measurements = new Measurements(clock);
  till.events.listen(measurements.listener((terminal) => (terminal === "counter-1" ? "acme" : undefined)));
  const sale = (
    id: string,
    given: { readonly terminal?: string; readonly pos?: string; readonly requestId?: string } = {},
  ) =>
    till.write(id, {
      kind: "accepted",
      pos: "till-1",
      requestId: id,
      terminal: "counter-1",
      operation: SALE,
      content: "",
      ...given,
    });
  const settle = (id: string, verdict: typeof APPROVED) =>
    till.write(id, { kind: "settled", outcome: { ...verdict, revision: 1, decidedBy: { kind: "terminal" } } });
  return { clock, till, measurements, sale, settle, text: () => prometheusText(measurements.families()) };
}

describe("what is counted of payments", () => {
  it("is the outcome that was told first; what is found out about a doubt later is counted for itself", async () => {
    const { till, sale, settle, text } = counting();
    await sale("A");
    await till.write("A", DISPATCHED);
    await settle("A", APPROVED);
    await sale("B");
    await till.write("B", { ...DISPATCHED, ticket: "K2" });
    await settle("B", UNKNOWN);

    const sales = 'vendor="acme",operation="sale"';
    assert.match(text(), new RegExp(`^tillbridge_transactions_accepted_total{${sales}} 2$`, "m"));
    assert.match(text(), new RegExp(`^tillbridge_transactions_settled_total{${sales},outcome="unknown"} 1$`, "m"));
    assert.doesNotMatch(text(), /outcome="declined"/);

    await till.write("B", {
      kind: "resolved",
      outcome: { ...APPROVED, revision: 2, decidedBy: { kind: "recovery" } },
    });
    assert.match(text(), new RegExp(`^tillbridge_transactions_settled_total{${sales},outcome="approved"} 1$`, "m"));
    assert.match(text(), new RegExp(`^tillbridge_transactions_settled_total{${sales},outcome="unknown"} 1$`, "m"));
    assert.match(text(), new RegExp(`^tillbridge_transactions_resolved_total{${sales},outcome="approved"} 1$`, "m"));
  });

  it("is the time from the order, and from the terminal, by a clock that nobody sets", async () => {
    const { clock, till, sale, settle, text } = counting();
    await sale("A");
    await clock.advance(3_000);
    await till.write("A", DISPATCHED);
    clock.setWallClock(0);
    await clock.advance(4_000);
    await settle("A", APPROVED);

    const labels = 'vendor="acme",operation="sale"';
    for (const line of [
      `tillbridge_transaction_duration_seconds_bucket{${labels},le="5"} 0`,
      `tillbridge_transaction_duration_seconds_bucket{${labels},le="10"} 1`,
      `tillbridge_transaction_duration_seconds_bucket{${labels},le="+Inf"} 1`,
      `tillbridge_transaction_duration_seconds_sum{${labels}} 7`,
      `tillbridge_transaction_duration_seconds_count{${labels}} 1`,
      `tillbridge_transaction_terminal_seconds_bucket{${labels},le="2.5"} 0`,
      `tillbridge_transaction_terminal_seconds_bucket{${labels},le="5"} 1`,
      `tillbridge_transaction_terminal_seconds_sum{${labels}} 4`,
    ])
      assert.ok(text().split("\n").includes(line), `${line} in ${text()}`);
  });

  it("is no practice, and no time of a payment that another process began", async () => {
    const { till, sale, settle, text } = counting();
    await sale("P", { pos: "page", terminal: "practice", requestId: practiceRequestId("P") });
    await settle("P", { kind: "notPerformed", reason: "restart" });
    assert.doesNotMatch(text(), /operation=/);

    await till.writeInSilence(
      "A",
      { kind: "accepted", pos: "till-1", requestId: "A", terminal: "gone", operation: SALE, content: "" },
      DISPATCHED,
    );
    await settle("A", UNKNOWN);
    assert.match(
      text(),
      /^tillbridge_transactions_settled_total\{vendor="acme",operation="sale",outcome="unknown"\} 1$/m,
    );
    assert.doesNotMatch(text(), /duration_seconds_count/);
  });

  it("is what the log was told, by its event, and never what stands in a line", () => {
    const { measurements, text } = counting();
    const kept = createKeptLog();
    const log = measurements.hearing(kept);
    log.warn("terminal.linkLost", "link lost", { terminal: "counter-1" });
    log.warn("terminal.linkLost", "link lost", { terminal: "practice" });
    log.info("daemon.ready", new Secret("4111").toString());
    assert.equal(kept.lines.length, 3);
    assert.match(text(), /^tillbridge_log_events_total\{level="warn",event="terminal.linkLost"\} 2$/m);
    assert.equal(measurements.linkLosses.total("counter-1"), 1);
    assert.equal(measurements.linkLosses.total("practice"), 0);
  });

  it("is how long the disk took for commits", () => {
    const { measurements, text } = counting();
    measurements.committed(0.8);
    measurements.committed(30);
    measurements.committed(60_000);
    const text1 = text();
    assert.match(text1, /^tillbridge_journal_commit_seconds_bucket\{le="0.001"\} 1$/m);
    assert.match(text1, /^tillbridge_journal_commit_seconds_bucket\{le="0.05"\} 2$/m);
    assert.match(text1, /^tillbridge_journal_commit_seconds_bucket\{le="\+Inf"\} 3$/m);
  });
});

describe("losses of links", () => {
  it("are remembered for two days, by the quarter of an hour", async () => {
    const clock = createVirtualClock(Date.parse("2026-03-01T00:00:00Z"));
    const losses = new LinkLosses(clock);
    const begunMs = clock.now();
    losses.lost("counter-1");
    await clock.advance(50 * 60_000);
    losses.lost("counter-1");
    losses.lost("counter-2");
    await clock.advance(HOUR_MS);
    assert.deepEqual(losses.between(begunMs, begunMs + HOUR_MS), [
      { terminal: "counter-1", count: 2 },
      { terminal: "counter-2", count: 1 },
    ]);
    assert.deepEqual(losses.between(begunMs + HOUR_MS, clock.now()), []);
    assert.equal(losses.sinceMs, begunMs);

    await clock.advance(50 * HOUR_MS);
    assert.equal(losses.sinceMs, clock.now() - 48 * HOUR_MS);
    assert.deepEqual(losses.between(begunMs, clock.now()), [], "what is not remembered as a whole is not told");
  });

  it("take no more room whatever happens, and the series of a terminal that was removed ends", async () => {
    const clock = createVirtualClock();
    const losses = new LinkLosses(clock);
    for (let number = 0; number < 2_000; number += 1) {
      losses.lost(`terminal-${number}`);
      losses.removed(`terminal-${number}`);
    }
    assert.equal(losses.between(0, Infinity).length, 512);
    assert.equal(losses.total("terminal-1999"), 0);
    for (let quarter = 0; quarter < 1_000; quarter += 1) {
      losses.lost("counter-1");
      clock.setWallClock(clock.now() + 15 * 60_000);
    }
    const [first] = losses.between(0, Infinity).filter(({ terminal }) => terminal === "counter-1");
    assert.ok((first?.count ?? 0) <= 193, `${first?.count}`);
    assert.equal(losses.total("counter-1"), 1_000);
  });
});
