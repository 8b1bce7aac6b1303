// `npm run mutants`: breaks each rule about money on purpose, in throw-away copies of the sources, and wants the test that is named
// for it to fail. Ends with 1 when a mutant survives, or cannot be tried; else writes docs/mutants.md.
// `npm run mutants -- --only ID` plants one alone; `--check` plants nothing and ends with 1 where docs/mutants.md is out of date.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { format, resolveConfig } from "prettier";
import { mutants } from "./mutants/catalogue.ts";
import { catalogueFaults } from "./mutants/catalogue-faults.ts";
import { mutantsDocument } from "./mutants/document.ts";
import type { Mutant } from "./mutants/mutant.ts";
import { rulesIn } from "./mutants/rules.ts";
import { baselineOnce, copyOf, tryMutant, type Verdict } from "./mutants/trial.ts";

const AT_A_TIME = 2;
const STANDING = { killed: "killed  ", survived: "SURVIVED", noTrial: "NO TRIAL" } as const;

const repository = fileURLToPath(new URL("..", import.meta.url));
const page = join(repository, "docs", "mutants.md");
const { values: asked } = parseArgs({
  options: { only: { type: "string", multiple: true, default: [] }, check: { type: "boolean", default: false } },
});
const unknown = asked.only.filter((id) => !mutants.some((mutant) => mutant.id === id));
if (unknown.length > 0) {
  console.error(`There is no mutant ${unknown.join(", ")}. There are ${mutants.map(({ id }) => id).join(", ")}.`);
  process.exit(2);
}
// The copies go with the process.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(130));

const rules = await rulesIn(repository);
const faults = await catalogueFaults(repository, mutants, rules);
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exit(1);

const options = await resolveConfig(join(repository, "package.json"));
const wanted = await format(mutantsDocument(mutants, rules), { ...options, filepath: page });
if (asked.check) {
  if ((await readFile(page, "utf8").catch(() => "")) === wanted) process.exit(0);
  console.error("docs/mutants.md is not what scripts/mutants says: run `npm run mutants` and commit what it writes.");
  process.exit(1);
}

const startedMs = performance.now();
const waiting = mutants.filter(({ id }) => asked.only.length === 0 || asked.only.includes(id));
const count = waiting.length;
const baseline = baselineOnce();
const verdicts = (await Promise.all(Array.from({ length: Math.min(AT_A_TIME, count) }, work))).flat();
const killed = verdicts.filter(({ kind }) => kind === "killed").length;
console.log(`${killed} of ${count} mutants killed in ${secondsSince(startedMs)} s`);
if (killed < count) process.exitCode = 1;
else if (asked.only.length === 0) await writeFile(page, wanted);

/** Takes mutants until none waits, in a house of its own. */
async function work(): Promise<readonly Verdict[]> {
  await using house = await copyOf(repository);
  const verdicts: Verdict[] = [];
  for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
    const beganMs = performance.now();
    const verdict = await tryMutant(house, mutant, baseline);
    console.log(lineOf(mutant, verdict, secondsSince(beganMs)));
    verdicts.push(verdict);
  }
  return verdicts;
}

function lineOf({ id, rule, killedBy, breaks }: Mutant, verdict: Verdict, seconds: string): string {
  const head = `${STANDING[verdict.kind]}  ${(rule === "amounts" ? rule : `rule ${rule}`).padEnd(7)}  ${id.padEnd(44)} ${seconds.padStart(5)} s`;
  switch (verdict.kind) {
    case "killed":
      return `${head}  ${killedBy.file}`;
    case "survived":
      return `${head}\n  ${breaks}\n  ${killedBy.file} does not notice: ${killedBy.name}\n`;
    case "noTrial":
      return `${head}\n  ${killedBy.file}: ${killedBy.name}\n  ${verdict.why}\n`;
  }
}

function secondsSince(startMs: number): string {
  return ((performance.now() - startMs) / 1000).toFixed(1);
}
