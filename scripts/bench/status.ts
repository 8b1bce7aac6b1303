import { spawnSync } from "node:child_process";
import { atMost, type Figure, type Size } from "./figures.ts";
import { momentMs } from "./moments.ts";
import { COMMAND } from "./processes.ts";
import { prepareHome, startDaemon } from "./daemon.ts";
import { median } from "./statistics.ts";

const LIMIT_MS = 250;

/** `tillbridge status` with a running daemon, beside a program of the same runtime that does nothing. */
export async function measureStatus({ starts }: Size): Promise<readonly Figure[]> {
  const home = prepareHome([]);
  const daemon = await startDaemon(home);
  const status = () => run(COMMAND, ["status", "--home", home]);
  const empty = () => run(process.execPath, ["-e", "0"]);
  status();
  const statuses: number[] = [];
  const empties: number[] = [];
  for (let round = 0; round < 2 * starts; round += 1) {
    statuses.push(status());
    empties.push(empty());
  }
  await daemon.end();
  const figure = atMost("tillbridge status", median(statuses), LIMIT_MS, "ms", 0);
  return [{ ...figure, measured: `${figure.measured} (an empty program: ${median(empties).toFixed(0)} ms)` }];
}

/** How long a program runs. */
function run(program: string, args: readonly string[]): number {
  const startedMs = momentMs();
  const { status, stderr } = spawnSync(program, args, { encoding: "utf8", shell: process.platform === "win32" });
  if (status !== 0) throw new Error(`${program} ended with ${String(status)}: ${stderr}`);
  return momentMs() - startedMs;
}
