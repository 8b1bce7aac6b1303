import { watch } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Wire } from "../../test/support/wire.ts";
import type { Counter } from "./counters.ts";
import type { PlannedKill } from "./plan.ts";
import type { Life, ProvingShop } from "./shop.ts";
import type { Till } from "./till.ts";

/** A kill that was done. */
export type Strike = {
  readonly wasReady: boolean;
  /** Resolves with the wall clock's time when nothing is away any more but the daemon. */
  readonly backAtMs: Promise<number>;
};

type Target = { readonly counter: Counter; readonly till: Till };

/** For what a trigger waits for: a till that is refused, or a terminal that says nothing, holds no kill up. */
const TRIGGER_LIMIT_MS = 4_000;
/** A serial cable has no place to count its bytes; so many take about a millisecond of a sale. */
const BYTES_IN_A_MS = 6;

/** Waits for the moment, and kills the daemon with what is to happen beside it. Resolves when the process is gone. */
export async function strike(shop: ProvingShop, life: Life, plan: PlannedKill): Promise<Strike> {
  const target = targetOf(shop, plan.target);
  let struck: Promise<Strike> | undefined;
  const kill = (): Promise<Strike> => (struck ??= killNow(life, target, plan));
  await untilTriggered(shop, life, target, plan, kill);
  return kill();
}

async function killNow(life: Life, target: Target, plan: PlannedKill): Promise<Strike> {
  const wasReady = life.isReady();
  if (plan.fault === "linkCut") target.counter.cut();
  life.program.kill("SIGKILL");
  const backAtMs = befall(target, plan).then(() => Date.now());
  backAtMs.catch(() => undefined);
  await life.program.ended;
  if (plan.fault === "posAsksAgain") target.till.askAgain();
  return { wasReady, backAtMs };
}

/** What happens at the same moment; resolves when it is over. */
async function befall({ counter, till }: Target, { fault, awayMs }: PlannedKill): Promise<void> {
  switch (fault) {
    case "linkCut":
      await pause(awayMs);
      return counter.mend();
    case "terminalRestarts":
      await counter.switchOff();
      await pause(awayMs);
      return counter.switchOn();
    case "posKilled":
      await till.kill();
      await pause(awayMs);
      return till.start();
    case "posAsksAgain":
    case "commitInFlight":
    case "none":
      return;
  }
}

async function untilTriggered(
  shop: ProvingShop,
  life: Life,
  { counter, till }: Target,
  plan: PlannedKill,
  kill: () => Promise<Strike>,
): Promise<void> {
  const { trigger } = plan;
  switch (trigger.kind) {
    case "start":
      return pause(Math.max(0, life.startedAtMs + trigger.delayMs - Date.now()));
    case "recovery":
      if (trigger.bytes !== undefined && counter.wire !== undefined)
        return afterBytes(
          counter.wire,
          trigger.bytes,
          plan,
          kill,
          life.readyAtMs.then(() => pause(trigger.delayMs)),
        );
      await life.readyAtMs;
      return pause(trigger.delayMs);
    case "sale":
      await limited(till.asks());
      return pause(trigger.delayMs);
    case "commit":
      await limited(till.asks());
      await pause(trigger.delayMs);
      return limited(nextCommit(shop));
    case "bytes": {
      const { wire } = counter;
      if (wire === undefined) {
        await limited(till.asks());
        return pause(trigger.bytes / BYTES_IN_A_MS);
      }
      return afterBytes(wire, trigger.bytes, plan, kill, limited(new Promise(() => undefined)));
    }
  }
}

/** Kills when so many bytes have gone over the wire; what comes behind them waits until the process is gone. */
async function afterBytes(
  wire: Wire,
  bytes: number,
  { fault }: PlannedKill,
  kill: () => Promise<Strike>,
  limit: Promise<unknown>,
): Promise<void> {
  const there = Promise.withResolvers<undefined>();
  wire.after(bytes, async () => {
    there.resolve(undefined);
    await kill();
    return fault === "linkCut" ? "lost" : "goesOn";
  });
  await Promise.race([there.promise, limit]);
  wire.after(Number.POSITIVE_INFINITY, () => Promise.resolve("goesOn"));
}

/** Resolves when the journal's log gets its next bytes, which are not synced then. */
function nextCommit({ home }: ProvingShop): Promise<void> {
  return new Promise((resolve) => {
    const watcher = watch(join(home.dataDirectory, "journal.db-wal"), () => {
      watcher.close();
      resolve();
    });
    setTimeout(() => watcher.close(), TRIGGER_LIMIT_MS).unref();
  });
}

async function limited(wait: Promise<unknown>): Promise<void> {
  const limit = new AbortController();
  const over = pause(TRIGGER_LIMIT_MS, undefined, { signal: limit.signal }).catch(() => undefined);
  await Promise.race([wait, over]);
  limit.abort();
}

function targetOf({ counters, tills }: ProvingShop, index: number): Target {
  const [counter, till] = [counters[index], tills[index]];
  if (counter === undefined || till === undefined) throw new Error(`there is no counter ${index}`);
  return { counter, till };
}
