import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Ending } from "../../test/support/ending.ts";
import { keepSeed } from "../../test/simulation/kept-seeds.ts";
import type { Random } from "../../test/support/random.ts";

/** A world that was played; `why` it broke the promise. */
export type Played = { readonly seed: number; readonly why?: string };

export type PlayedWorlds = {
  readonly worlds: number;
  readonly broken: readonly Played[];
  readonly seconds: number;
};

const program = fileURLToPath(new URL("worlds-process.ts", import.meta.url));

/** Plays so many new worlds, each process one after the other. */
export async function playWorlds(
  order: { readonly worlds: number; readonly processes: number },
  random: Random,
  ending: Ending,
  broke: (played: Played) => void,
): Promise<PlayedWorlds> {
  let left = order.worlds;
  let worlds = 0;
  const broken: Played[] = [];
  const startedMs = performance.now();
  const work = async () => {
    const child = fork(program, { stdio: ["ignore", "ignore", "inherit", "ipc"] });
    const ended = once(child, "exit").then(() => undefined);
    ending.after(() => void child.kill("SIGKILL"));
    const heard = () => Promise.race([once(child, "message").then(([message]) => message as unknown), ended]);
    await heard();
    while (left > 0) {
      left -= 1;
      const seed = random(2 ** 31);
      child.send(seed, () => undefined);
      // A world that takes its process down with it is a broken one.
      const played = ((await heard()) as Played | undefined) ?? { seed, why: "its process ended" };
      worlds += 1;
      if (played.why === undefined) continue;
      broken.push(played);
      broke(played);
      if (child.exitCode !== null || child.signalCode !== null) break;
    }
    child.kill("SIGTERM");
    await ended;
  };
  await Promise.all(Array.from({ length: order.processes }, work));
  return { worlds, broken, seconds: (performance.now() - startedMs) / 1_000 };
}

/** What broke the promise once is played in every test run from then on. */
export function keepSeeds(broken: readonly Played[]): void {
  for (const { seed, why = "" } of broken) keepSeed(seed, firstLine(why));
}

export function firstLine(text: string): string {
  return (text.split("\n")[0] ?? "").slice(0, 200);
}
