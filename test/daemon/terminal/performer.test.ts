import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { FactBody } from "../../../src/core/facts.ts";
import { Records } from "../../../src/daemon/records.ts";
import { HttpConnection } from "../../../src/daemon/terminal/http-connection.ts";
import { Keyring } from "../../../src/daemon/terminal/keyring.ts";
import type { Outlet } from "../../../src/daemon/terminal/outlet.ts";
import { transactionPerformer } from "../../../src/daemon/terminal/performer.ts";
import { momentOf, SignsOfLife } from "../../../src/daemon/terminal/signs-of-life.ts";
import { LinkFaults } from "../../../src/daemon/terminal/link-faults.ts";
import { StreamConnection } from "../../../src/daemon/terminal/stream-connection.ts";
import { createKeptLog } from "../../support/kept-log.ts";
import { approvedVerdict, dispatchedFact, openDesk, stored, type Desk } from "./records-of.ts";

const AMOUNT = 1_000;

/** What performs the words of an operation at a terminal that takes back what is not acknowledged, or keeps it. */
async function performerAt(desk: Desk, ackDecides: boolean, ...facts: readonly FactBody[]) {
  return performerOf(desk, { ackDecides }, dispatchedFact, ...facts);
}

type Situation = {
  readonly ackDecides?: boolean;
  readonly signs?: SignsOfLife;
  readonly role?: "operation" | "recovery";
  readonly outlet?: "stream" | "http";
};

const unused = () => assert.fail("no link is needed for a word");

async function performerOf(desk: Desk, situation: Situation, ...facts: readonly FactBody[]) {
  const { ackDecides = false, signs, role = "operation", outlet = "stream" } = situation;
  const { clock, journal } = desk;
  const log = createKeptLog();
  const emit = (event: (typeof desk.events)[number]) => void desk.events.push(event);
  const record = await desk.accepted("X1", ...facts);
  return transactionPerformer<unknown>({
    role,
    record,
    order: { transaction: "X1", operation: record.transaction.operation, answerLimitMs: 1_000 },
    link: "tcp toy #1",
    outlet: outlet === "http" ? await httpOutlet(desk) : streamOutlet(desk),
    repeats: undefined,
    signs: () => signs,
    identified: () => undefined,
    clockTold: () => undefined,
    unpaired: () => undefined,
    records: new Records({ clock, journal, settings: { appendLimitMs: 2_000 }, emit }),
    clock,
    log,
    ackDecides,
    driver: { id: "toy", version: "1" },
    baseline: undefined,
    answerMs: 1_000,
    lastSeenMs: () => 0,
    dispatched: unused,
    late: unused,
    askAccount: unused,
    emit,
  });
}

const SETTINGS = { openTimeoutMs: 1, writeTimeoutMs: 1, frameGapMs: 1, backoff: { minMs: 1, maxMs: 1 } };
const NO_CRYPTO = { sha256: unused, randomBytes: unused };

function streamOutlet({ clock }: Desk): Outlet<unknown> {
  const connection = new StreamConnection({
    choose: unused,
    open: unused,
    wire: { kind: "stream", createFramer: unused, encode: unused, decode: unused },
    clock,
    crypto: NO_CRYPTO,
    log: createKeptLog(),
    faults: new LinkFaults(),
    settings: SETTINGS,
    listener: { up: unused, message: unused, garbled: unused, down: unused, failed: unused },
  });
  return { kind: "stream", connection };
}

async function httpOutlet({ clock }: Desk): Promise<Outlet<unknown>> {
  const log = createKeptLog();
  const values = { read: () => Promise.resolve(undefined), set: unused, remove: unused };
  const connection = new HttpConnection({
    choose: unused,
    open: unused,
    wire: { kind: "http", encode: unused, seal: unused, open: unused, maxAnswerBytes: 1 },
    keyring: await Keyring.open("counter-1", values, NO_CRYPTO, log),
    clock,
    crypto: NO_CRYPTO,
    log,
    settings: SETTINGS,
    listener: { up: unused, down: unused, ended: unused, nobodyListens: unused },
  });
  return { kind: "http", connection };
}

const proposal = (value: number) => ({ kind: "propose", verdict: approvedVerdict(value), movement: "m1" }) as const;
const settlement = { kind: "settle", verdict: approvedVerdict(AMOUNT), movement: "m1" } as const;
const alarms = ({ events }: Desk) => events.flatMap((event) => (event.kind === "alarm" ? [event.alarm.code] : []));

describe("rule 3, the confirmation follows the terminal's word", () => {
  it("where that is durable", async () => {
    const desk = openDesk();
    const performer = await performerAt(desk, true);
    assert.deepEqual(await performer.propose(proposal(AMOUNT)), { kind: "goesOn" });
    assert.equal((await stored(desk.journal, "X1")).proposed?.movement, "m1");
  });

  it("and not where it cannot be believed: the terminal takes the payment back", async () => {
    const desk = openDesk();
    const performer = await performerAt(desk, true);
    assert.equal((await performer.propose(proposal(AMOUNT + 1))).kind, "doubt");
  });

  it("and not where the movement is another transaction's", async () => {
    const desk = openDesk();
    const other = await desk.accepted("X2", dispatchedFact);
    await other.write(() => ({ facts: [{ kind: "note", text: "claims" }], movement: "m1" }));
    const performer = await performerAt(desk, true);
    assert.equal((await performer.propose(proposal(AMOUNT))).kind, "doubt");
  });

  it("and not where a person has decided meanwhile", async () => {
    const desk = openDesk();
    const decided = { kind: "notPerformed", reason: "noRecord", revision: 1, decidedBy: { kind: "person" } } as const;
    const performer = await performerAt(desk, true, { kind: "settled", outcome: decided });
    assert.equal((await performer.propose(proposal(AMOUNT))).kind, "doubt");
  });
});

