import type { Check, Verdict } from "../check.ts";

const ORDER: readonly Verdict[] = ["fault", "warning", "unknown", "ok"];

/** Several findings about one thing as one check, whose id is there once: the worst counts, and all of them are told. */
export function worstOf(checks: readonly Check[]): Check | undefined {
  const sorted = checks.toSorted((one, other) => ORDER.indexOf(one.verdict) - ORDER.indexOf(other.verdict));
  const [worst] = sorted;
  if (worst === undefined) return undefined;
  const remedies = new Set(sorted.flatMap(({ remedy }) => remedy ?? []));
  return {
    ...worst,
    evidence: sorted.map(({ evidence }) => evidence).join(" "),
    ...(remedies.size === 0 ? {} : { remedy: [...remedies].join(" ") }),
  };
}
