import type { Language } from "../core/language.ts";
import type { Check, Finding } from "./check.ts";
import { loadWords } from "./words/load-words.ts";

/** What a device or a program says finds its way into evidence: none of them fills the answer alone. */
const MOST_CHARACTERS = 1_000;

/** Findings in the words of a language. */
export async function tell(findings: readonly Finding[], language: Language): Promise<readonly Check[]> {
  const words = await loadWords(language);
  return findings.map(({ evidence, remedy, ...finding }) => ({
    ...finding,
    evidence: shortened(evidence(words)),
    ...(remedy === undefined ? {} : { remedy: shortened(remedy(words)) }),
  }));
}

function shortened(text: string): string {
  return text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS)}…`;
}
