import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
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
  const spoilt = join(target, "..", `.spoilt-${process.pid}`);
  await rename(target, spoilt);
  try {
    await placeProgram(source, target);
  } catch (error) {
    await rename(spoilt, target);
    throw error;
  }
  await remove(spoilt);
  return "changed";
}

/** Windows holds a file for a moment after its program has ended. */
function remove(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true, maxRetries: 5 });
}
