import { resolveHome } from "../../src/home/paths.ts";
import { atMost, type Figure, type Size } from "./figures.ts";
import { putOldJournal } from "./old-journal.ts";
import { prepareHome, startDaemon } from "./daemon.ts";
import { median } from "./statistics.ts";

const OLD_TRANSACTIONS = 100_000;
const LIMIT_MS = 600;
const LIMIT_WITH_HISTORY = 1.2;

/** From the start of the command to its `ready` line, with an empty journal and with a long history, in turns. */
export async function measureReady({ starts }: Size): Promise<readonly Figure[]> {
  const [young, old] = [prepareHome([]), prepareHome([])];
  putOldJournal(OLD_TRANSACTIONS, resolveHome(old, {}, process.platform).dataDirectory);
  await readyMs(young);
  await readyMs(old);
  const empty: number[] = [];
  const long: number[] = [];
  for (let round = 0; round < starts; round += 1) {
    empty.push(await readyMs(young));
    long.push(await readyMs(old));
  }
  const [emptyMs, longMs] = [median(empty), median(long)];
  const history = atMost(
    `ready with ${OLD_TRANSACTIONS} old transactions`,
    longMs / emptyMs,
    LIMIT_WITH_HISTORY,
    "x that",
    2,
  );
  return [
    atMost("ready with an empty journal", emptyMs, LIMIT_MS, "ms", 0),
    { ...history, measured: `${longMs.toFixed(0)} ms, ${history.measured}` },
  ];
}

async function readyMs(home: string): Promise<number> {
  const daemon = await startDaemon(home);
  await daemon.end();
  return daemon.readyMs;
}
