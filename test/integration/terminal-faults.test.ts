import assert from "node:assert/strict";
import { test } from "node:test";
import type { Outcome } from "../../src/client/index.ts";
import { openShop, type Shop } from "../support/shop.ts";
import type { Till } from "../support/till-program.ts";

type Fault = {
  readonly what: string;
  /** What the terminal does to one sale. */
  readonly then: readonly object[];
  /** How it ends, once it is certain. */
  readonly kind: Outcome["kind"];
  readonly decidedBy: Outcome["decidedBy"]["kind"];
  readonly raisesAlarm?: true;
};

const byTerminal = { kind: "approved", decidedBy: "terminal" } as const;
const byRecovery = { kind: "approved", decidedBy: "recovery" } as const;
const never = { kind: "notPerformed", decidedBy: "recovery" } as const;
const refused = { kind: "notPerformed", decidedBy: "terminal" } as const;

const FAULTS: readonly Fault[] = [
  { what: "link reset at the request", then: [{ kind: "linkCut", at: "request" }], ...byRecovery },
  {
    what: "link reset before the card, and the terminal stops",
    then: [{ kind: "linkCut", at: "card", command: "stops" }],
    ...never,
  },
  {
    what: "link reset before the money, and the terminal goes on",
    then: [{ kind: "linkCut", at: "beforeMoney" }],
    ...byRecovery,
  },
  { what: "link reset after the money", then: [{ kind: "linkCut", at: "afterMoney" }], ...byRecovery },
  {
    what: "end of the stream after the money",
    then: [{ kind: "linkCut", at: "afterMoney", how: "end" }],
    ...byRecovery,
  },
  { what: "link cut in the middle of the reply", then: [{ kind: "linkCut", at: "midReply" }], ...byRecovery },
  { what: "link closed after the reply", then: [{ kind: "closeAfterReply" }], ...byTerminal },
  { what: "garbage before the acknowledgement", then: [{ kind: "garbage", text: '~?}{"\\' }], ...byTerminal },
  {
    what: "garbage between the messages",
    then: [{ kind: "garbage", text: "}}]]ruido", at: "between" }],
    ...byTerminal,
  },
  { what: "all messages in one write", then: [{ kind: "glued" }], ...byTerminal },
  { what: "every message in pieces of 3 bytes", then: [{ kind: "split", bytes: 3 }], ...byTerminal },
  { what: "inner text encoded twice", then: [{ kind: "doublyEncoded" }], ...byTerminal },
  {
    what: "another command's reply before the right one",
    then: [{ kind: "otherReply", command: "poll" }],
    ...byRecovery,
  },
  {
    what: "another command's reply instead of the right one",
    then: [{ kind: "otherReply", command: "void", instead: true }],
    ...byRecovery,
  },
  { what: "the reply twice", then: [{ kind: "replyTwice" }], ...byTerminal },
  { what: "no reply at all", then: [{ kind: "silent", from: "money" }], ...byRecovery },
  { what: "no acknowledgement", then: [{ kind: "noReceived" }], ...byTerminal },
  { what: "the request not understood", then: [{ kind: "receivedFalse" }], ...refused },
  {
    what: "malformed, said after it began to work on it",
    then: [{ kind: "functionCode0", text: "Mensaje mal formado" }],
    ...never,
  },
  {
    what: "an error that says nothing, and it was done",
    then: [{ kind: "functionCode0", moved: true }],
    ...byRecovery,
  },
  { what: "an error that says nothing, and it was not done", then: [{ kind: "functionCode0" }], ...never },
  { what: "a wrong signature", then: [{ kind: "wrongSign" }], ...byRecovery },
  {
    what: "another ticket in the reply",
    then: [{ kind: "otherTicket", ticket: "ZZ" }],
    ...byRecovery,
    raisesAlarm: true,
  },
  { what: "another amount in the reply", then: [{ kind: "otherAmount", amount: 9 }], ...byRecovery, raisesAlarm: true },
  { what: "off and on again while the customer looks for a card", then: [{ kind: "restart", at: "card" }], ...never },
  {
    what: "off and on again after the money",
    then: [{ kind: "restart", at: "afterMoney", offMs: 300 }],
    ...byRecovery,
  },
];

const COUNTERS = ["counter-1", "counter-2", "counter-3", "counter-4"];
const amountOf = (fault: Fault) => 7_000 + FAULTS.indexOf(fault);

const scenario = {
  rules: FAULTS.map((fault) => ({ when: { command: "sale", amount: amountOf(fault) }, then: fault.then })),
};
const settings = { quietMs: 300, askEveryMs: 100, answerMs: 4_000, cancelGraceMs: 200, receivedMs: 1_000 };

test(
  "a terminal that misbehaves: the POS learns the truth, and the next sale goes well",
  { timeout: 110_000, concurrency: true },
  async (context) => {
    const shop = await openShop(context, {
      terminals: Object.fromEntries(COUNTERS.map((id) => [id, { scenario, settings }])),
    });
    await Promise.all(
      COUNTERS.map(async (counter, lane) => {
        const till = await shop.addTill(`till-of-${counter}`, counter);
        // What was before proves later that the terminal has not lost its memory.
        await till.sale(1_000).ended;
        for (const fault of FAULTS.filter((_, index) => index % COUNTERS.length === lane)) {
          await context.test(fault.what, () => endsAs(fault, shop, counter, till));
        }
      }),
    );
  },
);

async function endsAs(fault: Fault, shop: Shop, counter: string, till: Till): Promise<void> {
  const ledger = () =>
    shop
      .terminal(counter)
      .ledger()
      .map(({ amount }) => amount);
  const before = ledger();
  const { requestId, ended } = till.sale(amountOf(fault));
  ended.catch(() => undefined);

  const { outcome, id } = await till.told(requestId, fault.kind);

  assert.equal(outcome?.decidedBy.kind, fault.decidedBy);
  assert.deepEqual(ledger(), fault.kind === "approved" ? [...before, amountOf(fault)] : before);
  if (fault.raisesAlarm === true) await till.heard((event) => event.type === "alarm" && event.transaction === id);
  const alarms = till.events.filter((event) => event.type === "alarm" && event.transaction === id);
  assert.equal(alarms.length, fault.raisesAlarm === true ? 1 : 0, JSON.stringify(alarms));
  const next = await till.sale(500).ended;
  assert.deepEqual([next.outcome?.kind, ledger().at(-1)], ["approved", 500]);
}
