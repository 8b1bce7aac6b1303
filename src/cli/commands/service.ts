/** `tillbridge service`: makes the unpacked program a service of the system, and looks after it. */
import { setTimeout as pause } from "node:timers/promises";
import { resolveHome } from "../../home/paths.ts";
import { ownProgramFolder, readProgram, type Program } from "../../home/program/program.ts";
import { HomeFailure } from "../../home/store.ts";
import { linuxBrowsers } from "../browser/linux.ts";
import { windowsBrowsers } from "../browser/windows.ts";
import type { Call, Command, Home } from "../call.ts";
import { confirmed, NOTHING_CHANGED } from "../confirm.ts";
import { CommandFailure, EXIT, wrongUsage } from "../exit.ts";
import { findDaemon } from "../local-daemon.ts";
import type { Found, Installer, ServiceMachine } from "../supervision/installer.ts";
import { linuxInstaller } from "../supervision/linux-installer.ts";
import { runOnThisSystem } from "../supervision/run.ts";
import { SupervisorFailure, type SystemSupervisor } from "../supervision/supervisor.ts";
import { systemdSupervisor } from "../supervision/systemd.ts";
import { windowsInstaller } from "../supervision/windows-installer.ts";
import { windowsSupervisor } from "../supervision/windows.ts";
import { countUndecided, whileNobodyPays } from "./service-payments.ts";
import { tellStatus } from "./service-status.ts";

/** What else the commands work on, so that a test can play it. */
export type ServiceParts = {
  readonly machine: ServiceMachine;
  readonly programFolder: string;
  /** The browsers' trust and permissions, which `certificate` and `browser` made. Answers what could not be taken away. */
  readonly forgetBrowsers: (home: Home) => Promise<readonly string[]>;
};

/** The parts, and who installs and supervises on such a machine. */
type Service = ServiceParts & { readonly supervisor: SystemSupervisor; readonly installer: Installer };

export function serviceCommands(parts: ServiceParts) {
  const { machine } = parts;
  const service = { ...parts, ...toolsOf(machine) };
  const home = under(machine.root, resolveHome(undefined, machine.environment, machine.platform));
  const command = (work: (call: Call, service: Service) => Promise<number>): Command =>
    inWords(atServiceHome((call) => work(call, service), home));
  return {
    install: command(installFolder),
    uninstall: command(uninstallFolder),
    start: command(startService),
    stop: command(stopService),
    status: command(tell),
  };
}

export const { install, uninstall, start, stop, status } = serviceCommands({
  machine: {
    platform: process.platform,
    root: "",
    run: runOnThisSystem,
    // On Windows the system itself says no to others, and its words are told.
    isAdministrator: process.platform === "win32" || process.getuid?.() === 0,
    // Not of the person who asks: the service has the places of the system.
    environment: { ...process.env, TILLBRIDGE_HOME: undefined },
    pause,
  },
  programFolder: ownProgramFolder(),
  forgetBrowsers,
});

function toolsOf(machine: ServiceMachine): { readonly supervisor: SystemSupervisor; readonly installer: Installer } {
  if (machine.platform === "win32") {
    const supervisor = windowsSupervisor(machine.run, machine.pause, machine.environment["SystemRoot"]);
    return { supervisor, installer: windowsInstaller(machine, supervisor) };
  }
  const supervisor = systemdSupervisor(machine.run);
  return { supervisor, installer: linuxInstaller(machine, supervisor) };
}

async function installFolder(call: Call, { machine, programFolder, supervisor, installer }: Service): Promise<number> {
  const program = await unpackedProgram(programFolder, machine);
  mustBeAdministrator(machine, "install");
  await supervisor.state(); // Throws where the system has none that answers.
  mayBeInstalled(await installer.found(), program);
  const folder = programFolder.replace(/[/\\]$/, "");
  const { kind, wantsRestart, notes } = await installer.install({ folder, program });
  const { url } = findDaemon(call.home, undefined);
  for (const note of notes) call.out.note(note);
  if (wantsRestart) {
    call.out.note("It runs what was there before, until `tillbridge service stop` and `tillbridge service start`.");
  }
  const { version } = program;
  call.out.result({ installed: kind, version, installation: installer.installation, address: url }, () =>
    [
      kind === "new"
        ? `Tillbridge ${version} is a service of this machine now, and runs: ${url}`
        : `Tillbridge ${version} was installed already; everything is in its place, and it runs: ${url}`,
      `\`${asAdministrator(machine)}tillbridge discover\` shows the card terminals that are there, and \`${asAdministrator(machine)}tillbridge pos add till-1\` lets a POS program in.`,
    ].join("\n"),
  );
  return EXIT.done;
}

async function uninstallFolder(call: Call, service: Service): Promise<number> {
  const { machine, supervisor, installer } = service;
  mustBeAdministrator(machine, "uninstall");
  const found = await installer.found();
  const purges = call.flag("purge");
  if (found.kind === "package") {
    throw new CommandFailure(
      EXIT.refused,
      `The service was installed by a package, which takes it away again: ${purges ? found.purge : found.remove}.`,
    );
  }
  if (found.kind === "nothing" && !purges) {
    call.out.result({ removed: false }, () => "No service is installed. Nothing was changed.");
    return EXIT.done;
  }
  if (purges && !(await isLossAgreed(call))) return EXIT.refused;
  if ((await supervisor.state()).kind !== "notInstalled") {
    if (!(await whileNobodyPays(call, machine.pause, () => supervisor.stop()))) return EXIT.refused;
  }
  const left = [
    ...(await service.forgetBrowsers(call.home)),
    ...(await installer.remove()),
    ...(purges ? await installer.purge() : []),
  ];
  for (const what of left) call.out.note(`Left: ${what}`);
  call.out.result({ removed: true, purged: purges, left }, () => {
    if (left.length > 0) return "Not everything could be taken away.";
    return purges
      ? "The service, its configuration and its data are gone."
      : "The service is gone. Configuration and data are kept; `--purge` takes them away as well.";
  });
  return left.length === 0 ? EXIT.done : EXIT.refused;
}

