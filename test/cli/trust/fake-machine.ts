import { existsSync, mkdirSync, rmSync, rmdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Machine, Person, Ran, Run } from "../../../src/cli/trust/machine.ts";
import type { Ending } from "../../support/ending.ts";
import { freshFolder } from "../../support/home-folder.ts";

export type FakeMachine = {
  readonly machine: Machine;
  /** What was run, as `program arguments`, in order. */
  readonly ran: Run[];
  /** By its folder: the nicknames and flags that NSS has there. */
  readonly nss: Map<string, Map<string, string>>;
  /** Folders whose NSS wants a password that nobody gives. */
  readonly locked: Set<string>;
  /** By scope, `-user` or nothing: the thumbprints of our certificates that Windows has. */
  readonly windows: Map<string, Set<string>>;
  /** Programs that fail. */
  readonly failing: Set<string>;
  /** Makes a file, and the folders around it, below the root of this machine. */
  put(path: string): string;
  at(path: string): string;
};

export type FakeMachineOptions = {
  readonly platform?: NodeJS.Platform;
  readonly programs?: readonly string[];
  readonly mayChangeSystem?: boolean;
  readonly people?: readonly string[];
};

const DONE = { kind: "ended", code: 0, output: "", complaint: "" } as const;
const failed = (complaint: string): Ran => ({ kind: "ended", code: 255, output: "", complaint });

/** A machine of files below a fresh folder, whose programs are played. */
export function fakeMachine(
  t: Ending,
  {
    platform = "linux",
    programs = ["certutil", "update-ca-certificates", "mkdir", "rm", "rmdir"],
    mayChangeSystem = true,
    people = ["ana"],
  }: FakeMachineOptions = {},
): FakeMachine {
  const root = freshFolder(t);
  const at = (path: string) => join(root, path);
  const put = (path: string) => {
    mkdirSync(join(at(path), ".."), { recursive: true });
    writeFileSync(at(path), "");
    return at(path);
  };
  for (const program of programs) put(platform === "win32" ? `bin/${program}.exe` : `bin/${program}`);
  const persons = people.map((name, index): Person => {
    mkdirSync(at(`home/${name}`), { recursive: true });
    return { name, home: at(`home/${name}`), identity: { uid: 1_000 + index, gid: 1_000 + index } };
  });
  const ran: Run[] = [];
  const failing = new Set<string>();
  const played = { nss: new Map<string, Map<string, string>>(), locked: new Set<string>() };
  const windows = new Map([
    ["", new Set<string>()],
    ["-user", new Set<string>()],
  ]);
  const run = async (asked: Run): Promise<Ran> => {
    ran.push(asked);
    const program = basename(asked.program, ".exe");
    if (failing.has([program, ...asked.args].join(" ")) || failing.has(program)) return failed("it cannot");
    if (program !== "certutil") return playFiles(program, asked.args);
    return platform === "win32" ? playWindows(windows, asked.args) : playNss(played, asked);
  };
  const machine: Machine = { platform, root, programFolders: [at("bin")], mayChangeSystem, people: persons, run };
  return { machine, ran, ...played, windows, failing, put, at };
}

function playFiles(program: string, args: readonly string[]): Ran {
  const paths = args.slice(args.indexOf("--") + 1);
  try {
    for (const path of paths) {
      if (program === "mkdir") mkdirSync(path);
      if (program === "rmdir") rmdirSync(path);
      if (program === "rm") rmSync(path, { force: true });
    }
    return DONE;
  } catch (error) {
    return failed(String(error));
  }
}

function playNss(
  { nss, locked }: { nss: Map<string, Map<string, string>>; locked: Set<string> },
  { args, stdin = "" }: Run,
): Ran {
  const [, database = "", what = "", ...rest] = args;
  const folder = database.replace(/^sql:/, "");
  const after = (flag: string) => rest[rest.indexOf(flag) + 1] ?? "";
  if (what === "-N") {
    for (const file of ["cert9.db", "key4.db", "pkcs11.txt"]) writeFileSync(join(folder, file), "");
    return DONE;
  }
  if (!existsSync(join(folder, "cert9.db"))) return failed("SEC_ERROR_BAD_DATABASE: security library: bad database.");
  const entries = nss.get(folder) ?? new Map<string, string>();
  nss.set(folder, entries);
  switch (what) {
    case "-L": {
      const lines = [...entries].map(([name, flags]) => `${name.padEnd(60)} ${flags.padEnd(5)}`);
      return { ...DONE, output: ["", "Certificate Nickname    Trust Attributes", "", ...lines, ""].join("\n") };
    }
    case "-K":
      return failed("certutil: no keys found");
    case "-A":
      if (!stdin.startsWith("-----BEGIN CERTIFICATE-----")) return failed("could not decode certificate");
      entries.set(after("-n"), locked.has(folder) ? ",," : after("-t"));
      return locked.has(folder) ? failed("could not authenticate to token: SEC_ERROR_BAD_PASSWORD: wrong") : DONE;
    case "-D":
      return entries.delete(after("-n")) ? DONE : failed("could not find certificate");
    default:
      return failed(`unknown ${what}`);
  }
}

/** With the words of a Windows that speaks Spanish. */
function playWindows(windows: Map<string, Set<string>>, args: readonly string[]): Ran {
  const scope = args[0] === "-user" ? "-user" : "";
  const [what = "", ...rest] = scope === "" ? args : args.slice(1);
  const kept = windows.get(scope) ?? new Set();
  const thumbprint = rest.at(-1) ?? "";
  switch (what) {
    case "-store": {
      const entries = [...kept].map(
        (each, index) =>
          `================ Certificado ${index} ================\nNúmero de serie: 56c345b28afa378cd095e5ba7abb\n` +
          `Emisor: CN=Tillbridge on pc, O=Tillbridge local authority\nHash de cert(sha1): ${each}\n`,
      );
      const stranger = `================ Certificado 9 ================\nEmisor: CN=Other\nHash de cert(sha1): ${"0".repeat(40)}\n`;
      return { ...DONE, output: [...entries, stranger].join("\n") };
    }
    case "-addstore":
      kept.add("added");
      return DONE;
    case "-delstore":
      return kept.delete(thumbprint) ? DONE : failed("no encontrado");
    default:
      return failed(what);
  }
}
