import assert from "node:assert/strict";
import { test } from "node:test";
import type { RequestRefused, Transaction } from "../../src/client/index.ts";
import { assertSquare } from "../support/reckoning.ts";
import { openShop, type Shop } from "../support/shop.ts";
import type { TerminalOptions } from "../support/simulated-terminal.ts";
import type { Till } from "../support/till-program.ts";

const settings = { quietMs: 300, askEveryMs: 100 };
const slowReply = {
  rules: [{ when: { command: "sale", nth: 2 }, then: [{ kind: "slow", ms: 60_000, phase: "reply" }] }],
};
const slowCustomer = (ms: number) => ({
  rules: [{ when: { command: "sale", nth: 2 }, then: [{ kind: "slow", ms }] }],
});
const unplugged = {
  rules: [{ when: { command: "sale", nth: 2 }, then: [{ kind: "linkCut", at: "afterMoney" }] }],
};

type Loss = {
  readonly what: string;
  readonly terminal: TerminalOptions & { readonly settings?: object };
  /** From the accepted sale to its certain end. */
  readonly happens: (shop: Shop, till: Till, id: string) => Promise<Transaction>;
};

/** Kills the terminal when the money of the sale has moved, and switches it on again. */
const killedAfterMoney: Loss["happens"] = async (shop, till, id) => {
  const { ended } = till.sale(1_250);
  const terminal = shop.terminal(id);
  await terminal.decided();
  terminal.program.kill("SIGKILL");
  await terminal.program.ended;
  await terminal.startAgain();
  return ended;
};

const LOSSES: Readonly<Record<string, Loss>> = {
  "killed-late": {
    what: "killed after the money moved, and it remembers",
    terminal: { scenario: slowReply, memory: "survives", settings },
    happens: async (...where) => endsAs("approved", await killedAfterMoney(...where)),
  },
  "killed-late-serial": {
    what: "killed after the money moved, at the end of a serial cable",
    terminal: { scenario: slowReply, memory: "survives", medium: "pty", settings },
    happens: async (...where) => endsAs("approved", await killedAfterMoney(...where)),
  },
  unplugged: {
    what: "its serial device vanishes after the money moved, and comes back",
    terminal: { scenario: unplugged, medium: "pty", settings },
    happens: async (_shop, till) => endsAs("approved", await till.sale(1_250).ended),
  },
  "killed-early": {
    what: "killed before the customer had a card in the hand",
    terminal: { scenario: slowCustomer(60_000), memory: "survives", settings },
    happens: async (shop, till, id) => {
      const { ended } = await till.saleAt("presentCard", 1_250);
      const terminal = shop.terminal(id);
      terminal.program.kill("SIGKILL");
      await terminal.program.ended;
      await terminal.startAgain();
      return endsAs("notPerformed", await ended);
    },
  },
  forgetful: {
    what: "killed after the money moved, and it forgets: a person decides, and until then nobody is charged there",
    terminal: { scenario: slowReply, memory: "dies", settings },
    happens: async (shop, till, id) => {
      const { id: transaction } = endsAs("unknown", await killedAfterMoney(shop, till, id));
      await till.terminalIs("fenced");
      await assert.rejects(till.sale(800).ended, ({ refusal }: { refusal: RequestRefused }) => {
        assert.equal(refusal.reason, "terminalFenced");
        return true;
      });
      await till.client.call("transactions.resolve", {
        transaction,
        outcome: { kind: "approved" },
        operator: "Ana",
        reason: "the customer has the receipt",
      });
      return till.client.call("transactions.get", { transaction }).then((got) => endsAs("approved", got.transaction));
    },
  },
  "half-open": {
    what: "silent from one moment to the next, on a link that stays open, and back after the answer limit",
    terminal: { scenario: slowCustomer(1_500), settings: { askEveryMs: 100, answerMs: 4_500, cancelGraceMs: 300 } },
    happens: async (shop, till, id) => {
      const { requestId } = await till.saleAt("presentCard", 1_250);
      const { program } = shop.terminal(id);
      program.kill("SIGSTOP");
      const limit = await till.told(requestId, "unknown");
      assert.equal(limit.outcome?.kind === "unknown" && limit.outcome.since, "timeout");
      program.kill("SIGCONT");
      const late = await till.told(requestId, "approved");
      assert.equal(late.outcome?.revision, 2);
      return late;
    },
  },
};

test("a terminal that is lost in mid-sale", { timeout: 110_000, concurrency: true }, async (context) => {
  const terminals = Object.entries(LOSSES).map(([id, { terminal }]) => [id, terminal] as const);
  const shop = await openShop(context, { terminals: Object.fromEntries(terminals) });
  const play = async ([id, { what, happens }]: readonly [string, Loss]): Promise<void> => {
    const till = await shop.addTill(`till-of-${id}`, id);
    // What was before proves later whether the terminal has lost its memory.
    const before = await till.sale(1_000).ended;
    await shop.terminal(id).decided();
    await context.test(what, async () => {
      const ended = await happens(shop, till, id);
      await till.terminalIs("ready");
      const after = await till.sale(700).ended;
      assertSquare(shop.terminal(id).ledger(), [before, ended, after]);
    });
  };
  const losses = Object.entries(LOSSES);
  const isOnSerial = ([, { terminal }]: readonly [string, Loss]): boolean => terminal.medium === "pty";
  // A pseudo-terminal that is gone leaves its number to the next one: two at once would take each other for themselves.
  const oneByOne = async (): Promise<void> => {
    for (const loss of losses.filter(isOnSerial)) await play(loss);
  };
  await Promise.all([...losses.filter((loss) => !isOnSerial(loss)).map(play), oneByOne()]);
});

function endsAs(kind: string, transaction: Transaction): Transaction {
  assert.equal(transaction.outcome?.kind, kind);
  return transaction;
}
