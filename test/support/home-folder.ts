import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Ending } from "./ending.ts";

/** A fresh folder that goes away with the test. */
export function freshFolder(ending: Ending): string {
  const folder = mkdtempSync(join(tmpdir(), "tillbridge-test-"));
  ending.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
