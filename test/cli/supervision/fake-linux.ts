import { existsSync, lstatSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ServiceMachine } from "../../../src/cli/supervision/installer.ts";
import type { Ran, Run } from "../../../src/cli/supervision/run.ts";
import type { Ending } from "../../support/ending.ts";
import { freshFolder } from "../../support/home-folder.ts";

const UNIT = "tillbridge.service";
const DONE = { kind: "ended", code: 0, output: "", complaint: "" } as const satisfies Ran;
const failed = (code: number, complaint: string): Ran => ({ kind: "ended", code, output: "", complaint });

export type FakeLinux = {
  readonly machine: ServiceMachine;
  /** What was run, as `program arguments`, in order. */
  readonly ran: string[];
  /** Programs with their first words that fail, and what they say then. */
  readonly failing: Map<string, string>;
  /** Programs that are not there. */
  readonly absent: Set<string>;
  readonly accounts: Set<string>;
  isRunning(): boolean;
  /** What the daemon does when it is started. */
  onStart: () => void;
  onStop: () => void;
  at(path: string): string;
  put(path: string, text: string): void;
};

/** A Debian of files below a fresh folder, whose systemd and whose users are played as the real ones do it. */
export function fakeLinux(t: Ending): FakeLinux {
  const root = freshFolder(t);
  const at = (path: string) => join(root, path);
  for (const folder of [
    "opt",
    "usr/local/bin",
    "etc/systemd/system/multi-user.target.wants",
    "etc/udev/rules.d",
    "run",
    "var/lib",
    "var/log",
  ])
    mkdirSync(at(folder), { recursive: true });
  const unitFile = at(`etc/systemd/system/${UNIT}`);
  const wanted = at(`etc/systemd/system/multi-user.target.wants/${UNIT}`);
  const ran: string[] = [];
  const failing = new Map<string, string>();
  const absent = new Set<string>();
  const accounts = new Set(["group dialout"]);
  let [isLoaded, isRunning] = [false, false];

  const isWanted = () => lstatSync(wanted, { throwIfNoEntry: false }) !== undefined;
  const show = () =>
    [
      `MainPID=${isRunning ? process.pid : 0}`,
      "Result=success",
      "NRestarts=0",
      "ExecMainCode=0",
      "ExecMainStatus=0",
      "User=tillbridge",
      `LoadState=${isLoaded || isRunning ? "loaded" : "not-found"}`,
      `ActiveState=${isRunning ? "active" : "inactive"}`,
      `SubState=${isRunning ? "running" : "dead"}`,
      `UnitFileState=${isWanted() ? "enabled" : "disabled"}`,
      "StateChangeTimestamp=Sun 2026-11-29 16:55:41 UTC",
    ].join("\n");

  const systemctl = (verb: string): Ran => {
    switch (verb) {
      case "show":
        return { ...DONE, output: show() };
      case "daemon-reload":
        isLoaded = existsSync(unitFile);
        return DONE;
      case "enable":
        if (!existsSync(unitFile)) return failed(1, `Failed to enable unit: Unit file ${UNIT} does not exist.`);
        if (!isWanted()) symlinkSync(`/etc/systemd/system/${UNIT}`, wanted);
        return DONE;
      case "disable":
        if (!existsSync(unitFile)) return failed(1, `Failed to disable unit: Unit file ${UNIT} does not exist.`);
        rmSync(wanted, { force: true });
        return DONE;
      case "start":
        if (!isLoaded) return failed(5, `Failed to start ${UNIT}: Unit ${UNIT} not found.`);
        if (!isRunning) {
          isRunning = true;
          linux.onStart();
        }
        return DONE;
      case "stop":
        if (isRunning) linux.onStop();
        isRunning = false;
        return DONE;
      default:
        return DONE;
    }
  };
  const account = (program: string, args: readonly string[]): Ran => {
    const name = args.at(-1) ?? "";
    switch (program) {
      case "getent":
        return accounts.has(args.join(" ")) ? DONE : failed(2, "");
      case "systemd-sysusers":
        if (!readFileSync(name, "utf8").includes("u tillbridge")) return failed(1, "no user in it");
        accounts.add("passwd tillbridge").add("group tillbridge");
        return DONE;
      case "useradd":
        accounts.add(`passwd ${name}`).add(`group ${name}`);
        return DONE;
      case "userdel":
        accounts.delete(`group ${name}`);
        return accounts.delete(`passwd ${name}`) ? DONE : failed(6, `userdel: user '${name}' does not exist`);
      default:
        return DONE;
    }
  };
  const run: Run = (program, args) => {
    const words = args.filter((word) => !["--no-ask-password", "--no-pager", "--quiet"].includes(word));
    const line = [program, ...words].join(" ");
    ran.push(line);
    if (absent.has(program))
      return Promise.resolve({ kind: "failed", why: `${program} cannot be run to its end: ENOENT` });
    const complaint = [...failing].find(([start]) => line.startsWith(start))?.[1];
    if (complaint !== undefined) return Promise.resolve(failed(1, complaint));
    if (program === "systemctl") return Promise.resolve(systemctl(words[0] ?? ""));
    if (program === "rm") rmSync(words.at(-1) ?? "", { recursive: true, force: true });
    return Promise.resolve(account(program, words));
  };
  const linux: FakeLinux = {
    machine: {
      platform: "linux",
      root,
      run,
      isAdministrator: true,
      environment: {},
      pause: () => Promise.resolve(),
    },
    ran,
    failing,
    absent,
    accounts,
    isRunning: () => isRunning,
    onStart: () => {},
    onStop: () => {},
    at,
    put: (path, text) => {
      mkdirSync(dirname(at(path)), { recursive: true });
      writeFileSync(at(path), text);
    },
  };
  return linux;
}
