import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { practiceRequestId } from "../../../src/core/practice.ts";
import { systemCrypto } from "../../../src/daemon/crypto.ts";
import { PaymentTraces } from "../../../src/daemon/telemetry/payment-traces.ts";
import type { FinishedSpan } from "../../../src/daemon/telemetry/span.ts";
import { createFakeTill, SALE, UNKNOWN } from "../../support/fake-till.ts";
import { createVirtualClock } from "../../support/virtual-clock.ts";

const CARD = "4111111111111111";
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

function following(given: { readonly amounts?: boolean } = {}) {
  const clock = createVirtualClock();
  const till = createFakeTill(clock);
  const sent: FinishedSpan[] = [];
  const open = () => {
    const traces = new PaymentTraces({
      crypto: systemCrypto,
      now: () => clock.now(),
      amounts: given.amounts ?? false,
      vendorOf: () => "acme",
      send: (spans) => sent.push(...spans),
    });
    till.events.listen((event) => traces.heard(event));
    return traces;
  };
  const traces = open();
  const accept = (
    id: string,
    more: { readonly pos?: string; readonly terminal?: string; readonly requestId?: string } = {},
  ) =>
    till.write(id, {
      ...{ kind: "accepted", pos: "till-1", requestId: id, terminal: "counter-1", content: "" },
      operation: { ...SALE, reference: `order ${CARD}` },
      ...more,
    });
  const stage = (transaction: string, one: "presentCard" | "enterPin") =>
    till.emit({
      kind: "progress",
      pos: "till-1",
      transaction,
      requestId: transaction,
      stage: one,
      text: "for the customer",
    });
  const startMs = clock.now();
  const shape = () =>
    sent.map(({ name, parentId, startMs: from, endMs }) => [
      name,
      sent.find(({ spanId }) => spanId === parentId)?.name,
      (from - startMs) / 1_000,
      (endMs - startMs) / 1_000,
    ]);
  return { clock, till, sent, traces, open, accept, stage, shape };
}

describe("the trace of a payment", () => {
  it("tells the wait, the terminal with its stages and the acknowledgement, each with its time", async () => {
    const { clock, till, sent, traces, accept, stage, shape } = following();
    await accept("A");
    await clock.advance(2_000);
    await till.write("A", DISPATCHED);
    await clock.advance(1_000);
    stage("A", "presentCard");
    stage("A", "presentCard");
    await clock.advance(4_000);
    stage("A", "enterPin");
    await clock.advance(1_000);
    const declined = { kind: "declined", reason: "wrongPin", card: { last4: "1111" } } as const;
    await till.write("A", { kind: "settled", outcome: { ...declined, revision: 1, decidedBy: { kind: "terminal" } } });
    await clock.advance(500);
    traces.changed(await till.write("A", { kind: "acknowledged", revision: 1 }));
    traces.changed(await till.write("A", { kind: "note", text: "later" }));

    assert.deepEqual(shape(), [
      ["sale", undefined, 0, 8],
      ["queue", "sale", 0, 2],
      ["terminal", "sale", 2, 8],
      ["stage presentCard", "terminal", 3, 7],
      ["stage enterPin", "terminal", 7, 8],
      ["acknowledgement", "sale", 8, 8.5],
    ]);
    assert.equal(new Set(sent.map(({ traceId }) => traceId)).size, 1);
    assert.equal(new Set(sent.map(({ spanId }) => spanId)).size, sent.length);
    assert.deepEqual(sent[0]?.attributes, {
      "tillbridge.transaction": "A",
      "tillbridge.pos": "till-1",
      "tillbridge.terminal": "counter-1",
      "tillbridge.operation": "sale",
      "tillbridge.dispatches": 1,
      "tillbridge.vendor": "acme",
      "tillbridge.reference": "order ************1111",
      "tillbridge.outcome": "declined",
      "tillbridge.decided_by": "terminal",
      "tillbridge.reason": "wrongPin",
    });
    assert.equal(sent[0].isInDoubt, undefined, "a decline is no error");
  });

  it("tells no amount, no card and no word of a terminal or a person, unless amounts are asked for", async () => {
    for (const amounts of [false, true]) {
      const { till, sent, accept, stage } = following({ amounts });
      await accept("A");
      await till.write("A", DISPATCHED);
      stage("A", "enterPin");
      await till.write("A", {
        kind: "settled",
        outcome: {
          ...{ kind: "approved", partial: false, captured: true, final: true, approvalCode: "SECRET1" },
          ...{ vendor: { code: "SECRET2", text: "SECRET3" }, receipts: [], card: { last4: "SECRET4" } },
          revision: 1,
          decidedBy: { kind: "person", name: "SECRET5", reason: "SECRET6" },
        },
      });
      const told = JSON.stringify(sent);
      assert.doesNotMatch(told, /SECRET|customer|4111111111/);
      assert.equal(told.includes("1250"), amounts);
    }
  });

  it("goes on in the same trace when a later process finds out how it ended", async () => {
    const { clock, till, sent, open, accept, shape } = following();
    await accept("A");
    await till.write("A", DISPATCHED);
    await till.write("A", { kind: "settled", outcome: { ...UNKNOWN, revision: 1, decidedBy: { kind: "daemon" } } });
    assert.equal(sent[0]?.isInDoubt, true);
    assert.equal(sent[0].attributes["tillbridge.reason"], "timeout");
    sent.length = 0;

    open();
    await clock.advance(60_000);
    const approved = { kind: "approved", partial: false, captured: true, final: true } as const;
    await till.write("A", { kind: "resolved", outcome: { ...approved, revision: 2, decidedBy: { kind: "recovery" } } });
    const [recovery] = sent;
    assert.deepEqual(shape()[0], ["recovery", undefined, 0, 60]);
    assert.equal(recovery.attributes["tillbridge.outcome"], "approved");
    assert.equal(recovery.isInDoubt, undefined);
  });

  it("is whole also where another process accepted it, and says so", async () => {
    const { till, sent, accept, open } = following();
    await till.writeInSilence(
      "A",
      { kind: "accepted", pos: "till-1", requestId: "A", terminal: "counter-1", operation: SALE, content: "" },
      DISPATCHED,
    );
    await till.write("A", { kind: "settled", outcome: { ...UNKNOWN, revision: 1, decidedBy: { kind: "daemon" } } });
    assert.deepEqual(
      sent.map(({ name }) => name),
      ["sale", "queue", "terminal"],
    );
    assert.equal(sent[0]?.attributes["tillbridge.recovered"], true);

    sent.length = 0;
    await accept("B");
    open();
    await till.write("B", {
      kind: "settled",
      outcome: { kind: "notPerformed", reason: "queueLimit", revision: 1, decidedBy: { kind: "daemon" } },
    });
    assert.deepEqual(
      sent.map(({ name }) => name),
      ["sale", "queue", "sale", "queue"],
    );
    assert.equal(sent[0].traceId, sent[2]?.traceId);
  });

  it("is none for a practice", async () => {
    const { till, sent, accept } = following();
    await accept("P", { pos: "page", terminal: "practice", requestId: practiceRequestId("P") });
    await till.write("P", {
      kind: "settled",
      outcome: { kind: "notPerformed", reason: "noRecord", revision: 1, decidedBy: { kind: "daemon" } },
    });
    assert.deepEqual(sent, []);
  });
});
