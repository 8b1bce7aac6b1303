import assert from "node:assert/strict";
import { chownSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { Check } from "../../../src/doctor/check.ts";
import { run, start } from "../../cli/command.ts";
import { freshFolder } from "../../support/home-folder.ts";

/** A user whom every system has. */
export const NOBODY = 65_534;

/** Threads have no rights of their own: the first one gives them up for all. */
export const AS_NOBODY = {
  NODE_OPTIONS: `--import=data:text/javascript,if(process.getuid()===0){process.setgroups([]);process.setgid(${NOBODY});process.setuid(${NOBODY})}`,
  NODE_COMPILE_CACHE: "",
};

export type Diagnosis = {
  readonly code: number | null;
  readonly checks: readonly Check[];
  /** The one check with this id. */
  check(id: string): Check;
};

/** On a machine that is busy with other tests an examination may not come to its end in time: then it was not made, and is made again. */
export const LATE = "Nothing was found out within";
export const MOST_ATTEMPTS = 3;

/** What `tillbridge doctor` finds in a home, in a process of its own. */
export async function doctorOf(
  t: TestContext,
  home: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Diagnosis> {
  for (let attempt = 1; ; attempt += 1) {
    const diagnosis = await doctorOnce(t, home, environment);
    if (attempt === MOST_ATTEMPTS || !diagnosis.checks.some(({ evidence }) => evidence.includes(LATE)))
      return diagnosis;
  }
}

/** The same, where a second look would see what the first one has done: a terminal is asked one question at a time. */
export async function doctorOnce(
  t: TestContext,
  home: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Diagnosis> {
  const { code, stdout, stderr } = await run(t, ["doctor", "--json", "--home", home], { environment });
  return diagnosisIn(code, stdout, stderr);
}

export function diagnosisIn(code: number | null, stdout: string, stderr: string): Diagnosis {
  assert.ok(code === 0 || code === 1, stderr);
  const { checks } = JSON.parse(stdout) as { readonly checks: readonly Check[] };
  assert.equal(
    code === 1,
    checks.some(({ verdict }) => verdict === "fault"),
    "it ends with 1 where something is at fault",
  );
  const check = (id: string): Check => {
    const [found, ...others] = checks.filter((each) => each.id === id);
    assert.ok(found !== undefined && others.length === 0, `${id} in ${checks.map((each) => each.id).join(" ")}`);
    return found;
  };
  return { code, checks, check };
}

/** A home with this configuration, of a user, as a service leaves it that has stopped. */
export function homeOf(t: TestContext, config: object, uid: number = process.getuid?.() ?? 0): string {
  const home = freshFolder(t);
  writeFileSync(join(home, "config.json"), JSON.stringify(config), { mode: 0o600 });
  for (const name of ["data", "logs"]) mkdirSync(join(home, name), { mode: 0o700 });
  for (const name of ["", "config.json", "data", "logs"]) chownSync(join(home, name), uid, uid);
  return home;
}

export const atSerialPort = (path: string) => ({
  server: { port: 0 },
  terminals: [{ id: "counter-1", vendor: "getnet", link: { type: "serial", path }, settings: { currency: "CLP" } }],
});

/** The service, ready, until the test ends. */
export async function startService(
  t: TestContext,
  home: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<void> {
  const daemon = start(t, ["daemon", "--home", home, "--port", "0"], { environment });
  assert.match(await daemon.printed(), /^ready /);
}
