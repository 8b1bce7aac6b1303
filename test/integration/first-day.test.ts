import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { once } from "node:events";
import { join } from "node:path";
import { test } from "node:test";
import type { Transaction } from "../../src/client/index.ts";
import { run, start, type Ended } from "../cli/command.ts";
import { assertSquare } from "../support/reckoning.ts";
import { openShop, TERMINAL } from "../support/shop.ts";
import { until } from "../support/until.ts";

const LIMIT = { timeout: 110_000 };
const DECLINED = "6001";
const TIPPED = "6002";
const NO_REPLY = "6003";

const scenario = {
  rules: [
    { when: { command: "sale", amount: 2_500 }, then: [{ kind: "slow", ms: 2_000 }] },
    { when: { command: "sale", amount: 2_600 }, then: [{ kind: "slow", ms: 2_000 }] },
    { when: { command: "sale", amount: Number(DECLINED) }, then: [{ kind: "declines" }] },
    { when: { command: "sale", amount: Number(TIPPED) }, then: [{ kind: "tip", amount: 100 }] },
    {
      when: { command: "sale", amount: Number(NO_REPLY) },
      then: [{ kind: "restart", at: "afterMoney", memory: "forgets" }],
    },
  ],
};
const terminals = { [TERMINAL]: { scenario, settings: { quietMs: 300, askEveryMs: 100 } } };

const transactionIn = ({ stdout }: Ended) => (JSON.parse(stdout) as { readonly transaction: Transaction }).transaction;

test(
  "a first day: a POS is added and paired, pays, the daemon is killed in mid-sale, and the outcome is found",
  LIMIT,
  async (context) => {
    const shop = await openShop(context, { terminals });
    const command = (...args: readonly string[]) => run(context, [...args, "--home", shop.home]);
    const sale = (amount: string, requestId: string) =>
      [
        "sale",
        "--terminal",
        TERMINAL,
        "--amount",
        amount,
        "--currency",
        "CLP",
        "--yes",
        "--request-id",
        requestId,
      ] as const;

    const added = await command("pos", "add", "shop-1");
    const paired = await command("pos", "pair", "shop-1", added.stdout.trim(), "--json");
    assert.deepEqual([added.code, paired.code], [0, 0], added.stderr + paired.stderr);
    const { token } = JSON.parse(paired.stdout) as { readonly token: string };
    assert.match(token, /^[A-Za-z0-9_-]{43,64}$/);
    assert.equal((await command("pos", "pair", "shop-1", added.stdout.trim())).code, 1, "a code is good once");
    assert.match((await command("pos", "list")).stdout, /^shop-1 .*yes/m);

    const first = await command(...sale("1000", "first"), "--json");
    assert.equal(first.code, 0, first.stderr);
    const timeline = await command("transactions", "timeline", transactionIn(first).id);
    assert.match(
      timeline.stdout,
      /accepted[^]*dispatched[^]*proposed[^]*settled +approved CLP 1000|settled[^]*approved/,
    );

    await context.test("the command and the daemon are both killed", async () => {
      const killed = start(context, [...sale("2500", "both"), "--home", shop.home]);
      await killed.said("present card");
      killed.kill();
      await shop.killDaemon();
      assert.equal((await command("status")).code, 3);
      await shop.startDaemon();

      const again = await command(...sale("2500", "both"), "--json");

      assert.equal(again.code, 0, again.stderr);
      const shown = await command("transactions", "show", "--request-id", "both", "--json");
      assert.deepEqual(transactionIn(shown).outcome?.kind, "approved");
      assert.equal(transactionIn(shown).outcome?.decidedBy.kind, "recovery");
    });

    await context.test("the daemon alone is killed: the command waits, asks again and tells the outcome", async () => {
      const waiting = start(context, [...sale("2600", "one"), "--json", "--home", shop.home]);
      await waiting.said("present card");
      await shop.killDaemon();
      await waiting.said("asking again with the same request id");
      await shop.startDaemon();

      const ended = await waiting.ended;

      assert.equal(ended.code, 0, ended.stderr);
      assert.equal(transactionIn(ended).requestId, "one");
    });

    const { stdout } = await command("transactions", "list", "--json");
    const { transactions } = JSON.parse(stdout) as { readonly transactions: readonly Transaction[] };
    assertSquare(shop.terminal().ledger(), transactions);
    assert.equal((await command("journal", "verify")).code, 0);
    shop.daemon.kill("SIGTERM");
    assert.equal((await shop.daemon.ended).code, 0);
    assert.equal((await command("journal", "verify")).code, 0);
  },
);

