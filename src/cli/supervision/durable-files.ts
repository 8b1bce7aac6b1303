import { createHash, randomBytes } from "node:crypto";
import { constants, createReadStream } from "node:fs";
import { link, lstat, mkdir, open, readdir, readlink, rename, rm, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { codeOf, failureOf, HomeFailure, syncDirectory } from "../../home/store.ts";

/** Everybody may read and run what is installed, and its owner alone changes it: whatever the shell's umask is. */
const FOLDER_MODE = 0o755;
const FILE_MODE = 0o644;
const PROGRAM_MODE = 0o755;
const OTHERS_MAY_WRITE = 0o022;

/**
 * A folder that is ours alone: made where it is not there. One that somebody else has put in its place is not used, nor is what
 * a symbolic link leads to.
 *
 * @returns whether it was made now
 */
export async function makeOwnFolder(path: string): Promise<"made" | "there"> {
  try {
    await mkdir(path);
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw failureOf(error, path, "made");
    await mustBeOwn(path);
    return "there";
  }
  const folder = await open(path, constants.O_RDONLY);
  try {
    if (process.platform !== "win32") await folder.chmod(FOLDER_MODE);
    await syncDirectory(dirname(path));
  } finally {
    await folder.close();
  }
  return "made";
}

/** @throws HomeFailure where it is no folder, or others may change what is in it */
async function mustBeOwn(path: string): Promise<void> {
  const found = await lstat(path);
  if (!found.isDirectory())
    throw new HomeFailure(`${path} is no folder. Nothing was put there: look who made it, and move it away.`);
  if (process.platform === "win32") return; // Rights on %ProgramFiles% come from above.
  if (found.uid !== process.getuid?.() || (found.mode & OTHERS_MAY_WRITE) !== 0) {
    throw new HomeFailure(
      `${path} can be changed by others than this user, so no program is put there. Look who made it, and move it away.`,
    );
  }
}

export type FileKind = "file" | "program";

/** All of it or nothing, and on the disk when it returns. What a symbolic link in its place leads to is left alone. */
export async function placeFile(path: string, content: string | Buffer, kind: FileKind): Promise<void> {
  const fresh = freshNameFor(path);
  try {
    const file = await open(fresh, "wx");
    try {
      if (process.platform !== "win32") await file.chmod(kind === "program" ? PROGRAM_MODE : FILE_MODE);
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(fresh, path);
    await syncDirectory(dirname(path));
  } catch (error) {
    await rm(fresh, { force: true });
    throw failureOf(error, path, "written");
  }
}

/** Where a symbolic link leads; undefined where there is none, or something else. */
export async function readLink(path: string): Promise<string | undefined> {
  try {
    return await readlink(path);
  } catch (error) {
    if (["ENOENT", "EINVAL", "ENOTDIR"].includes(codeOf(error))) return undefined;
    throw failureOf(error, path, "read");
  }
}

export async function placeLink(path: string, target: string): Promise<void> {
  const fresh = freshNameFor(path);
  try {
    await symlink(target, fresh);
    await rename(fresh, path);
    await syncDirectory(dirname(path));
  } catch (error) {
    await rm(fresh, { force: true });
    throw failureOf(error, path, "made");
  }
}

export async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return false;
    throw failureOf(error, path, "read");
  }
}

/** Puts a copy of a program's folder at `target`, where nothing is: all of it or nothing, and on the disk when it returns. */
export async function placeProgram(source: string, target: string): Promise<void> {
  const fresh = freshNameFor(target);
  try {
    await copyFolder(source, fresh);
    await rename(fresh, target);
    await syncDirectory(dirname(target));
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    throw failureOf(error, target, "made");
  }
}

async function copyFolder(source: string, target: string): Promise<void> {
  await makeOwnFolder(target);
  for (const entry of await readdir(source, { withFileTypes: true })) {
    const [from, to] = [join(source, entry.name), join(target, entry.name)];
    if (entry.isDirectory()) await copyFolder(from, to);
    else if (entry.isFile()) await copyOne(from, to);
    else
      throw new HomeFailure(
        `${from} is no file and no folder, and no program has such a thing. Unpack the package again.`,
      );
  }
  await syncDirectory(target);
}

/**
 * A second name for the same file where nobody else may change it through the first one; else a copy. It is looked at under its
 * new name, which nobody else can put something else under.
 */
async function copyOne(from: string, to: string): Promise<void> {
  const isProgram = ((await lstat(from)).mode & 0o100) !== 0;
  const isSame = await isLinked(from, to);
  // Not copyFile: as root it gives the copy to the owner of the original, who could change it then.
  // Windows writes a file through only where it is open for writing.
  const file = await open(to, isSame ? "r" : "wx");
  try {
    if (!isSame) await file.writeFile(createReadStream(from));
    if (process.platform !== "win32") await file.chmod(isProgram ? PROGRAM_MODE : FILE_MODE);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function isLinked(from: string, to: string): Promise<boolean> {
  if (process.platform === "win32") return false; // Its rights would be those of the folder that it came from.
  try {
    await link(from, to);
  } catch (error) {
    if (["EXDEV", "EPERM", "EMLINK", "EOPNOTSUPP", "ENOTSUP"].includes(codeOf(error))) return false;
    throw error;
  }
  const linked = await lstat(to);
  if (linked.isFile() && linked.uid === process.getuid?.() && (linked.mode & OTHERS_MAY_WRITE) === 0) return true;
  await rm(to);
  return false;
}

/** Whether two folders hold the same files with the same content. */
export async function isSameProgram(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([namesIn(one), namesIn(other)]);
  if (a.join("\n") !== b.join("\n")) return false;
  for (const name of a) if ((await digestOf(join(one, name))) !== (await digestOf(join(other, name)))) return false;
  return true;
}

async function namesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => !entry.isDirectory());
  return files.map(({ parentPath, name }) => join(parentPath, name).slice(folder.length)).sort();
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  if (!(await lstat(path)).isFile()) return "no file";
  for await (const part of createReadStream(path)) hash.update(part as Buffer);
  return hash.digest("hex");
}

/** Hidden, so that whoever lists versions does not take it for one. */
function freshNameFor(path: string): string {
  return join(dirname(path), `.tillbridge-${randomBytes(6).toString("hex")}`);
}
