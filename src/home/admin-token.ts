import { randomBytes } from "node:crypto";
import { rm, stat } from "node:fs/promises";
import { createFile, readIfThere } from "./store.ts";

const TOKEN_BYTES = 32;
const TOKEN = /^[0-9a-f]{64}\n?$/;

/** `made`: at the first start, or because the old one was torn or could be read by other users of the machine. */
export type AdminToken = { readonly token: string; readonly made: "before" | "now" };

/** The local administrator's token: 256 bits in a file that its owner alone can read. Whoever can read it may do everything. */
export async function openAdminToken(path: string): Promise<AdminToken> {
  const stored = await readIfThere(path);
  if (stored !== undefined && TOKEN.test(stored) && (await isOwnerOnly(path)))
    return { token: stored.trim(), made: "before" };
  const token = randomBytes(TOKEN_BYTES).toString("hex");
  await rm(path, { force: true });
  await createFile(path, `${token}\n`);
  return { token, made: "now" };
}

/** On Windows the rights come from the folder, which the installer gives to the service and the administrators. */
async function isOwnerOnly(path: string): Promise<boolean> {
  return process.platform === "win32" || ((await stat(path)).mode & 0o077) === 0;
}
