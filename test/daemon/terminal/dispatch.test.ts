import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  dispatch,
  MAX_REQUEST_BYTES,
  type Dispatch,
  type DispatchPorts,
} from "../../../src/daemon/terminal/dispatch.ts";
import type { TransactionRecord } from "../../../src/daemon/record.ts";
import type { Sent } from "../../../src/transports/transport.ts";
import { openDesk, stored, type Desk } from "./records-of.ts";

const LINK = "tcp toy #1";

function orderFor(record: TransactionRecord, bytes = new Uint8Array([1, 2, 3])): Dispatch {
  return {
    record,
    ticket: "T1",
    bytes,
    link: LINK,
    driver: { id: "toy", version: "1" },
    answerMs: 130_000,
    lastSeenMs: 0,
  };
}

/** A link that writes down what was durable when the bytes were handed over. */
function watchedPorts(desk: Desk, more: Partial<DispatchPorts> = {}, answer: Sent = { kind: "sent" }) {
  const sends: string[] = [];
  const ports: DispatchPorts = {
    clock: desk.clock,
    openLink: () => LINK,
    send: async () => {
      const dispatched = desk.journal.durable().find(({ id }) => id === "X1")?.dispatched;
      sends.push(dispatched === undefined ? "before it was durable" : `durable with ${dispatched.request}`);
      return answer;
    },
    dispatched: () => undefined,
    ...more,
  };
  return { ports, sends };
}

describe("rule 2, dispatched means durable first", () => {
  it("given a good link, the fact with the request's bytes is durable before the first byte leaves", async () => {
    const desk = openDesk();
    const record = await desk.accepted("X1");
    const { ports, sends } = watchedPorts(desk);
    assert.deepEqual(await dispatch(orderFor(record), ports), { kind: "sent" });
    assert.deepEqual(sends, ["durable with AQID"]);
  });

  it("given a cancel that was asked before, nothing becomes durable and nothing leaves", async () => {
    const desk = openDesk();
    const record = await desk.accepted("X1");
    record.intendCancel();
    const { ports, sends } = watchedPorts(desk);
    const verdict = { kind: "canceled", by: "pos" };
    assert.deepEqual(await dispatch(orderFor(record), ports), { kind: "stopped", verdict });
    assert.deepEqual(sends, []);
    assert.equal((await stored(desk.journal, "X1")).dispatched, undefined);
  });

  it("given a cancel while the fact is being written, the last look keeps the bytes here", async () => {
    const desk = openDesk();
    const record = await desk.accepted("X1");
    const { ports, sends } = watchedPorts(desk);
    desk.journal.hold();
    const dispatching = dispatch(orderFor(record), ports);
    await desk.clock.settle();
    record.intendCancel();
    desk.journal.release();
    assert.deepEqual(await dispatching, { kind: "stopped", verdict: { kind: "canceled", by: "pos" } });
    assert.deepEqual(sends, []);
  });

  it("given a cancel that became durable first, the dispatch is not written", async () => {
    const desk = openDesk();
    const record = await desk.accepted("X1");
    const { ports, sends } = watchedPorts(desk);
    void record.write(() => ({ facts: [{ kind: "cancelRequested", by: "till-1" }] }));
    assert.equal((await dispatch(orderFor(record), ports)).kind, "stopped");
    assert.deepEqual(sends, []);
    assert.equal((await stored(desk.journal, "X1")).dispatched, undefined);
  });

  it("given another link by the time the fact is durable, the bytes stay here", async () => {
    const desk = openDesk();
    const record = await desk.accepted("X1");
    const links = [LINK, "tcp toy #2"];
    const { ports, sends } = watchedPorts(desk, { openLink: () => links.shift() });
    const verdict = { kind: "notPerformed", reason: "notSent" };
    assert.deepEqual(await dispatch(orderFor(record), ports), { kind: "stopped", verdict });
    assert.deepEqual(sends, []);
  });

  it("given an answer limit that passed while the disk was slow, the bytes stay here", async () => {
    const desk = openDesk();
    const record = await desk.accepted("X1");
    const { ports, sends } = watchedPorts(desk);
    desk.journal.hold();
    const dispatching = dispatch({ ...orderFor(record), answerMs: 1000 }, ports);
    await desk.clock.advance(1000);
    desk.journal.release();
    const verdict = { kind: "notPerformed", reason: "notSent" };
    assert.deepEqual(await dispatching, { kind: "stopped", verdict });
    assert.deepEqual(sends, []);
  });

  it("given a wall clock that was set forward meanwhile, the answer limit does not notice", async () => {
    const desk = openDesk();
    const record = await desk.accepted("X1");
    const { ports } = watchedPorts(desk);
    desk.journal.hold();
    const dispatching = dispatch(orderFor(record), ports);
    await desk.clock.settle();
    desk.clock.setWallClock(desk.clock.now() + 3_600_000);
    desk.journal.release();
    assert.deepEqual(await dispatching, { kind: "sent" });
  });

  it("given a journal that fails, the bytes stay here", async () => {
    const desk = openDesk();
    const record = await desk.accepted("X1");
    const { ports, sends } = watchedPorts(desk);
    desk.journal.failNext(1);
    assert.equal((await dispatch(orderFor(record), ports)).kind, "stopped");
    assert.deepEqual(sends, []);
  });

  it("given a link that takes not one byte, that is proof; given one that fails on the way, it is not", async () => {
    const desk = openDesk();
    const refusing = watchedPorts(desk, {}, { kind: "refused", why: "not open" });
    assert.equal((await dispatch(orderFor(await desk.accepted("X1")), refusing.ports)).kind, "stopped");
    const failing = watchedPorts(desk, {}, { kind: "failed", why: "reset" });
    assert.deepEqual(await dispatch(orderFor(await desk.accepted("X2")), failing.ports), {
      kind: "failed",
      why: "reset",
    });
  });

  it("given more bytes than a fact may hold, nothing is dispatched", async () => {
    const desk = openDesk();
    const record = await desk.accepted("X1");
    const { ports, sends } = watchedPorts(desk);
    const result = await dispatch(orderFor(record, new Uint8Array(MAX_REQUEST_BYTES + 1)), ports);
    assert.deepEqual(result, { kind: "stopped", verdict: { kind: "notPerformed", reason: "unsupported" } });
    assert.deepEqual(sends, []);
  });
});