test("how commands end on a real daemon", LIMIT, async (context) => {
  const shop = await openShop(context, { terminals });
  const command = (...args: readonly string[]) => run(context, [...args, "--home", shop.home]);
  const sale = (amount: string, more: readonly string[] = ["--yes"]) =>
    command("sale", "--terminal", TERMINAL, "--amount", amount, "--currency", "CLP", ...more);
  await shop.till.sale(1_000).ended;
  const interrupted = start(context, [
    ...["sale", "--terminal", TERMINAL, "--amount", "2500", "--currency", "CLP", "--yes", "--home", shop.home],
  ]);
  await interrupted.said("present card");
  interrupted.interrupt();

  const codes = {
    interrupted: (await interrupted.ended).code,
    approved: (await sale("1200")).code,
    otherAmount: (await sale(TIPPED)).code,
    declined: (await sale(DECLINED)).code,
    currencyNotTaken: (await command("sale", "--terminal", TERMINAL, "--amount", "1", "--currency", "EUR", "--yes"))
      .code,
    noSuchTerminal: (await command("sale", "--terminal", "none", "--amount", "1", "--currency", "CLP", "--yes")).code,
    fractionOfPesos: (await sale("12.5")).code,
    noYes: (await sale("1200", [])).code,
    noCurrency: (await command("sale", "--terminal", TERMINAL, "--amount", "1", "--yes")).code,
    noCommand: (await command("sell")).code,
    unknownTransaction: (await command("transactions", "show", "NONE")).code,
    unknown: (await sale(NO_REPLY)).code,
    fenced: (await sale("1200")).code,
  };

  assert.deepEqual(codes, {
    interrupted: 1,
    approved: 0,
    otherAmount: 5,
    declined: 1,
    currencyNotTaken: 1,
    noSuchTerminal: 1,
    fractionOfPesos: 2,
    noYes: 2,
    noCurrency: 2,
    noCommand: 2,
    unknownTransaction: 1,
    unknown: 4,
    fenced: 1,
  });
  const status = await command("status");
  assert.equal(status.code, 0);
  assert.match(status.stdout, /fenced[^]*In doubt/);
  const resolved = await command(...["transactions", "list", "--outcome", "unknown", "--json"]);
  const [doubt] = (JSON.parse(resolved.stdout) as { readonly transactions: readonly Transaction[] }).transactions;
  const decide = ["transactions", "resolve", doubt?.id ?? "", "--outcome", "approved", "--reason", "the slip says so"];
  assert.deepEqual([(await command(...decide)).code, (await command(...decide, "--yes")).code], [2, 0]);
  const after = await sale("1300");
  assert.equal(after.code, 0, `the fence is gone: ${after.stderr}`);
  shop.terminal().program.kill("SIGKILL");
  await shop.till.terminalIs("offline");
  const offline = await sale("1400");
  assert.equal(offline.code, 1);
  assert.match(
    offline.stderr,
    /counter-1 is not reachable: .* refuses the connection\. Check the port number.*[^.]\.\n$/,
  );
  shop.daemon.kill("SIGTERM");
  await shop.daemon.ended;
  assert.equal((await sale("1500")).code, 3);
});

test("what stands in the configuration, told by the command and by the daemon", LIMIT, async (context) => {
  const shop = await openShop(context);
  const command = (...args: readonly string[]) => run(context, [...args, "--home", shop.home]);
  const file = join(shop.home, "config.json");
  // The service writes down which device it met, and that once.
  await until(() => readFileSync(file, "utf8").includes('"serialNumber"'));
  const good = readFileSync(file, "utf8");
  const restarted = async () => {
    shop.daemon.kill("SIGTERM");
    await shop.daemon.ended;
    return shop.startDaemon();
  };

  for (const [broken, named] of [
    [good.replace('"currency"', '"curency"'), /terminals\.0\.settings\.curency/],
    [good.replace('"type": "tcp"', '"type": "smoke-signals"'), /terminals\.0\.link\.type is "smoke-signals"/],
    [good.slice(0, good.length / 2), /not JSON, or only a part/],
    ["", /it is empty/],
  ] as const) {
    writeFileSync(file, broken);

    const daemon = await restarted();

    await daemon.said(named);
    const check = await command("config", "check");
    assert.equal(check.code, 1);
    assert.match(check.stdout + check.stderr, named);
    assert.equal(readFileSync(file, "utf8"), broken, "it is the person's");
  }
  await shop.till.terminalIs("ready");
  assert.equal((await shop.till.sale(1_000).ended).outcome?.kind, "approved", "the last good one has the terminal");

  writeFileSync(file, good);
  assert.equal((await command("config", "check")).code, 0);
  const second = await run(context, ["daemon", "--home", shop.home, "--port", "0"]);
  assert.equal(second.code, 1);
  assert.match(second.stderr, new RegExp(`Process ${shop.daemon.pid} has the home folder`));
  const taken = createServer().listen(0, "127.0.0.1");
  context.after(() => taken.close());
  await once(taken, "listening");
  shop.daemon.kill("SIGTERM");
  await shop.daemon.ended;
  const { port } = taken.address() as AddressInfo;
  const third = await run(context, ["daemon", "--home", shop.home, "--port", String(port)]);
  assert.deepEqual([third.code, third.stdout], [1, ""]);
  assert.match(third.stderr, new RegExp(`Port ${port} .*in use`));
});
