import type { Finding, Said, Verdict } from "../check.ts";

const ORDER: readonly Verdict[] = ["fault", "warning", "unknown", "ok"];

/** Several findings about one thing as one check, whose id is there once: the worst counts, and all of them are told. */
export function worstOf(findings: readonly Finding[]): Finding | undefined {
  const sorted = findings.toSorted((one, other) => ORDER.indexOf(one.verdict) - ORDER.indexOf(other.verdict));
  const [worst] = sorted;
  if (worst === undefined) return undefined;
  const remedies = sorted.flatMap(({ remedy }) => remedy ?? []);
  return {
    ...worst,
    evidence: inOneText(sorted.map(({ evidence }) => evidence)),
    ...(remedies.length === 0 ? {} : { remedy: inOneText(remedies) }),
  };
}

/** What several say the same is told once. */
function inOneText(texts: readonly Said[]): Said {
  return (words) => [...new Set(texts.map((text) => text(words)))].join(" ");
}
