import { spawn } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { homedir, userInfo } from "node:os";
import { delimiter, join } from "node:path";

/** Whose browsers are looked at. */
export type Person = {
  readonly name: string;
  readonly home: string;
  /** As whom programs run that write in this home; absent where they run as we do. */
  readonly identity?: { readonly uid: number; readonly gid: number };
};

export type Ran =
  | { readonly kind: "ended"; readonly code: number; readonly output: string; readonly complaint: string }
  | { readonly kind: "failed"; readonly why: string };

export type Run = {
  readonly program: string;
  readonly args: readonly string[];
  readonly person?: Person;
  readonly stdin?: string;
};

/** Runs programs of the system, each to its end. */
type Runner = (run: Run) => Promise<Ran>;

/** The machine whose stores of certificates are changed. */
export type Machine = {
  readonly platform: NodeJS.Platform;
  /** Stands before the system's own folders; empty on a real machine. */
  readonly root: string;
  /** Where programs are looked for, in this order. */
  readonly programFolders: readonly string[];
  /** Whether the stores that all users share may be changed. Of Linux. */
  readonly mayChangeSystem: boolean;
  readonly people: readonly Person[];
  readonly run: Runner;
};

/** Of a person, in /etc/passwd of any Linux. */
const FIRST_PERSON = 1_000;
const NOBODY = 65_534;

const RUN_LIMIT_MS = 60_000;
const MAX_OUTPUT_CHARACTERS = 8 * 1_048_576;

const SYSTEM_FOLDERS = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin", "/snap/bin"];

export function thisMachine(): Machine {
  const windows = process.platform === "win32";
  const asRoot = process.getuid?.() === 0;
  const path = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  const windowsFolder = process.env["SystemRoot"] ?? "C:\\Windows";
  return {
    platform: process.platform,
    root: "",
    programFolders: windows ? [join(windowsFolder, "System32")] : [...path, ...SYSTEM_FOLDERS],
    mayChangeSystem: asRoot,
    people: asRoot ? everybody() : [{ name: userInfo().username, home: homedir() }],
    run: runProgram,
  };
}

/** The program's whole path; undefined where it is not there. */
export function findProgram({ programFolders, platform }: Machine, name: string): string | undefined {
  const file = platform === "win32" ? `${name}.exe` : name;
  return programFolders.map((folder) => join(folder, file)).find((path) => existsSync(path));
}

/** Runs the first of these programs that is there. */
export async function runFound(machine: Machine, name: string, run: Omit<Run, "program">): Promise<Ran> {
  const program = findProgram(machine, name);
  if (program === undefined) return { kind: "failed", why: `there is no program ${name}` };
  return machine.run({ program, ...run });
}

/** What a program said, for people: its last line. Undefined where it did as it was asked. */
export function complaintOf(ran: Ran): string | undefined {
  if (ran.kind === "failed") return ran.why;
  if (ran.code === 0) return undefined;
  return lastLine(ran.complaint) ?? lastLine(ran.output) ?? `it ended with ${ran.code}`;
}

function lastLine(text: string): string | undefined {
  return text.split("\n").findLast((line) => line.trim() !== "");
}

/** Root and the people of this machine. A home is looked into only where it is its person's own. */
function everybody(): readonly Person[] {
  const passwd = existsSync("/etc/passwd") ? readFileSync("/etc/passwd", "utf8") : "";
  const people = passwd.split("\n").flatMap((line): Person[] => {
    const [name = "", , uidText = "", gidText = "", , home = ""] = line.split(":");
    const [uid, gid] = [Number(uidText), Number(gidText)];
    if (!(uid >= FIRST_PERSON && uid !== NOBODY) || ownerOf(home) !== uid) return [];
    return [{ name, home, identity: { uid, gid } }];
  });
  // Some systems leave the variable HOME at the folder of whoever became root.
  const roots = [homedir(), userInfo().homedir].find((home) => ownerOf(home) === 0);
  return roots === undefined ? people : [{ name: "root", home: roots }, ...people];
}

function ownerOf(folder: string): number | undefined {
  return folder === "" ? undefined : statSync(folder, { throwIfNoEntry: false })?.uid;
}

/** Without a shell, and without a terminal on which it could ask for a password. */
const runProgram: Runner = ({ program, args, person, stdin }) =>
  new Promise((resolve) => {
    const windows = process.platform === "win32";
    const child = spawn(program, args, {
      ...(windows ? { windowsHide: true } : { cwd: "/", detached: true }),
      env: { ...process.env, LC_ALL: "C", ...(person === undefined ? {} : { HOME: person.home }) },
      ...person?.identity,
      stdio: ["pipe", "pipe", "pipe"],
    });
    let [output, complaint] = ["", ""];
    const kept = (before: string, text: string) => (before.length > MAX_OUTPUT_CHARACTERS ? before : before + text);
    child.stdout.setEncoding("utf8").on("data", (text: string) => (output = kept(output, text)));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (complaint = kept(complaint, text)));
    const end = (ran: Ran) => {
      clearTimeout(limit);
      resolve(ran);
    };
    const limit = setTimeout(() => {
      child.kill("SIGKILL");
      for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
      end({ kind: "failed", why: `${program} did not end within ${RUN_LIMIT_MS / 1_000} seconds` });
    }, RUN_LIMIT_MS);
    child.on("error", (error) => end({ kind: "failed", why: `${program} cannot be run: ${error.message}` }));
    child.on("close", (code) => end({ kind: "ended", code: code ?? -1, output, complaint }));
    child.stdin.on("error", () => {}); // It may end without reading.
    child.stdin.end(stdin ?? "");
  });
