import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, copyFileSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Ending } from "../../support/ending.ts";
import { freshFolder } from "../../support/home-folder.ts";
import { until } from "../../support/until.ts";

const WINE = "/usr/lib/wine/wine64";
const WINE_SERVER = "/usr/lib/wine/wineserver64";

/** A Windows of its own, in a folder that goes with the test. */
export type WinePc = {
  /** Drive C. */
  readonly drive: string;
  /** Where the service keeps everything, as this machine sees it. */
  readonly home: string;
  readonly installation: string;
  /** Runs a program of Windows and answers its exit code and what it wrote. */
  run(program: string, ...args: readonly string[]): Promise<{ readonly code: number | null; readonly output: string }>;
  /** What the registry says; undefined where there is no such key. */
  registry(key: string): Promise<string | undefined>;
  serviceState(): Promise<string>;
  /** Ends everything that runs in it, and starts it as a machine is started that was switched off. */
  reboot(): Promise<void>;
  /** Processes of it whose program ends with this name. Their ids are this machine's. */
  processes(name: string): readonly number[];
};

/** Of a path of this machine, for a program in wine. */
export function windowsPath(path: string): string {
  return `Z:${path.replaceAll("/", "\\")}`;
}

export async function startWinePc(ending: Ending): Promise<WinePc> {
  const prefix = join(freshFolder(ending), "wine");
  const environment = {
    ...process.env,
    WINEPREFIX: prefix,
    WINEDEBUG: "-all",
    // Otherwise it offers to download a browser and .NET.
    WINEDLLOVERRIDES: "mscoree,mshtml=",
    DISPLAY: "",
  };

  /** Standard output is a file: the Node that wine runs does not start with a pipe. */
  const run: WinePc["run"] = async (program, ...args) => {
    const file = `${prefix}.output`;
    const output = openSync(file, "w");
    const child = spawn(WINE, [program, ...args], { env: environment, stdio: ["ignore", output, output] });
    closeSync(output);
    const [code] = (await once(child, "exit")) as [number | null];
    return { code, output: readFileSync(file, "utf8").replaceAll("\r", "") };
  };
  /** Of this prefix alone: the server knows all of its processes. */
  const endAll = () =>
    new Promise<void>((resolve) => {
      execFile(WINE_SERVER, ["-k"], { env: environment }, () => {
        execFile(WINE_SERVER, ["-w"], { env: environment }, () => resolve());
      });
    });
  ending.after(endAll);
  /** A second after the last program that is no service of its own has ended, wine goes down, whatever a service is about to start. */
  const logIn = () => {
    // It waits for a word, which never comes.
    spawn(WINE, ["cmd"], { env: environment, stdio: ["pipe", "ignore", "ignore"] });
  };

  await run("wineboot", "-i");
  // Node looks whether Windows is new enough.
  await run("winecfg", "/v", "win10");
  await endAll();
  logIn();
  const drive = join(prefix, "drive_c");
  const pc: WinePc = {
    drive,
    home: join(drive, "ProgramData", "tillbridge"),
    installation: join(drive, "Program Files", "Tillbridge"),
    run,
    registry: async (key) => {
      const { code, output } = await run("reg", "query", key, "/s");
      return code === 0 ? output : undefined;
    },
    serviceState: async () =>
      /STATE +: \d+ +(\w+)/.exec((await run("sc", "query", "Tillbridge")).output)?.[1] ?? "none",
    reboot: async () => {
      await endAll();
      // The first program starts the services that start by themselves.
      await run("wineboot", "-b");
      logIn();
    },
    processes: (name) =>
      readdirSync("/proc")
        .filter((entry) => /^\d+$/.test(entry))
        .filter((pid) => (partsOf(pid, "cmdline")[0] ?? "").endsWith(`\\${name}`))
        .filter((pid) => partsOf(pid, "environ").includes(`WINEPREFIX=${prefix}`))
        .map(Number),
  };
  return pc;
}

/** The process may have ended meanwhile. */
function partsOf(pid: string, file: "cmdline" | "environ"): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8").split("\0");
  } catch {
    return [];
  }
}

/**
 * A home folder from which commands of this machine reach the daemon: of the service's own, they would say that the daemon has
 * ended, for its process has another number here.
 */
export function homeOfCommands(ending: Ending, pc: WinePc): string {
  const home = freshFolder(ending);
  mkdirSync(join(home, "data"));
  copyFileSync(join(pc.home, "data", "admin.token"), join(home, "data", "admin.token"));
  const daemon = JSON.parse(readFileSync(join(pc.home, "data", "daemon.json"), "utf8")) as object;
  writeFileSync(join(home, "data", "daemon.json"), JSON.stringify({ ...daemon, pid: process.pid }));
  return home;
}

/** What the service's daemon said at its last start: where it listens. Written when it is ready, and removed in order. */
export async function readyIn(pc: WinePc, butNot?: number): Promise<number> {
  let pid: number | undefined;
  await until(() => {
    pid = daemonOf(pc);
    return pid !== undefined && pid !== butNot;
  });
  return pid ?? 0;
}

/** By Windows' number; undefined while none is ready. */
export function daemonOf(pc: WinePc): number | undefined {
  try {
    const { pid } = JSON.parse(readFileSync(join(pc.home, "data", "daemon.json"), "utf8")) as { readonly pid: number };
    return pid;
  } catch {
    return undefined;
  }
}
