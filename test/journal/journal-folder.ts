import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { Journal } from "../../src/journal/journal.ts";
import { openJournal } from "../../src/journal/sqlite.ts";

const openedIn = new WeakMap<TestContext, Journal[]>();

/** An empty folder. After the test the journals that it opened are closed, then the folder is removed. */
export function journalFolder(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "tillbridge-journal-"));
  context.after(async () => {
    for (const journal of openedIn.get(context) ?? []) await journal.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

export async function openIn(context: TestContext, directory: string): Promise<Journal> {
  const journal = await openJournal({ directory });
  openedIn.set(context, [...(openedIn.get(context) ?? []), journal]);
  return journal;
}
