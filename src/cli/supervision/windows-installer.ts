import { readFile, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { CURRENT_FILE } from "../../home/program/installed.ts";
import { codeOf, HomeFailure, readIfThere } from "../../home/store.ts";
import { isThere, makeOwnFolder, placeFile, type FileKind } from "./durable-files.ts";
import type { Found, Installer, ServiceMachine, Unpacked } from "./installer.ts";
import { placeVersion } from "./program-version.ts";
import { complaintOf, type Run } from "./run.ts";
import { SupervisorFailure, type Supervisor } from "./supervisor.ts";
import { Undoing } from "./undoing.ts";
import { windowsPath } from "./windows-path.ts";

const HOST = "tillbridge-service.exe";
const LAUNCHER = "tillbridge.cmd";
/** Tells an installation by `service install` from one by the MSI, which has its own way out. */
const MARK = "installed-from-folder.txt";
const MSI_WAY_OUT = "Settings, Apps, Tillbridge, Uninstall";
type Places = { readonly installation: string; readonly home: string; readonly systemRoot: string };

/** Under %ProgramFiles%, with the service host of Windows. */
export function windowsInstaller(machine: ServiceMachine, supervisor: Supervisor): Installer {
  const { environment, root, run } = machine;
  const places: Places = {
    installation: join(root, environment["ProgramFiles"] ?? "C:\\Program Files", "Tillbridge"),
    home: join(root, environment["ProgramData"] ?? "C:\\ProgramData", "tillbridge"),
    systemRoot: environment["SystemRoot"] ?? "C:\\Windows",
  };
  const { installation } = places;

  const found = async (): Promise<Found> => {
    const version = (await readIfThere(join(installation, CURRENT_FILE)))?.trim();
    if (await isThere(join(installation, MARK))) return { kind: "folder", version };
    return version === undefined ? { kind: "nothing" } : { kind: "package", remove: MSI_WAY_OUT, purge: MSI_WAY_OUT };
  };

  return {
    installation,
    found,
    install: async (unpacked) => {
      const kind = (await found()).kind === "nothing" ? "new" : "again";
      const undoing = new Undoing();
      try {
        const wasRunning = (await supervisor.state()).kind === "running";
        const changed = await placeFiles(unpacked, installation, wasRunning ? "running" : "stopped", undoing);
        const notes = await register(run, supervisor, places, undoing);
        if (!wasRunning) {
          undoing.add("the running service", () => supervisor.stop());
          await supervisor.start();
        }
        return { kind, wantsRestart: wasRunning && changed === "changed", notes };
      } catch (error) {
        if (!(error instanceof SupervisorFailure) && !(error instanceof HomeFailure) && codeOf(error) === "")
          throw error;
        const left = await undoing.takeBack();
        const rest = left.length === 0 ? "" : ` ${left.join(" and ")} could not be taken away.`;
        const message = error instanceof Error ? error.message : String(error);
        throw new HomeFailure(`${message} What had been made until then was taken away again.${rest}`, {
          cause: error,
        });
      }
    },
    remove: () => {
      const undoing = new Undoing();
      // A program that runs cannot be removed: where this command is the installed one, its folder stays.
      undoing.add(`The folder (\`rmdir /s /q "${installation}"\` does it when this command has ended)`, () =>
        removeFolder(installation),
      );
      undoing.add("the folder in PATH", () => windowsPath(run, places.systemRoot).remove(installation));
      undoing.add("the service", async () => {
        if ((await supervisor.state()).kind !== "notInstalled")
          await must(run, join(installation, HOST), ["uninstall"]);
      });
      return undoing.takeBack();
    },
    purge: () => {
      const undoing = new Undoing();
      undoing.add(places.home, () => removeFolder(places.home));
      return undoing.takeBack();
    },
  };
}

async function placeFiles(
  { folder, program }: Unpacked,
  installation: string,
  service: "running" | "stopped",
  undoing: Undoing,
): Promise<"changed" | "same"> {
  const versions = join(installation, "versions");
  for (const path of [installation, versions]) {
    if ((await makeOwnFolder(path)) === "made") undoing.add(path, () => rmdir(path));
  }
  const place = async (name: string, content: string | Buffer, kind: FileKind) => {
    const path = join(installation, name);
    const wasThere = await isThere(path);
    await placeFile(path, content, kind);
    if (!wasThere) undoing.add(path, () => rm(path));
  };
  await place(MARK, `${folder}\r\n`, "file");
  const target = join(versions, program.version);
  const changed = await placeVersion(folder, target, undoing);
  const part = (name: string) => readFile(join(target, "service", name));
  await place(LAUNCHER, await part(LAUNCHER), "program");
  // Windows lets nobody replace the host of a service that runs; the one of the same version is the same.
  if (service === "stopped") await place(HOST, await part(HOST), "program");
  await place(CURRENT_FILE, `${program.version}\n`, "file");
  return changed;
}

/** With Windows itself: the service with the rights on its data, which its host sees to, and where the command is found. */
async function register(
  run: Run,
  supervisor: Supervisor,
  { installation, home, systemRoot }: Places,
  undoing: Undoing,
): Promise<readonly string[]> {
  const host = join(installation, HOST);
  // What the service makes at its first start holds nothing yet: no terminal, no POS, no payment.
  if (!(await isThere(home))) undoing.add(home, () => removeFolder(home));
  if ((await supervisor.state()).kind === "notInstalled") {
    undoing.add("the service", () => must(run, host, ["uninstall"]));
    await must(run, host, ["install"]);
  }
  const path = windowsPath(run, systemRoot);
  switch (await path.add(installation)) {
    case "there":
      return [];
    case "added":
      undoing.add("the folder in PATH", () => path.remove(installation));
      return ["The command is found by its name after the next login."];
    case "unreadable":
      return [`PATH was left as it is: the command is ${join(installation, LAUNCHER)}.`];
  }
}

async function must(run: Run, program: string, args: readonly string[]): Promise<void> {
  const complaint = complaintOf(await run(program, args));
  if (complaint !== undefined) throw new SupervisorFailure(`\`${program} ${args.join(" ")}\` failed: ${complaint}`);
}

/** Windows holds a file for a moment after its program has ended. */
function removeFolder(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true, maxRetries: 5 });
}
