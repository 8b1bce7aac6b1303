import { chmod, mkdir, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { failureOf, HomeFailure, readIfThere, replaceFile, syncDirectory } from "./store.ts";

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const MAX_BYTES = 65_536;
/** What an interrupted write leaves beside the file; a secret must not lie about under such a name. */
const LEFTOVER = /\.tmp-[0-9a-f]+$/;

/** Files with owner-only rights under `data/secrets`. Names can be listed; a value is read by the daemon alone and never shown. */
export interface Secrets {
  names(): Promise<readonly string[]>;
  set(name: string, value: string): Promise<void>;
  /** Whether there was one. */
  remove(name: string): Promise<boolean>;
  read(name: string): Promise<string | undefined>;
}

export function isSecretName(name: string): boolean {
  return NAME.test(name) && !LEFTOVER.test(name);
}

export function openSecrets(dataDirectory: string): Secrets {
  const directory = join(dataDirectory, "secrets");
  return {
    names: async () => {
      const entries = await readdir(directory).catch(() => []);
      return entries.filter(isSecretName).sort();
    },
    set: async (name, value) => {
      const path = fileOf(directory, name);
      if (value === "") throw new HomeFailure("A secret is not empty: nothing was stored.");
      if (new TextEncoder().encode(value).length > MAX_BYTES) {
        throw new HomeFailure(`A secret has at most ${MAX_BYTES} bytes: nothing was stored.`);
      }
      await makeOwnerOnly(directory);
      await removeLeftovers(directory);
      await replaceFile(path, value, "ownerOnly");
    },
    remove: async (name) => {
      const path = fileOf(directory, name);
      if ((await readIfThere(path)) === undefined) return false;
      try {
        await rm(path);
        await syncDirectory(directory);
      } catch (error) {
        throw failureOf(error, path, "removed");
      }
      return true;
    },
    read: (name) => readIfThere(fileOf(directory, name)),
  };
}

/** Makes a directory that nobody else may enter, or takes others' rights to one that is there. */
export async function makeOwnerOnly(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    if (process.platform !== "win32" && ((await stat(directory)).mode & 0o077) !== 0) await chmod(directory, 0o700);
  } catch (error) {
    throw failureOf(error, directory, "made");
  }
}

function fileOf(directory: string, name: string): string {
  if (isSecretName(name)) return join(directory, name);
  throw new HomeFailure(
    "The name of a secret is 1 to 64 letters, digits, dots, hyphens and underscores, and begins with a letter or a digit.",
  );
}

async function removeLeftovers(directory: string): Promise<void> {
  let path = directory;
  try {
    for (const name of await readdir(directory)) {
      if (!LEFTOVER.test(name)) continue;
      path = join(directory, name);
      await rm(path, { force: true });
    }
  } catch (error) {
    throw failureOf(error, path, path === directory ? "read" : "removed");
  }
}
