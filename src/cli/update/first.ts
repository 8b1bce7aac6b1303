import { rename, rm } from "node:fs/promises";
import { syncTree } from "../../home/program/durable-tree.ts";
import {
  makeEmpty,
  removeUnfinished,
  unfinishedFolder,
  versionFolder,
  versionsFolder,
  writeCurrent,
} from "../../home/program/switching.ts";
import { failureOf, syncDirectory } from "../../home/store.ts";
import { isThere } from "../supervision/durable-files.ts";
import type { Offer } from "./candidate.ts";

/** The first program of an installation, or one in place of what is not there any more: nothing runs that could be gone back to. */
export async function deployFirst(installation: string, { to, fill }: Offer): Promise<void> {
  const folder = unfinishedFolder(installation, to.version);
  const target = versionFolder(installation, to.version);
  await makeEmpty(folder);
  await fill(folder);
  const replaced = unfinishedFolder(installation, `${to.version}.replaced`);
  try {
    await syncTree(folder);
    // Two names that change leave no half version, and a service that runs from it finds its files again at once.
    await rm(replaced, { recursive: true, force: true });
    if (await isThere(target)) await rename(target, replaced);
    await rename(folder, target);
    await syncDirectory(versionsFolder(installation));
  } catch (error) {
    throw failureOf(error, target, "written");
  }
  await writeCurrent(installation, to.version);
  await removeUnfinished(installation);
}
