import { rename, rm } from "node:fs/promises";
import { syncTree } from "../../home/program/durable-tree.ts";
import {
  makeEmpty,
  unfinishedFolder,
  versionFolder,
  versionsFolder,
  writeCurrent,
} from "../../home/program/switching.ts";
import { failureOf, syncDirectory } from "../../home/store.ts";
import type { Offer } from "./candidate.ts";

/** The first program of an installation, or one in place of what is not there any more: nothing runs that could be gone back to. */
export async function deployFirst(installation: string, { to, fill }: Offer): Promise<void> {
  const folder = unfinishedFolder(installation, to.version);
  const target = versionFolder(installation, to.version);
  await makeEmpty(folder);
  await fill(folder);
  try {
    await syncTree(folder);
    await rm(target, { recursive: true, force: true });
    await rename(folder, target);
    await syncDirectory(versionsFolder(installation));
  } catch (error) {
    throw failureOf(error, target, "written");
  }
  await writeCurrent(installation, to.version);
}
