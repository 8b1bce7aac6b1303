import { setTimeout as pause } from "node:timers/promises";
import { systemClock } from "../../client/clock.ts";
import { RequestRefused } from "../../client/errors.ts";
import type { Language } from "../../core/language.ts";
import { asItIs, fault, unknown, type Check, type Examination, type Finding } from "../../doctor/check.ts";
import { examineAll } from "../../doctor/doctor.ts";
import { examinationsOf } from "../../doctor/examinations.ts";
import { ownerExaminations } from "../../doctor/machine/examinations.ts";
import type { Patient } from "../../doctor/patient.ts";
import { surroundingsOf } from "../../doctor/surroundings.ts";
import { tell } from "../../doctor/telling.ts";
import { readIfThere } from "../../home/store.ts";
import { linuxBrowsers } from "../browser/linux.ts";
import { windowsBrowsers } from "../browser/windows.ts";
import type { Call, Command } from "../call.ts";
import { CommandFailure, EXIT } from "../exit.ts";
import { withHome } from "../home-option.ts";
import { runOnThisSystem } from "../supervision/run.ts";
import { systemdSupervisor } from "../supervision/systemd.ts";
import { windowsSupervisor } from "../supervision/windows.ts";
import { thisMachine } from "../trust/machine.ts";
import { trustOn } from "../trust/trust.ts";
import { readLanguage } from "../typed-values.ts";
import { askDaemon } from "../with-session.ts";
import { policyExamination, trustExamination } from "./doctor-browsers.ts";
import { journalExamination, verifyElsewhere } from "./doctor-journal.ts";
import { isOfService, patientOf } from "./doctor-patient.ts";
import { inText } from "./doctor-report.ts";
import { serviceExamination } from "./doctor-service.ts";
import { firewallSeenByRoot, terminalsAround } from "./doctor-terminals.ts";

/** What only the command can see, since the service's account may not. */
type OwnExaminations = (call: Call, patient: Patient) => readonly Examination[];

/** The command, beside examinations of its own. Ends with 1 where something is at fault. */
export function doctorCommand(own: OwnExaminations): Command {
  return async (call) => {
    const language = readLanguage(call) ?? "en";
    const { patient, configFindings } = await patientOf(call);
    // Limits are for what is looked at: a slow machine needs seconds to load what is needed where no service answers.
    if (patient.daemonPid === undefined) await terminalsAround(call);
    const [beside, found] = await Promise.all([
      examineAll(own(call, patient), systemClock).then((findings) => tell(findings, language)),
      examined(call, patient, language),
    ]);
    const all = ofTerminal(call, [...(await tell(configFindings, language)), ...together(beside, found)]);
    const checks = all.map((check) => ofThisHome(check, call));
    call.out.result({ checks }, () => inText(checks));
    return checks.some(({ verdict }) => verdict === "fault") ? EXIT.refused : EXIT.done;
  };
}

export const doctor = doctorCommand((call, patient) => [
  ...(isOfService(call) ? [serviceExamination(supervisorHere())] : []),
  ...journalExamination(patient.paths.dataDirectory, verifyElsewhere(call.homeOption)),
  trustExamination(patient.paths.dataDirectory, () => trustOn(thisMachine())),
  ...(["win32", "linux"].includes(patient.platform)
    ? policyExamination(patient.config.server.allowedOrigins, () =>
        patient.platform === "win32" ? windowsBrowsers() : linuxBrowsers(),
      )
    : []),
  // Without a daemon all of it is looked at here.
  ...(patient.daemonPid === undefined || process.getuid?.() !== 0
    ? []
    : [...ownerExaminations(patient), firewallSeenByRoot(call, patient)]),
]);

function supervisorHere() {
  return process.platform === "win32" ? windowsSupervisor(runOnThisSystem, pause) : systemdSupervisor(runOnThisSystem);
}

/** By the daemon, whose rights count; without one, or where it says nothing, by this process. */
async function examined(call: Call, patient: Patient, language: Language): Promise<readonly Check[]> {
  try {
    const { checks } = await askDaemon(call, "diagnostics.doctor", {}, language);
    return checks;
  } catch (error) {
    if (!(error instanceof CommandFailure || error instanceof RequestRefused)) throw error;
    const why = await silence(call, error.message);
    const surroundings = await surroundingsOf(patient, await terminalsAround(call));
    const findings = await examineAll([...examinationsOf(patient), ...surroundings], systemClock);
    return tell([why, ...findings], language);
  }
}

/** Why no daemon was asked: none runs, this user may not ask it, or it does not answer, which is the worst. */
async function silence({ home }: Call, why: string): Promise<Finding> {
  const wasReady = await readIfThere(home.runningDaemonFile).catch(() => undefined);
  if (wasReady === undefined) return unknown("daemon.answers", ({ daemon: words }) => words.notAsked(why));
  return fault("daemon.answers", asItIs(why), ({ daemon: words }) => words.seeService);
}

/** What both looked at was seen better by the command, where it saw it at all: as root it is shown more. */
function together(beside: readonly Check[], found: readonly Check[]): readonly Check[] {
  const seen = new Set(beside.filter(({ verdict }) => verdict !== "unknown").map(({ id }) => id));
  const foundAlone = found.filter(({ id }) => !seen.has(id));
  const told = new Set(foundAlone.map(({ id }) => id));
  return [...beside.filter(({ id }) => !told.has(id)), ...foundAlone];
}

/** Neither the daemon nor an examination knows which home was named. */
function ofThisHome({ evidence, remedy, ...check }: Check, { homeOption }: Call): Check {
  return {
    ...check,
    evidence: withHome(evidence, homeOption),
    ...(remedy === undefined ? {} : { remedy: withHome(remedy, homeOption) }),
  };
}

function ofTerminal(call: Call, checks: readonly Check[]): readonly Check[] {
  const terminal = call.text("terminal");
  if (terminal === undefined) return checks;
  const its = checks.filter((check) => check.terminal === terminal);
  if (its.length > 0) return its;
  throw new CommandFailure(
    EXIT.refused,
    `Nothing is known of a terminal ${terminal}. \`tillbridge terminals\` shows those that are configured.`,
  );
}
