import { createReadStream } from "node:fs";
import { chmod, link, lstat, mkdir, open, readdir, rm, stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import { codeOf, failureOf, syncDirectory } from "../store.ts";

/** Everything below is on the disk when it returns. */
export async function syncTree(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await syncTree(path);
    else if (entry.isFile()) await syncFile(path);
  }
  await syncDirectory(folder);
}

const [RUN_BY_ALL, READ_BY_ALL] = [0o755, 0o644];

/**
 * Everybody may run what lies below and its owner alone may change it, whatever the mask of whoever made it was, and nothing of it runs
 * with another user's rights.
 */
export async function openToAll(folder: string): Promise<void> {
  await chmod(folder, RUN_BY_ALL);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await openToAll(path);
    else if (entry.isFile()) await chmod(path, ((await stat(path)).mode & 0o100) === 0 ? READ_BY_ALL : RUN_BY_ALL);
  }
}

async function syncFile(path: string): Promise<void> {
  // Windows flushes only what was opened for writing.
  const file = await open(path, process.platform === "win32" ? "r+" : "r");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A second name for every file that is nobody else's, where the disk knows that, else a copy. Links and devices are left out: a program has none. */
export async function linkTree(from: string, to: string): Promise<void> {
  try {
    await mkdir(to, { recursive: true });
    await chmod(to, RUN_BY_ALL);
    for (const entry of await readdir(from, { withFileTypes: true })) {
      const [source, target] = [join(from, entry.name), join(to, entry.name)];
      if (entry.isDirectory()) await linkTree(source, target);
      else if (entry.isFile()) await linkOrCopy(source, target);
    }
  } catch (error) {
    throw failureOf(error, to, "written");
  }
}

async function linkOrCopy(source: string, target: string): Promise<void> {
  if (await isLinked(source, target)) return;
  // Not copyFile: as root it gives the copy to the owner of the original, who could change it then.
  const file = await open(target, "wx");
  try {
    await file.writeFile(createReadStream(source));
  } finally {
    await file.close();
  }
  await chmod(target, ((await stat(source)).mode & 0o100) === 0 ? READ_BY_ALL : RUN_BY_ALL);
}

const [OTHERS_MAY_WRITE, WITH_RIGHTS_OF_OTHERS] = [0o022, 0o6000];

/** Whoever else may change it under its first name would change what runs. It is looked at under its new name, which nobody else can change. */
async function isLinked(source: string, target: string): Promise<boolean> {
  try {
    await link(source, target);
  } catch (error) {
    if (["EXDEV", "EPERM", "EMLINK", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"].includes(codeOf(error))) return false;
    throw error;
  }
  const { uid, mode } = await lstat(target);
  // Windows tells neither: there no package manager deploys.
  if (process.getuid === undefined) return true;
  if (uid === process.getuid() && (mode & (OTHERS_MAY_WRITE | WITH_RIGHTS_OF_OTHERS)) === 0) return true;
  await rm(target);
  return false;
}

export type Measured = { readonly entries: number; readonly bytes: number };

/** What a copy of everything below needs. */
export async function treeSize(folder: string): Promise<Measured> {
  let [entries, bytes] = [0, 0];
  try {
    for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
      entries += 1;
      if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
    }
  } catch (error) {
    throw failureOf(error, folder, "read");
  }
  return { entries, bytes };
}

/** What is free for more files. */
export async function freeOn(folder: string): Promise<Measured> {
  const { bavail, bsize, ffree, files } = await statfs(folder);
  // A file system that makes its inodes as it needs them says that it has none.
  return { bytes: bavail * bsize, entries: files === 0 ? Number.POSITIVE_INFINITY : ffree };
}

/** Whether this user may change what lies there: tried, because rights on Windows cannot be told otherwise. */
export async function mayChange(folder: string): Promise<"yes" | "noRights" | "readOnly"> {
  const probe = join(folder, `.rights-${process.pid}`);
  try {
    await mkdir(probe);
    await rm(probe, { recursive: true });
    return "yes";
  } catch (error) {
    if (codeOf(error) === "EACCES" || codeOf(error) === "EPERM") return "noRights";
    if (codeOf(error) === "EROFS") return "readOnly";
    throw failureOf(error, folder, "written");
  }
}
