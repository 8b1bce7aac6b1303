import { asItIs, type Check, type Finding, type Verdict } from "../../src/doctor/check.ts";
import { words } from "../../src/doctor/words/english/words.ts";

/** Findings as a person who reads English is told them. */
export function inEnglish(findings: readonly Finding[]): readonly Check[] {
  return findings.map((finding) => toldInEnglish(finding));
}

export function toldInEnglish({ evidence, remedy, ...finding }: Finding): Check {
  const told = { ...finding, evidence: evidence(words) };
  return remedy === undefined ? told : { ...told, remedy: remedy(words) };
}

/** A finding that says the same in every language. */
export function findingOf({ evidence, remedy, ...check }: Check): Finding {
  const finding = { ...check, evidence: asItIs(evidence) };
  return remedy === undefined ? finding : { ...finding, remedy: asItIs(remedy) };
}

const check = (verdict: Verdict) => (id: string, evidence: string, remedy?: string) => ({
  id,
  verdict,
  evidence,
  ...(remedy === undefined ? {} : { remedy }),
});

/** Checks that somebody was told. */
export const [ok, warning, fault, unknown] = [check("ok"), check("warning"), check("fault"), check("unknown")];
