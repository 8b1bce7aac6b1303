import { setTimeout as pause } from "node:timers/promises";
import { addTills, openTills, prepareHome, startDaemon, whenReady } from "./daemon.ts";
import { atMost, type Figure, type Size } from "./figures.ts";
import { momentMs } from "./moments.ts";
import { startTerminals } from "./terminals.ts";

const TERMINALS = 64;
/** Until then what a start leaves to do is done. */
const REST_MS = 10_000;
const LIMIT_PERCENT = 2;

/** Processor time of the daemon while nobody pays: with no terminal, and with 64 that are ready. */
export async function measureIdle({ idleMs }: Size): Promise<readonly Figure[]> {
  const alone = await idlePercent(0, idleMs);
  const many = await idlePercent(TERMINALS, idleMs);
  const what = `idle with ${TERMINALS} terminals`;
  return [
    { what: "idle without terminals", measured: inPercent(alone) },
    many === undefined ? { what, measured: inPercent(many) } : atMost(what, many, LIMIT_PERCENT, "% of a core", 2),
  ];
}

async function idlePercent(count: number, idleMs: number): Promise<number | undefined> {
  const terminals = await startTerminals(count, 0);
  const daemon = await startDaemon(prepareHome(terminals.configs));
  const [till] = await openTills(daemon, await addTills(daemon, 1));
  if (till !== undefined) await whenReady(till);
  await pause(REST_MS);
  const before = daemon.processorMs();
  const startedMs = momentMs();
  await pause(idleMs);
  const tookMs = momentMs() - startedMs;
  const after = daemon.processorMs();
  till?.close();
  await Promise.all([daemon.end(), terminals.end()]);
  return before === undefined || after === undefined ? undefined : (100 * (after - before)) / tookMs;
}

function inPercent(percent: number | undefined): string {
  return percent === undefined ? "not told by this system" : `${percent.toFixed(2)} % of a core`;
}
