import { spawnSync } from "node:child_process";
import { atMost, type Figure, type Size } from "./figures.ts";
import { momentMs } from "./moments.ts";
import { COMMAND } from "./processes.ts";
import { prepareHome, startDaemon } from "./daemon.ts";
import { median } from "./statistics.ts";

const LIMIT_MS = 250;

/**
 * `tillbridge status` and `tillbridge terminals` with a running daemon, in turns with a program of the same runtime that does nothing:
 * the ratio is the command's own, whatever else the machine does. The least of many is what it takes where nothing disturbs it.
 */
export async function measureStatus({ starts }: Size): Promise<readonly Figure[]> {
  const home = prepareHome([]);
  const daemon = await startDaemon(home);
  const commands = ["status", "terminals", "--version"] as const;
  const runs = new Map<string, number[]>([...commands, "empty"].map((name) => [name, []]));
  for (const name of commands) run(COMMAND, [name, "--home", home]);
  for (let round = 0; round < 2 * starts; round += 1) {
    for (const name of commands) runs.get(name)?.push(run(COMMAND, [name, "--home", home]));
    runs.get("empty")?.push(run(process.execPath, ["-e", "0"]));
  }
  await daemon.end();
  const of = (name: string) => runs.get(name) ?? [];
  const least = (name: string) => Math.min(...of(name));
  return commands.map((name) => {
    const figure = atMost(`tillbridge ${name}`, median(of(name)), LIMIT_MS, "ms", 0);
    const beside = `at least ${least(name).toFixed(0)} ms, ${(least(name) / least("empty")).toFixed(1)} times an empty program`;
    return { ...figure, measured: `${figure.measured} (${beside})` };
  });
}

/** How long a program runs. */
function run(program: string, args: readonly string[]): number {
  const startedMs = momentMs();
  const { status, stderr } = spawnSync(program, args, { encoding: "utf8", shell: process.platform === "win32" });
  if (status !== 0) throw new Error(`${program} ended with ${String(status)}: ${stderr}`);
  return momentMs() - startedMs;
}
