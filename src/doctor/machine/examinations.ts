import { readRunningDaemon } from "../../home/running-daemon.ts";
import type { Examination } from "../check.ts";
import type { Patient } from "../patient.ts";
import { runProgram } from "../program.ts";
import { clockExaminations } from "./clock.ts";
import { deviceExaminations } from "./devices.ts";
import { diskExaminations, systemDisk } from "./disk.ts";
import { endsExaminations } from "./ends.ts";
import { holderExaminations } from "./holders.ts";
import { homeExaminations } from "./home.ts";
import { journalExamination } from "./journal.ts";
import { linuxListeners, windowsListeners } from "./listeners.ts";
import { ruleExamination } from "./neighbours.ts";
import { doorsOf, portExaminations } from "./ports.ts";
import { posRecordsExamination } from "./pos-records.ts";
import { linuxSleepExamination, linuxUsbPowerExaminations, windowsPowerExaminations } from "./power.ts";
import { accountExamination } from "./runs-as.ts";
import { windowsDeviceExaminations } from "./windows-devices.ts";

/** Of the computer on which the service runs, and of what belongs to the service there. */
export function machineExaminations(patient: Patient): readonly Examination[] {
  const { paths, config, clock, account, platform } = patient;
  return [
    ...(account === undefined ? [] : [accountExamination(account), ...homeExaminations(paths, account)]),
    ...endsExaminations(patient),
    ...diskExaminations(paths, config.transactions.appendLimitMs, systemDisk),
    journalExamination(paths.dataDirectory),
    posRecordsExamination(paths.dataDirectory),
    ...clockExaminations({
      clock,
      dataDirectory: paths.dataDirectory,
      platform,
      run: runProgram,
      systemRoot: systemRoot(),
      movedMs: patient.daemonPid === process.pid ? sinceItBegan : undefined,
    }),
    ...powerExaminations(patient),
    ...deviceExaminationsOf(patient),
    ...ownerExaminations(patient),
  ];
}

/** Who has a port or a device: root is shown more of it than the service is. */
export function ownerExaminations({
  paths,
  config,
  clock,
  platform,
  account,
  daemonPid,
}: Patient): readonly Examination[] {
  const doors = doorsOf(config, paths.dataDirectory);
  const numbers = doors.map(({ port }) => port);
  const listeners =
    platform === "win32" ? windowsListeners(numbers, runProgram, systemRoot()) : linuxListeners(numbers);
  const ports = portExaminations({
    doors,
    listeners,
    daemonPid,
    user: account?.name,
    servedPort: async () => (await readRunningDaemon(paths.runningDaemonFile))?.port,
  });
  if (platform !== "linux") return ports;
  return [...ports, ...holderExaminations({ terminals: config.terminals, clock, daemonPid })];
}

function powerExaminations({ platform, config: { terminals } }: Patient): readonly Examination[] {
  if (platform === "win32") return windowsPowerExaminations(runProgram, systemRoot());
  return platform === "linux" ? [linuxSleepExamination(), ...linuxUsbPowerExaminations(terminals)] : [];
}

function deviceExaminationsOf({ platform, config: { terminals }, account }: Patient): readonly Examination[] {
  if (platform === "win32") return windowsDeviceExaminations(terminals, runProgram, systemRoot());
  if (platform !== "linux" || account === undefined) return [];
  return [...ruleExamination(terminals), ...deviceExaminations(terminals, account)];
}

function systemRoot(): string {
  return process.env["SystemRoot"] ?? "C:\\Windows";
}

function sinceItBegan(): number {
  return Date.now() - (performance.timeOrigin + performance.now());
}
