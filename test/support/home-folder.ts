import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";

/** A fresh folder that goes away with the test. */
export function freshFolder(context: Pick<TestContext, "after">): string {
  const folder = mkdtempSync(join(tmpdir(), "tillbridge-test-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
