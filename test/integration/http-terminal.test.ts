import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Transaction } from "../../src/client/index.ts";
import { run, start, type Ended } from "../cli/command.ts";
import { assertSquare } from "../support/reckoning.ts";
import { openShop, TERMINAL, type Shop } from "../support/shop.ts";
import type { TerminalOptions } from "../support/simulated-terminal.ts";
import type { Till } from "../support/till-program.ts";

const LIMIT = { timeout: 110_000, concurrency: true };

const transactionIn = ({ stdout }: Ended) => (JSON.parse(stdout) as { readonly transaction: Transaction }).transaction;

test("a technician adds an HTTP terminal and pairs it in both ways", LIMIT, async (context) => {
  const unpaired = { pairedWith: undefined, pairingCode: "TBK4LW", confirmMs: 100 };
  const shop = await openShop(context, {
    terminals: { lane: { vendor: "poynt", scenario: unpaired, medium: "tcp" } },
    awaits: "unpaired",
  });
  const command = (...args: readonly string[]) => run(context, [...args, "--home", shop.home]);
  const sale = (...more: readonly string[]) =>
    command("sale", "--terminal", "lane", "--amount", "1250", "--currency", "CLP", "--yes", ...more);
  const secrets = () => readdirSync(join(shop.home, "data", "secrets"));

  const shown = await command("terminals", "show", "lane");
  assert.match(shown.stdout, /state +unpaired/);
  const refused = await sale();
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /lane is not ready: .*has to be paired/);

  await context.test("a wrong code pairs nothing, and says so", async () => {
    const wrong = await command("terminals", "pair", "lane", "--code", "WRONG1");
    assert.equal(wrong.code, 1);
    assert.match(wrong.stderr, /code/i);
    assert.equal((await sale()).code, 1);
  });

  await context.test("with the code that the terminal shows", async () => {
    const paired = await command("terminals", "pair", "lane", "--code", "TBK4LW");
    assert.equal(paired.code, 0, paired.stderr);
    assert.match(paired.stdout, /state +ready/);
    const paid = await sale("--json");
    assert.equal(paid.code, 0, paid.stderr);
    assert.equal(transactionIn(paid).outcome?.kind, "approved");
  });

  await context.test("with a key, and a code that is shown on both sides", async () => {
    const pairing = start(context, ["terminals", "pair", "lane", "--home", shop.home]);
    await pairing.said("It waits until ");
    assert.equal((await pairing.ended).code, 0);
    const paid = await sale("--json");
    assert.equal(paid.code, 0, paid.stderr);
  });

  await context.test("the pairing survives a restart, and no code and no secret stands anywhere else", async () => {
    shop.daemon.kill("SIGTERM");
    await shop.daemon.ended;
    await shop.startDaemon();
    await shop.till.terminalIs("ready", "lane");
    assert.equal((await sale()).code, 0);
    assert.deepEqual(secrets(), ["terminal.lane"]);
    const kept = readFileSync(join(shop.home, "data", "secrets", "terminal.lane"), "utf8");
    const { pairing } = JSON.parse(kept) as { readonly pairing: { readonly value: string } };
    for (const file of readdirSync(shop.home, { recursive: true, encoding: "utf8", withFileTypes: true })) {
      if (!file.isFile() || file.name === "terminal.lane") continue;
      const bytes = readFileSync(join(file.parentPath, file.name), "latin1");
      for (const secret of [pairing.value, "TBK4LW", "WRONG1"])
        assert(!bytes.includes(secret), `${file.name} holds a secret of the pairing`);
    }
  });

  await context.test("a terminal that is removed leaves no secret behind", async () => {
    assert.equal((await command("terminals", "remove", "lane", "--yes")).code, 0);
    assert.deepEqual(secrets(), []);
  });
});

/** What one terminal does with the second sale, and what the daemon's end finds it at. */
type Moment = {
  readonly what: string;
  readonly then: readonly object[];
  readonly settings?: object;
  readonly kills: (shop: Shop, till: Till, id: string, requestId: string) => Promise<void>;
  readonly ends: string;
};

const ASKS_OFTEN = { aliveEveryMs: 100, askEveryMs: 100, probeMs: 1_000 };
/** Longer than this machine takes for a start. */
const PATIENT = { ...ASKS_OFTEN, restartSuspicionMs: 60_000 };

const dispatched = (till: Till, requestId: string) =>
  till.heard((event) => event.type === "transaction.dispatched" && event.transaction.requestId === requestId);

const killTheDaemon =
  (reached: (shop: Shop, till: Till, id: string, requestId: string) => Promise<unknown>): Moment["kills"] =>
  async (shop, till, id, requestId) => {
    await reached(shop, till, id, requestId);
  };

const MOMENTS: Readonly<Record<string, Moment>> = {
  customer: {
    what: "the customer looks for a card: the repeat joins, and the customer pays once",
    then: [{ kind: "slow", ms: 4_000 }],
    settings: PATIENT,
    kills: killTheDaemon((_shop, till, _id, requestId) => dispatched(till, requestId)),
    ends: "approved",
  },
  moved: {
    what: "the money has moved, and the answer has not left: the repeat gets it",
    then: [{ kind: "slow", ms: 3_000, phase: "reply" }],
    settings: PATIENT,
    kills: killTheDaemon((shop, _till, id) => shop.terminal(id).decided()),
    ends: "approved",
  },
  declined: {
    what: "the host has said no, and the answer has not left",
    then: [{ kind: "declines" }, { kind: "slow", ms: 3_000, phase: "reply" }],
    settings: PATIENT,
    kills: killTheDaemon((shop, _till, id) => shop.terminal(id).decided()),
    ends: "declined",
  },
  away: {
    what: "the daemon is away for longer than a terminal takes to restart: nothing is sent again, a person decides",
    then: [{ kind: "slow", ms: 4_000 }],
    settings: { ...ASKS_OFTEN, restartSuspicionMs: 50 },
    kills: killTheDaemon((_shop, till, _id, requestId) => dispatched(till, requestId)),
    ends: "unknown",
  },
};

