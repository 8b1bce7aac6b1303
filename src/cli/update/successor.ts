import type { Program } from "../../home/program/program.ts";
import { compareVersions } from "../../home/program/version-order.ts";

/** What stands against a program in the place of the one that runs, in words; nothing where it may be tried. */
export function successorFault(
  running: Program,
  next: Program,
  direction: "newerOnly" | "downgradeAllowed",
): string | undefined {
  const { version } = running;
  if (next.platform !== running.platform) {
    return `Version ${next.version} is for ${next.platform}, and this machine runs ${running.platform}. Get the package for ${running.platform}.`;
  }
  const order = compareVersions(next.version, version);
  if (order === 0) return `Version ${version} runs already.`;
  if (order < 0 && direction === "newerOnly") {
    return `Version ${next.version} is older than ${version}, which runs. To go back to it all the same, say --downgrade.`;
  }
  if (next.journal.oldestReader > running.journal.schema) {
    return (
      `Version ${version} could not read the journal any more once ${next.version} has written into it, so there would be no way back. ` +
      "Update to a version between the two first."
    );
  }
  if (running.journal.oldestReader > next.journal.schema) {
    return `Version ${next.version} cannot read the journal, into which ${version} has written. Nothing older than that goes with it.`;
  }
  return undefined;
}
