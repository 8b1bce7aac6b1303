import { existsSync } from "node:fs";
import { mkdir, rename } from "node:fs/promises";
import { basename, join } from "node:path";
import { failureOf, syncDirectory } from "./store.ts";

/** The file first: what is left of it when this is cut short is a log without its journal, which nobody opens. */
const JOURNAL_FILES = ["journal.db", "journal.db-wal", "journal.db-shm"];

/**
 * Moves the journal of a data folder into a folder of its own there, `journal-<time>`, and answers that folder's name; undefined
 * where there is none. Nothing is ever removed.
 *
 * @param at RFC 3339 in UTC
 */
export async function quarantineJournal(dataDirectory: string, at: string): Promise<string | undefined> {
  const files = JOURNAL_FILES.filter((file) => existsSync(join(dataDirectory, file)));
  if (files.length === 0) return undefined;
  const folder = freeName(
    join(dataDirectory, `journal-${at.slice(0, "yyyy-mm-ddThh:mm:ss".length).replaceAll(":", "-")}`),
  );
  try {
    await mkdir(folder, { mode: 0o700 });
    for (const file of files) await rename(join(dataDirectory, file), join(folder, file));
    for (const directory of [folder, dataDirectory]) await syncDirectory(directory);
    return basename(folder);
  } catch (error) {
    throw failureOf(error, folder, "written");
  }
}

function freeName(folder: string): string {
  for (let number = 2, free = folder; ; number += 1) {
    if (!existsSync(free)) return free;
    free = `${folder}-${number}`;
  }
}
