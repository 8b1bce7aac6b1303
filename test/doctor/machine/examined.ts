import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Check, Examination } from "../../../src/doctor/check.ts";
import type { RunProgram } from "../../../src/doctor/program.ts";
import { readConfig } from "../../../src/home/config.ts";
import type { Config } from "../../../src/home/config-schema.ts";
import { inEnglish } from "../told.ts";

/** What examinations find, all of them. */
export async function foundBy(...examinations: readonly Examination[]): Promise<readonly Check[]> {
  const found = await Promise.all(examinations.map(({ examine }) => examine(new AbortController().signal)));
  return inEnglish(found.flat());
}

/** The one check with this id. */
export async function checkOf(id: string, examinations: readonly Examination[]): Promise<Check> {
  const found = (await foundBy(...examinations)).filter((check) => check.id === id);
  const [check, ...others] = found;
  if (check === undefined || others.length > 0) throw new Error(`${found.length} checks are ${id}`);
  return check;
}

/** A configuration in which these fields are set. */
export function configWith(fields: object): Config {
  const read = readConfig(JSON.stringify(fields), () => []);
  if (read.kind === "broken") throw new Error(read.faults.join("\n"));
  return read.config;
}

/** Files with their texts below a folder; a text that begins with `->` is a symbolic link to what follows. */
export function plant(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    if (text.startsWith("->")) symlinkSync(text.slice(2), path);
    else writeFileSync(path, text);
  }
}

/** Programs of the system that answer so; any other one is not there. */
export function programs(outputs: Readonly<Record<string, string>>): RunProgram {
  return (program, args) => {
    const asked = [program.split("\\").at(-1), ...args].join(" ");
    const answer = Object.entries(outputs).find(([begin]) => `${asked} `.startsWith(`${begin} `))?.[1];
    if (answer === undefined) return Promise.resolve({ kind: "absent" });
    return Promise.resolve({ kind: "ended", code: 0, stdout: answer, stderr: "" });
  };
}