describe("rule 12, a result that the journal cannot take", () => {
  it("is not confirmed where the terminal takes back what is not, and an alarm tells of it", async () => {
    for (const word of ["propose", "settle"] as const) {
      const desk = openDesk();
      const performer = await performerAt(desk, true);
      desk.journal.failNext(1);
      const turn = word === "propose" ? performer.propose(proposal(AMOUNT)) : performer.settle(settlement);
      assert.equal((await turn).kind, "doubt", word);
      assert.deepEqual(alarms(desk), ["journalFailed"], word);
    }
  });

  it("is confirmed elsewhere, for the terminal keeps it anyway; nothing is told but the alarm", async () => {
    const desk = openDesk();
    const performer = await performerAt(desk, false);
    desk.journal.failNext(1);
    assert.deepEqual(await performer.settle(settlement), { kind: "goesOn" });
    assert.deepEqual(alarms(desk), ["journalFailed"]);
    assert.equal((await stored(desk.journal, "X1")).outcome, undefined);
  });
});

describe("rule 2, who gives a sign of life", () => {
  const SUSPICION_MS = 10_000;
  const dispatchedTo = { ...dispatchedFact, identity: { pairing: "p1" } };

  async function watched() {
    const desk = openDesk();
    const { clock, journal } = desk;
    const at = new Date(clock.now()).toISOString();
    const signs = new SignsOfLife("X1", at, SUSPICION_MS, { clock, journal, log: createKeptLog() });
    return { clock, signs, performer: await performerOf(desk, { signs }, dispatchedTo) };
  }

  it("is the device that the request went to", async () => {
    const { clock, signs, performer } = await watched();
    await clock.advance(SUSPICION_MS - 1_000);
    performer.identified({ pairing: "p1" }, undefined, momentOf(clock));
    await clock.advance(2_000);
    assert.equal(signs.suspected, false);
  });

  it("is no other device, and not the same one under another pairing", async () => {
    const { clock, signs, performer } = await watched();
    await clock.advance(SUSPICION_MS - 1_000);
    performer.identified({ pairing: "p2" }, undefined, momentOf(clock));
    await clock.advance(2_000);
    assert.equal(signs.suspected, true);
  });

  it("is nobody any more once the pairing was not known, even for a moment", async () => {
    const { clock, signs, performer } = await watched();
    performer.unpaired({ kind: "unpaired", why: "the terminal does not know our pairing" });
    performer.identified({ pairing: "p1" }, undefined, momentOf(clock));
    assert.equal(signs.suspected, true);
  });
});

describe("rule 5, that there is no record of it, which a driver found by asking", () => {
  const absence = { kind: "settle", verdict: { kind: "notPerformed", reason: "noRecord" } } as const;
  const sentTo = { ...dispatchedFact, identity: { account: "42", terminalId: "T1" } };
  const recovering = (desk: Desk, outlet: "stream" | "http", dispatched: FactBody = sentTo) =>
    performerOf(desk, { role: "recovery", outlet }, dispatched);

  it("counts from the terminal and the account that the request went to", async () => {
    const desk = openDesk();
    const performer = await recovering(desk, "http");
    performer.identified({ account: "42", terminalId: "T1" }, undefined, undefined);
    assert.deepEqual(await performer.settle(absence), { kind: "goesOn" });
    assert.equal((await stored(desk.journal, "X1")).outcome?.kind, "notPerformed");
  });

  it("is a person's where another account answers, and where nobody knows which one did", async () => {
    const desk = openDesk();
    const other = await recovering(desk, "http");
    other.identified({ account: "43", terminalId: "T1" }, undefined, undefined);
    assert.equal((await other.settle(absence)).kind, "gaveUp");
    const silent = await recovering(openDesk(), "http");
    assert.equal((await silent.settle(absence)).kind, "gaveUp");
    const unnamed = await recovering(openDesk(), "http", dispatchedFact);
    unnamed.identified({ account: "42", terminalId: "T1" }, undefined, undefined);
    assert.equal((await unnamed.settle(absence)).kind, "gaveUp");
    assert.equal((await stored(desk.journal, "X1")).outcome, undefined);
  });

  it("is the driver's to prove on a link of its own, and what else is told is told by whoever knows it", async () => {
    const cable = openDesk();
    assert.deepEqual(await (await recovering(cable, "stream")).settle(absence), { kind: "goesOn" });
    assert.equal((await stored(cable.journal, "X1")).outcome?.kind, "notPerformed");
    const cloud = openDesk();
    const performer = await recovering(cloud, "http");
    performer.identified({ account: "43", terminalId: "T1" }, undefined, undefined);
    assert.deepEqual(await performer.settle(settlement), { kind: "goesOn" });
    assert.equal((await stored(cloud.journal, "X1")).outcome?.kind, "approved");
  });
});
