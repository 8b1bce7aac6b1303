// The whole service at a serial cable that is bad: noise, half messages, and a plug that does not hold.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { Transaction } from "../../src/client/index.ts";
import { lastFirst } from "../support/ending.ts";
import { freshFolder } from "../support/home-folder.ts";
import { randomFrom } from "../support/random.ts";
import { assertSquare } from "../support/reckoning.ts";
import { openShop, TERMINAL } from "../support/shop.ts";
import { startTerminal } from "../support/simulated-terminal.ts";
import type { Till } from "../support/till-program.ts";
import { until } from "../support/until.ts";
import { layCable } from "./pty-cable.ts";

const SEED = 20_261_129;
const FRAME_GAP_MS = 200;
const SETTINGS = {
  currency: "CLP",
  quietMs: 300,
  askEveryMs: 100,
  answerMs: 5_000,
  cancelGraceMs: 300,
  receivedMs: 500,
};

/** A shop whose only terminal is at the end of a cable of the test's. */
async function openSerialShop(context: TestContext) {
  const ending = lastFirst(context);
  const terminal = await startTerminal(ending, { memory: "survives" });
  const path = join(freshFolder(ending), "device");
  const { port } = terminal.link as { readonly port: number };
  const cable = await layCable(ending, path, port);
  const shop = await openShop(ending, {
    terminals: {},
    config: {
      links: { retryMinMs: 20, retryMaxMs: 100, frameGapMs: FRAME_GAP_MS },
      terminals: [{ id: TERMINAL, vendor: "getnet", link: { type: "serial", path }, settings: SETTINGS }],
    },
  });
  await shop.till.terminalIs("ready");
  return { shop, cable, terminal };
}

test("noise between messages and inside them: every sale ends truly, and after the noise one is approved", async (t) => {
  const { shop, cable, terminal } = await openSerialShop(t);
  const random = randomFrom(SEED);
  const noise = () => Uint8Array.from({ length: 1 + random(60) }, () => random(256));
  let disturbed = 0;
  cable.disturb((bytes) => {
    disturbed += 1;
    const at = random(bytes.length);
    const isInside = random(8) === 0;
    return isInside ? [bytes.subarray(0, at), noise(), bytes.subarray(at)] : [noise(), bytes, noise()];
  });
  const sales: Transaction[] = [];
  for (let amount = 1_001; amount <= 1_005 && !sales.some(isInDoubt); amount += 1) {
    sales.push(await shop.till.sale(amount).ended);
  }
  const duringNoise = sales.map(({ outcome }) => outcome?.kind).join(", ");
  cable.disturb(undefined);
  // What is in doubt is found out once the terminal can be asked.
  const known = await Promise.all(sales.map((sale) => standing(shop.till, sale)));
  await shop.till.terminalIs("ready");

  const after = await shop.till.sale(2_000).ended;

  t.diagnostic(
    `${disturbed} pieces were disturbed; ${duringNoise}; in the end ${known.map(({ outcome }) => outcome?.kind).join(", ")}`,
  );
  assert.ok(disturbed > 0);
  assert.equal(after.outcome?.kind, "approved");
  assertSquare(terminal.ledger(), [...known, after]);
});

test("a reply that stops in its middle: the half is thrown away, the sale's end is found out, and the next is approved", async (t) => {
  const { shop, cable, terminal } = await openSerialShop(t);
  let stalls = 0;
  cable.disturb(async (bytes, towards) => {
    // The acknowledgement is shorter than this.
    if (towards === "terminal" || bytes.length < 150 || stalls > 0) return [bytes];
    stalls += 1;
    await delay(2 * FRAME_GAP_MS);
    return [bytes.subarray(70)];
  });

  const stalled = await shop.till.sale(1_250).ended;
  const next = await shop.till.sale(2_500).ended;

  assert.equal(stalls, 1);
  assert.equal(next.outcome?.kind, "approved");
  assertSquare(terminal.ledger(), [stalled, next]);
  t.diagnostic(`the stalled sale: ${stalled.outcome?.kind}`);
});

test("a hundred unplugs in mid-word: no descriptor stays behind, it costs no time, and a sale is approved", async (t) => {
  const { shop, cable, terminal } = await openSerialShop(t);
  const descriptors = () => readdirSync(`/proc/${shop.daemon.pid}/fd`).length;
  const atRest = async () => {
    await shop.till.terminalIs("ready");
    return descriptors();
  };
  const unplugTimes = async (times: number) => {
    for (let time = 0; time < times; time += 1) {
      // With each new link the daemon asks the terminal who it is.
      const spoken = cable.spoken();
      cable.unplug();
      await spoken;
    }
  };
  const before = await atRest();
  await unplugTimes(10);
  const early = await atRest();

  await unplugTimes(90);

  let late = await atRest();
  await until(() => (late = descriptors()) <= early);
  const ticks = processorTicks(shop.daemon.pid);
  await delay(2_000);
  const idlePercent = (processorTicks(shop.daemon.pid) - ticks) / 2; // of 100 a second
  t.diagnostic(`descriptors: ${before}, ${early} after 10 unplugs, ${late} after 100; then ${idlePercent} % of a core`);
  assert.ok(late <= early);
  assert.ok(idlePercent < 50, "something is busy with a device that is gone");
  const after = await shop.till.sale(1_000).ended;
  assert.equal(after.outcome?.kind, "approved");
  assertSquare(terminal.ledger(), [after]);
});

function isInDoubt({ outcome }: Transaction): boolean {
  return outcome === undefined || outcome.kind === "unknown";
}

async function standing(till: Till, { requestId }: Transaction): Promise<Transaction> {
  let known: Transaction | undefined;
  await until(() => {
    known = till.outcomes.findLast((told) => told.requestId === requestId && !isInDoubt(told));
    return known !== undefined;
  });
  assert.ok(known !== undefined);
  return known;
}

function processorTicks(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
  return Number(fields[11]) + Number(fields[12]);
}
