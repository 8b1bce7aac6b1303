import { complaintOf, type Run } from "./run.ts";
import { SupervisorFailure } from "./supervisor.ts";

const KEY = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment";

/** The PATH of all users. One that cannot be read is never written: a machine without it is broken. */
export function windowsPath(run: Run, systemRoot: string) {
  const reg = `${systemRoot}\\System32\\reg.exe`;
  const read = async (): Promise<readonly string[] | "unreadable"> => {
    const ran = await run(reg, ["query", KEY, "/v", "Path"]);
    const path = ran.kind === "ended" && ran.code === 0 ? VALUE.exec(ran.output)?.[1] : undefined;
    return path?.split(";").filter((folder) => folder !== "") ?? "unreadable";
  };
  const write = async (folders: readonly string[]) => {
    const ran = await run(reg, ["add", KEY, "/v", "Path", "/t", "REG_EXPAND_SZ", "/d", folders.join(";"), "/f"]);
    const complaint = complaintOf(ran);
    if (complaint !== undefined) throw new SupervisorFailure(`PATH in the registry cannot be changed: ${complaint}`);
  };
  return {
    add: async (folder: string): Promise<"added" | "there" | "unreadable"> => {
      const folders = await read();
      if (folders === "unreadable") return "unreadable";
      if (folders.includes(folder)) return "there";
      if (!folders.every(isCertain)) return "unreadable";
      await write([...folders, folder]);
      return "added";
    },
    remove: async (folder: string): Promise<void> => {
      const folders = await read();
      if (folders === "unreadable" || !folders.includes(folder)) return;
      if (!folders.every(isCertain)) throw new SupervisorFailure(`Take ${folder} out of PATH by hand.`);
      await write(folders.filter((each) => each !== folder));
    },
  };
}

/**
 * `reg.exe` writes in the alphabet of the console: any other letter may be one of two, and what that has no letter for comes as a question
 * mark. Written back, such a folder of another program would be lost.
 */
function isCertain(folder: string): boolean {
  return /^[ ->@-~]*$/.test(folder);
}

const VALUE = /\sREG_(?:EXPAND_)?SZ\s+(.*?)\s*$/m;