test("kill -9 of the daemon while HTTP terminals are at every step of a sale", LIMIT, async (context) => {
  const terminalAt = ({ then, settings = {} }: Moment): TerminalOptions & { readonly settings: object } => ({
    vendor: "poynt",
    scenario: { rules: [{ when: { command: "sale", nth: 2 }, then }] },
    settings,
  });
  const shop = await openShop(context, {
    terminals: Object.fromEntries(Object.entries(MOMENTS).map(([id, moment]) => [id, terminalAt(moment)])),
  });
  const lanes = await Promise.all(
    Object.entries(MOMENTS).map(async ([id, moment]) => {
      const till = await shop.addTill(`till-of-${id}`, id);
      const before = await till.sale(1_000).ended;
      await shop.terminal(id).decided();
      return { id, moment, till, before };
    }),
  );
  const sales = await Promise.all(
    lanes.map(async ({ id, moment, till }) => {
      const started = till.sale(1_250);
      await moment.kills(shop, till, id, started.requestId);
      return started;
    }),
  );
  await shop.killDaemon();
  await shop.startDaemon();

  await Promise.all(
    lanes.map(({ id, moment, till, before }, index) =>
      context.test(moment.what, async () => {
        const { requestId, ended } = sales[index] ?? assert.fail("a sale for each lane");
        const told = moment.ends === "unknown" ? await till.told(requestId, "unknown") : await ended;
        assert.equal(told.outcome?.kind, moment.ends);
        const movements = shop.terminal(id).ledger();
        assert(movements.length <= 2, "no request moved money twice");
        if (moment.ends === "unknown") {
          assert.match(JSON.stringify(told.outcome), /poyntRequestId/, "a person is told by what to search");
          await till.terminalIs("fenced", id);
          return;
        }
        assertSquare(movements, [before, told]);
      }),
    ),
  );
});

/** What happens to a terminal in the middle of a sale, with the daemon alive. */
const TROUBLES: Readonly<
  Record<string, { readonly what: string; readonly then: readonly object[]; readonly state: string }>
> = {
  forgets: {
    what: "it restarts without memory: unknown, and never a second screen",
    then: [{ kind: "restart", at: "card", memory: "forgets", offMs: 300 }],
    state: "fenced",
  },
  remembers: {
    what: "it restarts after the money moved: what it remembers nobody knows, so a person decides",
    then: [{ kind: "restart", at: "afterMoney", memory: "remembers", offMs: 300 }],
    state: "fenced",
  },
  takenOver: {
    what: "another client pairs with it",
    then: [{ kind: "otherClientPairs", at: "afterMoney" }],
    state: "fenced",
  },
};

test("an HTTP terminal that changes in the middle of a sale", LIMIT, async (context) => {
  const shop = await openShop(context, {
    terminals: Object.fromEntries(
      Object.entries(TROUBLES).map(([id, { then }]) => [
        id,
        {
          vendor: "poynt" as const,
          scenario: { rules: [{ when: { command: "sale", amount: 1_250 }, then }] },
          settings: ASKS_OFTEN,
        },
      ]),
    ),
  });
  const command = (...args: readonly string[]) => run(context, [...args, "--home", shop.home]);

  await Promise.all(
    Object.entries(TROUBLES).map(([id, { what, state }]) =>
      context.test(what, async () => {
        const till = await shop.addTill(`till-of-${id}`, id);
        const { requestId } = till.sale(1_250);
        const told = await till.told(requestId, "unknown");
        await till.terminalIs(state, id);
        assert(shop.terminal(id).ledger().length <= 1, "at most one screen, and one charge");
        const resolved = await command(
          ...["transactions", "resolve", told.id, "--outcome", "notPerformed", "--reason", "she looked", "--yes"],
        );
        assert.equal(resolved.code, 0, resolved.stderr);
        await till.terminalIs(id === "takenOver" ? "unpaired" : "ready", id);
      }),
    ),
  );
});

test("a POS prints on an HTTP terminal, shows a cart on it and reads a code with it", LIMIT, async (context) => {
  const shop = await openShop(context, { terminals: { [TERMINAL]: { vendor: "poynt", settings: ASKS_OFTEN } } });
  const { client } = shop.till;
  const terminal = TERMINAL;
  const items = [{ name: "Coffee", unitPrice: 350, quantity: 2 }];
  await client.call("device.print", { terminal, lines: ["Thank you"] });
  await client.call("device.display", { terminal, lines: ["Welcome"] });
  await client.call("device.display", { terminal, items, total: 700 });
  const scanned = await client.call("device.scan", { terminal, seconds: 5 });
  assert.match(JSON.stringify(scanned), /TILLBRIDGE-1/);
  assert.equal((await shop.till.sale(1_000).ended).outcome?.kind, "approved");
});

test("an HTTP terminal that is switched off is offline, and ready again by itself", LIMIT, async (context) => {
  const shop = await openShop(context, { terminals: { [TERMINAL]: { vendor: "poynt", settings: ASKS_OFTEN } } });
  shop.terminal().program.kill("SIGKILL");
  await shop.terminal().program.ended;
  await shop.till.terminalIs("offline");
  await shop.terminal().startAgain();
  await shop.till.terminalIs("ready");
  assert.equal((await shop.till.sale(1_000).ended).outcome?.kind, "approved");
});
