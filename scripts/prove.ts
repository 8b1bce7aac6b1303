// `npm run prove`: kills the real service at random moments while POS programs pay, starts it again, and compares what moved with what
// every POS was told. `--kills N` or `--minutes M`; `--shops K` so many services side by side; `--seed S` plans the same kills again,
// as far as processes that run at once let it; `--shop I` opens only that shop of the run. `--worlds N` plays random worlds under
// virtual time instead, in `--jobs J` processes. What was found is added to docs/kill-matrix.md, or beside the data file that
// `--record FILE` names; `--no-record` writes nothing. Ends with 1 where the promise about money was broken.
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { replayCommand } from "../test/simulation/kept-seeds.ts";
import { randomFrom } from "../test/support/random.ts";
import { killsOf, shareOf } from "./prove/document.ts";
import { runKills, summarize } from "./prove/kill-run.ts";
import { addRuns, commitOfSources, RECORD_FILE } from "./prove/record.ts";
import { firstLine, keepSeeds, playWorlds } from "./prove/worlds.ts";

const { values: asked } = parseArgs({
  options: {
    kills: { type: "string" },
    minutes: { type: "string" },
    shops: { type: "string" },
    shop: { type: "string" },
    seed: { type: "string" },
    worlds: { type: "string" },
    jobs: { type: "string" },
    record: { type: "string", default: RECORD_FILE },
    "no-record": { type: "boolean", default: false },
  },
});
const KILLS = 10;
const SHOPS_A_CORE = 2;

const whole = new AsyncDisposableStack();
const stop = new AbortController();
const stopped = once(stop.signal, "abort").then(() => 130);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stop.abort());

const commit = commitOfSources();
const date = new Date().toISOString();
const seed = numberOf(asked.seed) ?? randomInt(2 ** 31);
const ended = asked.worlds === undefined ? proveByKills() : proveByWorlds(numberOf(asked.worlds) ?? 0);
const exitCode = await Promise.race([ended, stopped]).catch((error: unknown) => {
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return 1;
});
await whole.disposeAsync();
process.exit(exitCode);

async function proveByKills(): Promise<number> {
  // Compiled code is kept between the starts, as the command `tillbridge` does.
  process.env["NODE_COMPILE_CACHE"] = fileURLToPath(new URL("../.cache/prove", import.meta.url));
  const minutes = numberOf(asked.minutes);
  const kills = numberOf(asked.kills) ?? (minutes === undefined ? KILLS : undefined);
  const shops = numberOf(asked.shops) ?? Math.min(SHOPS_A_CORE * availableParallelism(), Math.ceil((kills ?? 100) / 5));
  say(`seed ${seed}, ${shops} shops side by side, commit ${commit}`);
  const run = await runKills(
    { seed, shops, kills, minutes, only: numberOf(asked.shop), stopped: stop.signal },
    { after: (end) => whole.defer(end) },
    say,
  );
  const summary = summarize(run, { commit, date, seed, shops });
  if (!asked["no-record"] && summary.seconds > 0) await addRuns(asked.record, { kills: [summary] });

  const broken = run.days.reduce((sum, { violations }) => sum + violations.length, 0);
  const all = killsOf(summary);
  say(
    `\n${all} kills in ${summary.seconds} s (${Math.round((all * 60) / Math.max(1, summary.seconds))} a minute), ` +
      `${summary.asked} requests, ${summary.moved} moved, ${broken} breaks of the promise`,
  );
  for (const [words, counts] of [
    ["the terminal knew", summary.knownMs],
    ["proved by absence", summary.absentMs],
  ] as const) {
    const [half, most, longest] = [0.5, 0.99, 1].map((share) => shareOf(counts, share) ?? "-");
    say(`recovery, ${words}: half within ${half} ms, 99 of 100 within ${most} ms, the longest ${longest} ms`);
  }
  say(`The patience of the simulated terminals is 1 s, through the settings that a shop has.`);
  for (const failure of run.failures) say(failure);
  return broken === 0 && run.failures.length === 0 ? 0 : 1;
}

async function proveByWorlds(worlds: number): Promise<number> {
  const processes = numberOf(asked.jobs) ?? availableParallelism();
  say(`seed ${seed}, ${worlds} worlds in ${processes} processes, commit ${commit}`);
  const played = await playWorlds(
    { worlds, processes },
    randomFrom(seed),
    { after: (end) => whole.defer(end) },
    ({ seed: world, why = "" }) => say(`VIOLATION: ${firstLine(why)}\n  again: ${replayCommand(world)}`),
  );
  const seconds = Math.max(1, Math.round(played.seconds));
  const violations = played.broken.length;
  if (!asked["no-record"]) {
    keepSeeds(played.broken);
    await addRuns(asked.record, { worlds: [{ commit, date, worlds: played.worlds, violations, seconds, processes }] });
  }
  const pace = Math.round((played.worlds * 60) / played.seconds / processes);
  say(`${played.worlds} worlds in ${seconds} s (${pace} a minute and process), ${violations} broke the promise`);
  return violations === 0 ? 0 : 1;
}

function numberOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isFinite(value) && value >= 0) return value;
  console.error(`${text} is not a number. See the head of scripts/prove.ts for what can be asked for.`);
  process.exit(2);
}

function say(text: string): void {
  console.log(text);
}
