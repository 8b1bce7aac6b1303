import { randomBytes } from "node:crypto";
import { mkdir, open, readFile, rename, rm, rmdir } from "node:fs/promises";
import { dirname, join } from "node:path";

/** Every user's browser reads it, only the administrator writes it. */
const READABLE_BY_ALL = 0o644;

/** The text of a file; undefined where there is none. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (isCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

/** All of it or nothing, and on the disk when it returns. */
export async function replaceFile(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o755 });
  const fresh = join(dirname(path), `.tillbridge-${randomBytes(6).toString("hex")}`);
  try {
    const file = await open(fresh, "wx", READABLE_BY_ALL);
    try {
      await file.chmod(READABLE_BY_ALL); // Whatever the umask of the shell is.
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(fresh, path);
  } finally {
    await rm(fresh, { force: true });
  }
}

/** Removes a file, and the folders that it was in as far as nothing else is in them, up to `top`. */
export async function removeFile(path: string, top: string): Promise<void> {
  await rm(path, { force: true });
  for (let folder = dirname(path); folder.length > top.length; folder = dirname(folder)) {
    try {
      await rmdir(folder);
    } catch {
      return; // Something is in it, or it is not ours to remove.
    }
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
