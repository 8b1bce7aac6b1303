import type { AnswerOf } from "../../../client/calls.ts";
import type { Tone } from "../tones.ts";

export type Check = AnswerOf<"diagnostics.doctor">["checks"][number];
export type Verdict = Check["verdict"];

/** What is to be done something about comes first. */
export const VERDICTS: readonly Verdict[] = ["fault", "warning", "unknown", "ok"];

export const VERDICT_TONES: Readonly<Record<Verdict, Tone>> = {
  fault: "bad",
  warning: "warning",
  unknown: "quiet",
  ok: "good",
};

export function inOrder(checks: readonly Check[]): readonly Check[] {
  return checks.toSorted(
    (one, other) => VERDICTS.indexOf(one.verdict) - VERDICTS.indexOf(other.verdict) || one.id.localeCompare(other.id),
  );
}

export function countOf(checks: readonly Check[], verdict: Verdict): number {
  return checks.filter((check) => check.verdict === verdict).length;
}

/** For a message to whoever helps: one paragraph a check, the same words as on the page. */
export function asText(
  checks: readonly Check[],
  {
    at,
    verdicts,
    remedy,
  }: { readonly at: string; readonly verdicts: Readonly<Record<Verdict, string>>; readonly remedy: string },
): string {
  const paragraphs = inOrder(checks).map((check) =>
    [
      `[${verdicts[check.verdict]}] ${check.id}`,
      `  ${check.evidence}`,
      ...(check.remedy === undefined ? [] : [`  ${remedy}: ${check.remedy}`]),
    ].join("\n"),
  );
  return `Tillbridge doctor, ${at}\n\n${paragraphs.join("\n\n")}\n`;
}
