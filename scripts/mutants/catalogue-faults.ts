import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Mutant } from "./mutant.ts";
import { plantedIn } from "./trial.ts";

/** What is wrong with the list before anything is planted: a rule without its mutant, a mutant that no longer applies. */
export async function catalogueFaults(
  repository: string,
  mutants: readonly Mutant[],
  rules: ReadonlyMap<number, string>,
): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const [number, title] of rules) {
    if (!mutants.some(({ rule }) => rule === number)) faults.push(`rule ${number} (${title}) has no mutant`);
  }
  const ids = new Set<string>();
  for (const mutant of mutants) {
    const { id, rule, file } = mutant;
    if (ids.has(id)) faults.push(`${id}: two mutants have this name`);
    ids.add(id);
    if (typeof rule === "number" && !rules.has(rule)) faults.push(`${id}: there is no rule ${rule}`);
    const source = await readFile(join(repository, file), "utf8").catch(() => undefined);
    if (source === undefined) {
      faults.push(`${id}: there is no ${file}`);
      continue;
    }
    const planted = plantedIn(source, mutant);
    if (planted.kind === "fault") faults.push(`${id}: ${planted.why}`);
  }
  return faults;
}
