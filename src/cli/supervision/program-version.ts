import { rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { failureOf, syncDirectory } from "../../home/store.ts";
import { isSameProgram, isThere, placeProgram } from "./durable-files.ts";
import type { Undoing } from "./undoing.ts";

/**
 * Puts a program's folder among the installed versions. One that is there already and is whole stays: the running service has it
 * open. One that is not whole is replaced.
 *
 * @returns whether something else is there now
 */
export async function placeVersion(source: string, target: string, undoing: Undoing): Promise<"changed" | "same"> {
  if (source === target) return "same";
  if (!(await isThere(target))) {
    await placeProgram(source, target);
    undoing.add(target, () => remove(target));
    return "changed";
  }
  if (await isSameProgram(source, target)) return "same";
  const folder = dirname(target);
  const [whole, spoilt] = [join(folder, `.whole-${process.pid}`), join(folder, `.spoilt-${process.pid}`)];
  // First what comes, and then two names that change: a service may run from it, and a power cut leaves one of the two.
  await remove(whole);
  await placeProgram(source, whole);
  try {
    await rename(target, spoilt);
    await rename(whole, target).catch(async (error: unknown) => {
      await rename(spoilt, target);
      throw error;
    });
    await syncDirectory(folder);
  } catch (error) {
    await remove(whole);
    throw failureOf(error, target, "written");
  }
  await remove(spoilt);
  return "changed";
}

/** Windows holds a file for a moment after its program has ended. */
function remove(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true, maxRetries: 5 });
}
