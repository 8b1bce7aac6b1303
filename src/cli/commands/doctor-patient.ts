import { stat } from "node:fs/promises";
import { systemClock } from "../../client/clock.ts";
import { fault, type Finding } from "../../doctor/check.ts";
import { ownAccount, readNames, type Account } from "../../doctor/machine/account.ts";
import type { Patient } from "../../doctor/patient.ts";
import { readConfig } from "../../home/config.ts";
import type { Config } from "../../home/config-schema.ts";
import { resolveHome } from "../../home/paths.ts";
import { readIfThere } from "../../home/store.ts";
import type { Call } from "../call.ts";
import { CommandFailure } from "../exit.ts";
import { findDaemon } from "../local-daemon.ts";

/** As the package and `service install` make it. */
const SERVICE_USER = "tillbridge";

/** This installation as the command sees it, and what there is to say about its configuration. */
export async function patientOf(
  call: Call,
): Promise<{ readonly patient: Patient; readonly configFindings: readonly Finding[] }> {
  const { config, findings } = await configOf(call);
  const patient: Patient = {
    paths: resolveHome(call.homeOption, process.env, process.platform),
    config,
    clock: systemClock,
    platform: process.platform,
    account: await serviceAccount(call),
    daemonPid: runningPid(call),
  };
  return { patient, configFindings: findings };
}

/** Whether it is about the service of this machine, and not about a folder that somebody names. */
export function isOfService({ homeOption }: Call): boolean {
  return homeOption === undefined && (process.env["TILLBRIDGE_HOME"] ?? "") === "";
}

/** One that cannot be used is a fault of its own; the rest is looked at as if it said nothing. */
async function configOf({ home }: Call): Promise<{ readonly config: Config; readonly findings: readonly Finding[] }> {
  const read = await readIfThere(home.configFile).then(
    (text) => readConfig(text ?? "{}", () => []),
    (error: unknown) => ({ kind: "unread" as const, why: error instanceof Error ? error.message : String(error) }),
  );
  if (read.kind === "valid") return { config: read.config, findings: [] };
  const nothing = readConfig("{}", () => []);
  if (nothing.kind !== "valid") throw new Error("A configuration that says nothing has to be valid");
  return { config: nothing.config, findings: [findingOf(home.configFile, read)] };
}

/** Of one that cannot be read, `config check` knows no more. */
function findingOf(
  path: string,
  read:
    { readonly kind: "unread"; readonly why: string } | { readonly kind: "broken"; readonly faults: readonly string[] },
): Finding {
  if (read.kind === "unread") {
    return fault(
      "config.file",
      ({ config: words }) => words.unusable(path, read.why),
      ({ config: words }) => words.sayAsService,
    );
  }
  return fault(
    "config.file",
    ({ config: words }) => words.unusable(path, read.faults.join("; ")),
    ({ config: words }) => words.mend,
  );
}

/** Whose rights count: the service's own user, whoever has the folder, or this one. */
async function serviceAccount(call: Call): Promise<Account | undefined> {
  const own = await ownAccount();
  if (own?.uid !== 0) return own;
  const names = await readNames();
  const service = isOfService(call) ? names.accountNamed(SERVICE_USER) : undefined;
  if (service !== undefined) return service;
  const owner = await stat(call.home.dataDirectory).catch(() => undefined);
  return owner === undefined || owner.uid === 0 ? own : names.accountOf(owner.uid);
}

function runningPid({ home, homeOption }: Call): number | undefined {
  try {
    return findDaemon(home, homeOption).processId;
  } catch (error) {
    if (error instanceof CommandFailure) return undefined;
    throw error;
  }
}