async function startService(call: Call, service: Service): Promise<number> {
  await service.supervisor.start();
  return tell(call, service);
}

async function stopService(call: Call, service: Service): Promise<number> {
  const { machine, supervisor } = service;
  if ((await supervisor.state()).kind === "notInstalled") return tell(call, service);
  mustBeAdministrator(machine, "stop");
  if (!(await whileNobodyPays(call, machine.pause, () => supervisor.stop()))) return EXIT.refused;
  call.out.result(
    { state: "stopped" },
    () => "The service is stopped. It starts again with the machine, or with `tillbridge service start`.",
  );
  return EXIT.done;
}

async function tell(call: Call, { machine, supervisor, installer }: Service): Promise<number> {
  return tellStatus(call, machine, installer.installation, await supervisor.report());
}

async function unpackedProgram(folder: string, machine: ServiceMachine): Promise<Program> {
  const program = await readProgram(folder);
  if (program === undefined) {
    throw new CommandFailure(
      EXIT.refused,
      "This is a clone of the sources, and no program that can be installed. `npm run build` makes one under dist/: run `bin/tillbridge service install` there. Or install the package.",
    );
  }
  const ours = machine.platform === "win32" ? "win" : machine.platform;
  if (!program.platform.startsWith(`${ours}-`)) {
    throw new CommandFailure(
      EXIT.refused,
      `${folder} is a program for ${program.platform}, and this machine is another one.`,
    );
  }
  return program;
}

function mustBeAdministrator(machine: ServiceMachine, verb: string): void {
  if (machine.isAdministrator) return;
  throw new CommandFailure(
    EXIT.refused,
    machine.platform === "win32"
      ? "Only administrators change services: open the command prompt as administrator, and say it again."
      : `Only root changes services: say \`sudo tillbridge service ${verb}\`.`,
  );
}

function mayBeInstalled(found: Found, { version }: Program): void {
  if (found.kind === "package") {
    throw new CommandFailure(
      EXIT.refused,
      `Tillbridge is installed by a package already, which also brings the next version. Without it (${found.remove}), this folder can be installed.`,
    );
  }
  if (found.kind === "folder" && found.version !== undefined && found.version !== version) {
    throw new CommandFailure(
      EXIT.refused,
      `Version ${found.version} is installed, and this is ${version}. \`tillbridge update apply FILE\` changes the version, and goes back by itself where the other one does not work.`,
    );
  }
}

/** The certificate's trust and the pages' permissions: nobody looks after them any more. */
async function forgetBrowsers({ dataDirectory }: Home): Promise<readonly string[]> {
  const [{ removeCertificate }, { trustOn }, { thisMachine }] = await Promise.all([
    import("../../home/certificate/install.ts"),
    import("../trust/trust.ts"),
    import("../trust/machine.ts"),
  ]);
  await removeCertificate(dataDirectory);
  const troubles = await trustOn(thisMachine()).removeAllBut(undefined);
  const browsers = process.platform === "win32" ? windowsBrowsers() : linuxBrowsers();
  const left = troubles.map(({ store, why }) => `what ${store} trusts: ${why}`);
  try {
    for (const change of await browsers.changesTo([])) await change.apply();
  } catch (error) {
    left.push(`what browsers allow: ${error instanceof Error ? error.message : String(error)}`);
  }
  return left;
}

/** With the journal goes the memory of what was paid. */
async function isLossAgreed(call: Call): Promise<boolean> {
  const undecided = await countUndecided(call);
  const doubt =
    undecided === undefined
      ? " Whether payments are not decided yet cannot be told now: the service does not answer, or has no journal."
      : undecided === 0
        ? ""
        : ` ${undecided} of its payments are not decided yet, and nobody will find out.`;
  return confirmed(
    call,
    `The journal of all payments, the configuration and the pairings go away for ever.${doubt} Remove them?`,
    NOTHING_CHANGED,
  );
}

function asAdministrator({ platform }: ServiceMachine): string {
  return platform === "win32" ? "" : "sudo ";
}

function under(root: string, home: Home): Home {
  return {
    configFile: root + home.configFile,
    dataDirectory: root + home.dataDirectory,
    adminTokenFile: root + home.adminTokenFile,
    runningDaemonFile: root + home.runningDaemonFile,
  };
}

/** The service has the home of the system, whatever is set for the person who asks. */
function atServiceHome(command: Command, home: Home): Command {
  return (call) => {
    if (call.homeOption !== undefined) {
      throw wrongUsage("The service has the system's own places as its home: leave --home out.");
    }
    return command({ ...call, home, homeOption: undefined });
  };
}

function inWords(command: Command): Command {
  return async (call) => {
    try {
      return await command(call);
    } catch (error) {
      if (error instanceof HomeFailure || error instanceof SupervisorFailure) {
        throw new CommandFailure(EXIT.refused, error.message);
      }
      throw error;
    }
  };
}
