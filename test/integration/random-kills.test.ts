import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { test } from "node:test";
import { PaymentNotStarted, type Transaction } from "../../src/client/index.ts";
import { randomFrom } from "../support/random.ts";
import { assertSquare } from "../support/reckoning.ts";
import { openShop } from "../support/shop.ts";
import type { Till } from "../support/till-program.ts";
import { openWire } from "../support/wire.ts";

const KILLS = 8;
/** More than the bytes of a sale with its stages, so that the kill hits each part of it, or the rest after it. */
const SALE_BYTES = 2_500;

/** What is proved by absence is proved soon; a terminal that never restarts is not suspected of it on a slow machine. */
const VENDORS = {
  getnet: { vendor: "getnet", settings: { quietMs: 300, askEveryMs: 100 } },
  poynt: { vendor: "poynt", settings: { askEveryMs: 100, restartSuspicionMs: 60_000, mostRepeats: 100 } },
} as const;
const COUNTERS = { "counter-1": VENDORS.getnet, "counter-2": VENDORS.poynt, "counter-3": VENDORS.getnet } as const;
const IDS = Object.keys(COUNTERS) as (keyof typeof COUNTERS)[];

// SEED=... repeats a run's moments, as far as three programs at once let it.
const seed = Number(process.env["SEED"] ?? randomInt(2 ** 31));

test(
  "the daemon is killed at random bytes while tills pay: what they are told is what moved",
  { timeout: 110_000 },
  async (context) => {
    context.diagnostic(`SEED=${seed}`);
    const random = randomFrom(seed);
    const wires = await Promise.all(IDS.map(() => openWire(context)));
    const terminals = IDS.map((id, index) => {
      const wire = wires[index];
      return [id, { ...COUNTERS[id], ...(wire === undefined ? {} : { wire }) }] as const;
    });
    const shop = await openShop(context, { terminals: Object.fromEntries(terminals) });
    const tills = await Promise.all(IDS.map((id) => shop.addTill(`till-of-${id}`, id)));
    let open = true;
    let amount = 1_000;
    const nextAmount = () => (amount += 1);
    // An empty memory proves nothing: were the first sale of a batch lost, a person would have to decide it.
    const firstSales = await Promise.all(tills.map((till) => till.sale(nextAmount()).ended));
    const keepPaying = async (till: Till) => {
      const ended: Transaction[] = [];
      while (open) ended.push(...(await payOnce(till, nextAmount())));
      return ended;
    };
    const business = Promise.all(tills.map(keepPaying));
    business.catch(() => undefined);

    for (let kill = 1; kill <= KILLS; kill += 1) {
      const [counter, bytes, rest] = [random(IDS.length), 1 + random(SALE_BYTES), random(2)];
      // Half of them hit a sale, the others what a start does first: the recovery.
      if (random(2) === 0) await tills[counter]?.terminalIs("ready");
      const killed = Promise.withResolvers<undefined>();
      wires[counter]?.after(bytes, async () => {
        await shop.killDaemon();
        killed.resolve(undefined);
        return rest === 0 ? "goesOn" : "lost";
      });
      await killed.promise;
      await shop.startDaemon();
    }
    open = false;
    const told = [...firstSales, ...(await business).flat()];

    assert.ok(told.length > firstSales.length, "the tills did pay between the kills");
    assertSquare(
      IDS.flatMap((id) => shop.terminal(id).ledger()),
      told,
    );
    for (const till of tills) {
      const outcomes = till.outcomes.map(({ requestId, outcome }) => `${requestId} ${outcome?.kind ?? ""}`);
      assert.deepEqual([...new Set(outcomes)].length, new Set(till.outcomes.map(({ requestId }) => requestId)).size);
    }
    const moved = told.filter(({ outcome }) => outcome?.kind === "approved").length;
    context.diagnostic(`${told.length} sales, ${moved} of them approved`);
  },
);

/** Nothing where the daemon said at once that it takes no sale now. */
async function payOnce(till: Till, amount: number): Promise<readonly Transaction[]> {
  try {
    return [await till.sale(amount).ended];
  } catch (error) {
    if (error instanceof PaymentNotStarted) return [];
    throw error;
  }
}
