import assert from "node:assert/strict";
import { test } from "node:test";
import type { Operation } from "../../src/client/index.ts";
import { openShop, TERMINAL, type Shop } from "../support/shop.ts";
import { assertSquare } from "../support/reckoning.ts";
import type { SimulatedTerminal, TerminalOptions } from "../support/simulated-terminal.ts";
import type { Till } from "../support/till-program.ts";

const LIMIT = { timeout: 110_000, concurrency: true };

const sale = (amount: number): Operation => ({ type: "sale", amount: { value: amount, currency: "CLP" } });

/** What one terminal and its till are at when the daemon is killed. The first sale at each goes well. */
type Moment = {
  readonly what: string;
  /** What goes wrong with the second sale. */
  readonly then: readonly object[];
  /** From when on absence proves something: not while the customer may still pay. */
  readonly quietMs?: number;
  readonly prepare?: (terminal: SimulatedTerminal) => void;
  readonly reached: (till: Till, terminal: SimulatedTerminal, requestId: string) => Promise<unknown>;
  readonly meanwhile?: (terminal: SimulatedTerminal) => void;
  readonly outcome: { readonly kind: string; readonly decidedBy: string };
};

const dispatched: Moment["reached"] = (till, _terminal, requestId) =>
  till.heard((event) => event.type === "transaction.dispatched" && event.transaction.requestId === requestId);
/** From then on the customer takes no step until the daemon is gone, however long that takes. */
const presentCard: Moment["reached"] = async (till, terminal, requestId) => {
  await till.heard((event) => event.type === "transaction.progress" && event.requestId === requestId);
  terminal.program.kill("SIGSTOP");
};
const goesOn = (terminal: SimulatedTerminal): void => terminal.program.kill("SIGCONT");

const MOMENTS: Readonly<Record<string, Moment>> = {
  unread: {
    what: "the terminal has not read the request yet: the customer pays all the same",
    then: [],
    prepare: (terminal) => terminal.program.kill("SIGSTOP"),
    reached: dispatched,
    meanwhile: goesOn,
    outcome: { kind: "approved", decidedBy: "recovery" },
  },
  ignored: {
    what: "the terminal never does what was asked",
    then: [{ kind: "silent" }],
    quietMs: 300,
    reached: dispatched,
    outcome: { kind: "notPerformed", decidedBy: "recovery" },
  },
  customer: {
    what: "the customer looks for a card, and pays",
    then: [{ kind: "slow", ms: 3_000 }],
    reached: presentCard,
    meanwhile: goesOn,
    outcome: { kind: "approved", decidedBy: "recovery" },
  },
  bank: {
    what: "the customer looks for a card, and the bank says no",
    then: [{ kind: "slow", ms: 3_000 }, { kind: "declines" }],
    quietMs: 5_000,
    reached: presentCard,
    meanwhile: goesOn,
    outcome: { kind: "notPerformed", decidedBy: "recovery" },
  },
  moved: {
    what: "the money has moved, and the reply has not left",
    then: [{ kind: "slow", ms: 60_000, phase: "reply" }],
    reached: (_till, terminal) => terminal.decided(),
    outcome: { kind: "approved", decidedBy: "recovery" },
  },
  told: {
    what: "the reply is there",
    then: [],
    reached: (till, _terminal, requestId) =>
      till.heard((event) => event.type === "transaction.settled" && event.transaction.requestId === requestId),
    outcome: { kind: "approved", decidedBy: "terminal" },
  },
};

const counterAt = ({ then, quietMs }: Moment): TerminalOptions & { readonly settings: object } => ({
  scenario: { rules: [{ when: { command: "sale", nth: 2 }, then }] },
  settings: { askEveryMs: 100, ...(quietMs === undefined ? {} : { quietMs }) },
});

test("one kill of the daemon, and a terminal at every moment of a sale", LIMIT, async (context) => {
  const terminals = Object.entries(MOMENTS).map(([id, moment]) => [id, counterAt(moment)] as const);
  const shop = await openShop(context, { terminals: Object.fromEntries(terminals) });
  const counters = await Promise.all(
    Object.entries(MOMENTS).map(async ([id, moment]) => {
      const till = await shop.addTill(`till-of-${id}`, id);
      // What was before proves later that the terminal has not lost its memory.
      const before = await till.sale(1_000).ended;
      await shop.terminal(id).decided();
      return { id, moment, till, before, terminal: shop.terminal(id), requestId: `sale-${id}` };
    }),
  );

  await Promise.all(
    counters.map(async ({ id, moment, till, terminal, requestId }) => {
      const socket = await shop.openSocket(`till-of-${id}`);
      moment.prepare?.(terminal);
      socket.post("transactions.start", { terminal: id, requestId, operation: sale(1_250) });
      await moment.reached(till, terminal, requestId);
    }),
  );
  await shop.killDaemon();
  for (const { moment, terminal } of counters) moment.meanwhile?.(terminal);
  await shop.startDaemon();

  await Promise.all(
    counters.map(({ id, moment, till, before, terminal, requestId }) =>
      context.test(moment.what, async () => {
        const again = await till.client.pay({ terminal: id, operation: sale(1_250), requestId }).ended;

        const { kind, decidedBy } = again.outcome ?? {};
        assert.deepEqual({ kind, decidedBy: decidedBy?.kind }, moment.outcome);
        assert.equal(again.recovering, undefined, "told with its end, it is in doubt no more");
        assertSquare(terminal.ledger(), [before, again]);
        assert.deepEqual(await keptEvents(shop, `till-of-${id}`), [
          ...["1 accepted", "2 dispatched", "3 settled"],
          ...["4 accepted", "5 dispatched", "6 settled"],
        ]);
        const after = await till.sale(700).ended;
        assertSquare(terminal.ledger(), [before, again, after]);
      }),
    ),
  );
});

test(
  "killed while one sale runs and another waits: the first is found, the second is never sent",
  LIMIT,
  async (context) => {
    const shop = await openShop(context, { terminals: { [TERMINAL]: { scenario: { customerMs: 2_000 } } } });
    const first = await shop.till.saleAt("presentCard", 1_000);
    shop.terminal().program.kill("SIGSTOP");
    const second = await shop.till.saleAt("accepted", 2_000);

    await shop.killDaemon();
    shop.terminal().program.kill("SIGCONT");
    await shop.startDaemon();

    const [found, waiting] = await Promise.all([first.ended, second.ended]);
    assert.equal(found.outcome?.kind, "approved");
    assert.deepEqual([waiting.outcome?.kind, waiting.dispatchedAt], ["notPerformed", undefined]);
    assert.equal(waiting.outcome?.kind === "notPerformed" && waiting.outcome.reason, "restart");
    assertSquare(shop.terminal().ledger(), [found, waiting]);
  },
);

/** All kept events of a POS, as it gets them after it has lost its own memory of them. */
async function keptEvents(shop: Shop, pos: string): Promise<readonly string[]> {
  const socket = await shop.openSocket(pos, { resumeAfter: 0 });
  const lines: string[] = [];
  while (lines.length < Number(socket.opened["lastEvent"])) {
    const { params } = await socket.next(({ method, params }) => method === "event" && params?.["kept"] === true);
    lines.push(`${String(params?.["seq"])} ${String(params?.["type"]).replace("transaction.", "")}`);
  }
  socket.socket.close();
  return lines;
}
