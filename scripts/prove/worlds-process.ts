// Plays random worlds, one after the other, and says after each how it ended; the seeds come from the process that started it.
import { playWorld } from "../../test/simulation/random-world.ts";
import type { Played } from "./worlds.ts";

process.on("disconnect", () => process.exit());
process.on("message", (seed: number) => {
  void play(seed).then((played) => process.send?.(played));
});
process.send?.("ready");

async function play(seed: number): Promise<Played> {
  try {
    await playWorld(seed);
    return { seed };
  } catch (error) {
    return { seed, why: error instanceof Error ? error.message : String(error) };
  }
}
