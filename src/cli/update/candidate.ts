import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { openPackage } from "../../home/program/archive.ts";
import { linkTree, treeSize } from "../../home/program/durable-tree.ts";
import { isVersion, readProgram, type Program } from "../../home/program/program.ts";
import { readSigned } from "../../home/program/signature.ts";
import { compareVersions } from "../../home/program/version-order.ts";
import { codeOf, failureOf, HomeFailure } from "../../home/store.ts";
import type { Candidate } from "./ports.ts";

/** What could be put in, without what it is put into. */
export type Offer = Pick<Candidate, "to" | "needs" | "fill">;

/**
 * A package of a file, or the newest one for this machine of a folder; looked through and signed.
 *
 * @throws HomeFailure where there is none, or it is not in order
 */
export async function offerOfPackage(place: string, running: Program): Promise<Offer> {
  if (running.updateKey === undefined) {
    throw new HomeFailure(
      `Version ${running.version} was built without the key that signs updates, so it takes none. Install the system's package (.deb, .rpm or .msi) of the new version.`,
    );
  }
  const file = (await isFolder(place)) ? await newestIn(place, running) : place;
  const bytes = await readSigned(file, running.updateKey);
  const { program, entries, unpackedBytes, unpack } = await openPackage(bytes, file);
  return { to: program, needs: { bytes: unpackedBytes, entries }, fill: unpack };
}

/** What the package manager has unpacked and vouches for. */
export async function offerOfFolder(folder: string): Promise<Offer> {
  const program = await readProgram(folder);
  if (program === undefined) throw new HomeFailure(`${folder} holds no program of Tillbridge.`);
  return { to: program, needs: await treeSize(folder), fill: (place) => linkTree(folder, place) };
}

async function isFolder(place: string): Promise<boolean> {
  try {
    return (await stat(place)).isDirectory();
  } catch (error) {
    if (codeOf(error) === "ENOENT") throw new HomeFailure(`There is no ${place}.`);
    throw failureOf(error, place, "read");
  }
}

async function newestIn(folder: string, { platform }: Program): Promise<string> {
  const name = new RegExp(`^tillbridge-(\\d.*)-${platform}\\.tar\\.gz$`);
  const names = await readdir(folder).catch((error: unknown) => {
    throw failureOf(error, folder, "read");
  });
  const found = names
    .flatMap((file) => {
      const version = name.exec(file)?.[1];
      return version === undefined || !isVersion(version) ? [] : [{ file, version }];
    })
    .toSorted((one, other) => compareVersions(other.version, one.version));
  const [newest] = found;
  if (newest === undefined) throw new HomeFailure(`There is no package for ${platform} in ${folder}.`);
  return join(folder, newest.file);
}
