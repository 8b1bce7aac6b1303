import { mkdtempSync, rmdirSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A page that leads to the technician's page with its one-time code, which so stands in no list of processes. */
export type LoginFile = { readonly path: string; remove(): void };

/** Somebody else, whose rights alone are used. */
type Owner = { readonly uid: number; readonly gid: number };

const NAME = "open.html";

/**
 * In a new folder that only its owner can look into. The folder's name is a visible one, because browsers in a sandbox (snap) read
 * nothing of a home folder that begins with a dot, and have a `/tmp` of their own. `url` holds nothing that HTML knows.
 *
 * @throws what the system says where nothing can be written there
 */
export function writeLoginFile(url: string, parent: string, owner?: Owner): LoginFile {
  const folder = withRightsOf(owner, () => mkdtempSync(join(parent, "tillbridge-open-")));
  const path = join(folder, NAME);
  const remove = () => {
    for (const signal of SIGNALS) process.off(signal, interrupted);
    withRightsOf(owner, () => {
      quietly(() => unlinkSync(path));
      quietly(() => rmdirSync(folder));
    });
  };
  const interrupted = (signal: NodeJS.Signals) => {
    remove();
    process.kill(process.pid, signal);
  };
  try {
    withRightsOf(owner, () => writeFileSync(path, redirect(url), { flag: "wx", mode: 0o600 }));
  } catch (error) {
    remove();
    throw error;
  }
  for (const signal of SIGNALS) process.once(signal, interrupted);
  return { path, remove };
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

function redirect(url: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0; url=${url}">
<title>Tillbridge</title>
<p><a href="${url}">Tillbridge</a></p>
</html>
`;
}

/** Root that writes where a user may move folders about would write wherever that user likes. */
function withRightsOf<Result>(owner: Owner | undefined, act: () => Result): Result {
  if (owner === undefined) return act();
  try {
    process.setegid?.(owner.gid);
    process.seteuid?.(owner.uid);
    return act();
  } finally {
    process.seteuid?.(0);
    process.setegid?.(0);
  }
}

/** What is gone already is as it should be; what cannot be removed leads nowhere after a minute. */
function quietly(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
  }
}
