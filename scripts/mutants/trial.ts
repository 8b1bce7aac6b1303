import { cp, mkdtemp, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Mutant, TestName } from "./mutant.ts";
import { runTest, type TestRun } from "./test-run.ts";

/** What a copy of the clone needs so that its tests run. */
const NEEDED = ["src", "test", "scripts", "docs", "installers", "package.json"];

const LIMIT_MS = 60_000;

/** A throw-away copy of the clone, in which mistakes are planted one after the other. */
export type House = AsyncDisposable & { readonly root: string };

/** @param needed what is copied, with all that is in it */
export async function copyOf(repository: string, needed: readonly string[] = NEEDED): Promise<House> {
  const root = await realpath(await mkdtemp(join(tmpdir(), "tillbridge-mutants-")));
  const demolish = (): void => rmSync(root, { recursive: true, force: true });
  process.once("exit", demolish);
  for (const name of needed) await cp(join(repository, name), join(root, name), { recursive: true });
  await symlink(join(repository, "node_modules"), join(root, "node_modules"), "junction");
  return {
    root,
    [Symbol.asyncDispose]: async () => {
      process.removeListener("exit", demolish);
      await rm(root, { recursive: true, force: true });
    },
  };
}

export type Verdict =
  | { readonly kind: "killed"; readonly by: string }
  | { readonly kind: "survived" }
  /** The trial itself is worth nothing. */
  | { readonly kind: "noTrial"; readonly why: string };

/** Whether the test is green in the house as it stands. */
export type Baseline = (house: House, test: TestName) => Promise<TestRun>;

/** Several mutants share a test: it is looked at once. */
export function baselineOnce(): Baseline {
  const looked = new Map<string, Promise<TestRun>>();
  return (house, test) => {
    const key = `${test.file} ${test.name}`;
    const run = looked.get(key) ?? runTest(house.root, test, LIMIT_MS);
    looked.set(key, run);
    return run;
  };
}

/** Plants one mutant, runs its test, and puts the source back. */
export async function tryMutant(house: House, mutant: Mutant, baseline: Baseline): Promise<Verdict> {
  const { file, killedBy } = mutant;
  const path = join(house.root, file);
  const source = await readFile(path, "utf8");
  const planted = plantedIn(source, mutant);
  if (planted.kind === "fault") return { kind: "noTrial", why: planted.why };
  const sound = await baseline(house, killedBy);
  if (sound.kind !== "green") return { kind: "noTrial", why: `without the mutant its test is ${inWords(sound)}` };
  await writeFile(path, planted.source);
  try {
    return verdictOf(mutant, await runTest(house.root, killedBy, LIMIT_MS));
  } finally {
    await writeFile(path, source);
  }
}

type Planted = { readonly kind: "planted"; readonly source: string } | { readonly kind: "fault"; readonly why: string };

/** The source with the mistake in it, or why it cannot be made there any more. */
export function plantedIn(source: string, { file, find, replace }: Mutant): Planted {
  const [before = "", after, ...more] = source.split(find);
  if (after === undefined) return { kind: "fault", why: `${file} has no such text any more: ${find}` };
  if (more.length > 0) return { kind: "fault", why: `${file} has this text ${more.length + 1} times: ${find}` };
  if (replace === find) return { kind: "fault", why: "it changes nothing" };
  return { kind: "planted", source: before + replace + after };
}

function verdictOf({ diesBy }: Mutant, run: TestRun): Verdict {
  switch (run.kind) {
    case "green":
      return { kind: "survived" };
    case "notRun":
      return { kind: "noTrial", why: run.why };
    case "timeout":
      return { kind: "noTrial", why: "its test hangs, which is no answer" };
    case "red": {
      const { name, code, message } = run.failure;
      const isExpected = diesBy === "ownAssertion" ? name === "AssertionFailure" : code === "ERR_ASSERTION";
      const [line = ""] = message.split("\n");
      return isExpected
        ? { kind: "killed", by: line }
        : { kind: "noTrial", why: `red by ${name}, no assertion: ${line}` };
    }
  }
}

function inWords(run: Exclude<TestRun, { kind: "green" }>): string {
  switch (run.kind) {
    case "red":
      return `red: ${run.failure.message.split("\n")[0] ?? ""}`;
    case "notRun":
      return `not run: ${run.why}`;
    case "timeout":
      return "not at its end in time";
  }
}
