import compare from "semver/functions/compare.js";

/** Below zero where the first is older, above where it is newer; 0 for the same version. */
export function compareVersions(one: string, other: string): number {
  return compare(one, other);
}
