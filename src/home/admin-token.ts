import { randomBytes } from "node:crypto";
import { rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { Secret } from "../core/secret.ts";
import { createFile, readIfThere } from "./store.ts";
import { restrictOnWindows, systemRights, type WindowsRights } from "./windows-rights.ts";

const TOKEN_BYTES = 32;
const TOKEN = /^[0-9a-f]{64}\n?$/;

export type AdminToken = {
  readonly token: Secret;
  /** `now`: at the first start, or because the old one was torn or could be read by other users of the machine. */
  readonly made: "before" | "now";
  /** Other users of the machine may be able to read it, because: for the log, as loud as it can. */
  readonly exposed?: string;
};

/** Windows has no file modes; there the rights are set anew at each start. Undefined elsewhere. */
const rightsHere = process.platform === "win32" ? systemRights : undefined;

/**
 * The local administrator's token: 256 bits in a file that its owner, and on Windows the administrators, can read. Whoever can read
 * it may do everything.
 */
export async function openAdminToken(
  path: string,
  windows: WindowsRights | undefined = rightsHere,
): Promise<AdminToken> {
  const folder = dirname(path);
  // Before the file is made, so that it is nobody else's from the first byte on.
  const folderFault = windows && (await restrictOnWindows(folder, "folder", windows));
  const opened = await openFile(path);
  const fault = folderFault ?? (windows && (await restrictOnWindows(path, "file", windows)));
  if (fault === undefined) return opened;
  const exposed =
    `Other users of this machine may be able to read ${path} and do everything with it: the rights could not be set (${fault}). ` +
    `Set them by hand: icacls "${folder}" /inheritance:r /grant:r *S-1-5-18:(OI)(CI)F *S-1-5-32-544:(OI)(CI)F`;
  return { ...opened, exposed };
}

async function openFile(path: string): Promise<AdminToken> {
  const stored = await readIfThere(path);
  if (stored !== undefined && TOKEN.test(stored) && (await isOwnerOnly(path))) {
    return { token: new Secret(stored.trim()), made: "before" };
  }
  const token = randomBytes(TOKEN_BYTES).toString("hex");
  await rm(path, { force: true });
  await createFile(path, `${token}\n`);
  return { token: new Secret(token), made: "now" };
}

async function isOwnerOnly(path: string): Promise<boolean> {
  return process.platform === "win32" || ((await stat(path)).mode & 0o077) === 0;
}
