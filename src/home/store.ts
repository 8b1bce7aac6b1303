import { open, readFile, realpath, stat } from "node:fs/promises";
import { basename, dirname } from "node:path";

/** The home folder cannot be used: no rights, no space. The message says what, where, and what to do next. */
export class HomeFailure extends Error {
  override readonly name = "HomeFailure";
}

/** `ownerOnly`: nobody else may read it. `everybodyReads`: whatever the mask of whoever writes. `kept`: as the file was, or as the system makes new ones. */
export type Rights = "ownerOnly" | "everybodyReads" | "kept";

const MODES = { ownerOnly: { configFileMode: 0o600 }, everybodyReads: { configFileMode: 0o644 }, kept: {} } as const;

/** Of a file that people or we write here. */
const MAX_FILE_BYTES = 4 * 1_048_576;

/** The text of a file; undefined where there is none. Pipes and devices, which may never end, are not opened. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    const found = await stat(path);
    if (!found.isFile() && !found.isDirectory()) throw new HomeFailure(`${path} is no file. Move it away.`);
    if (found.size > MAX_FILE_BYTES && found.isFile()) {
      throw new HomeFailure(`${path} has ${found.size} bytes, and at most ${MAX_FILE_BYTES} are read. Move it away.`);
    }
    return await readFile(path, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw failureOf(error, path, "read");
  }
}

/** Puts another text in place of a file's: all of it or nothing, and on the disk when it returns. Symbolic links are followed. */
export async function replaceFile(path: string, text: string, rights: Rights): Promise<void> {
  const Conf = await importConf();
  try {
    const store = new Conf<{ text: string }>({
      cwd: dirname(path),
      configName: basename(path),
      fileExtension: "",
      serialize: (document) => document.text,
      deserialize: (content) => ({ text: content }),
      ...MODES[rights],
    });
    withoutSnap(() => (store.store = { text }));
    await syncDirectory(dirname(await realpath(path)));
  } catch (error) {
    throw failureOf(error, path, "written");
  }
}

/** Makes a file that its owner alone may read, from the first byte on; on the disk when it returns. A torn one is for its reader to find. */
export async function createFile(path: string, text: string): Promise<void> {
  try {
    const file = await open(path, "wx", 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await syncDirectory(dirname(path));
  } catch (error) {
    throw failureOf(error, path, "made");
  }
}

/** Makes the names in a directory durable. Windows has no such call: its file system keeps them in its own journal. */
export async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(directory, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A failing file system in words for people. */
export function failureOf(error: unknown, path: string, verb: "read" | "written" | "made" | "removed"): HomeFailure {
  if (error instanceof HomeFailure) return error;
  const code = codeOf(error);
  const why = REMEDIES[code] ?? `the system says ${code === "" ? String(error) : code}`;
  return new HomeFailure(`${path} cannot be ${verb}: ${why}.`, { cause: error });
}

export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

const REMEDIES: Readonly<Record<string, string>> = {
  EACCES: "this user has no rights to it. Run the command as the user of the service, or change the folder's owner",
  EPERM: "this user has no rights to it. Run the command as the user of the service, or change the folder's owner",
  EROFS: "the disk is read-only. Mount it writable, or name another folder with --home",
  ENOSPC: "the disk is full. Free some space and try again",
  EDQUOT: "the user's share of the disk is full. Free some space and try again",
  EEXIST: "there is a file of that name where a folder is needed. Move it away",
  ENOTDIR: "a part of the path is a file where a folder is needed. Move that file away",
  EISDIR: "there is a folder of that name. Move it away",
  EMFILE: "this process has too many files open",
};

const ENDING_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Loaded when something is written, which a start hardly ever does. On import conf's file writer hooks into the signals that
 * end a process, to remove its temporary files, and then raises each signal once more: that would turn one polite SIGTERM into
 * "and now at once". So its hooks are taken off again.
 */
async function importConf() {
  const ours = new Set<unknown>(ENDING_SIGNALS.flatMap((signal) => process.listeners(signal)));
  const { default: Conf } = await import("conf");
  for (const signal of ENDING_SIGNALS) {
    for (const listener of process.listeners(signal)) if (!ours.has(listener)) process.off(signal, listener);
  }
  return Conf;
}

/** With SNAP in the environment, as in a shell opened by a packaged editor, conf writes in place: not all or nothing. */
function withoutSnap(write: () => void): void {
  const snap = process.env["SNAP"];
  delete process.env["SNAP"];
  try {
    write();
  } finally {
    if (snap !== undefined) process.env["SNAP"] = snap;
  }
}
