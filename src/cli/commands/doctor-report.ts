import { VERDICTS, type Check, type Verdict } from "../../doctor/check.ts";
import { styled } from "../output.ts";
import type { Meaning } from "../paint.ts";
import { inOneLine } from "../readable.ts";

const STYLES: Readonly<Record<Verdict, Meaning>> = {
  fault: "fault",
  warning: "warning",
  unknown: "muted",
  ok: "good",
};
/** What is wrong comes first. */
const ORDER: readonly Verdict[] = ["fault", "warning", "unknown", "ok"];
const WIDTH = Math.max(...VERDICTS.map((verdict) => verdict.length));
const INDENT = " ".repeat(WIDTH + 2);

/** A block for each check: what was looked at, what was seen, and what to do about it. */
export function inText(checks: readonly Check[]): string {
  const sorted = checks.toSorted((one, other) => ORDER.indexOf(one.verdict) - ORDER.indexOf(other.verdict));
  const blocks = sorted.flatMap(({ id, verdict, evidence, remedy }) => [
    `${styled(STYLES[verdict], verdict.padEnd(WIDTH))}  ${styled("strong", id)}`,
    `${INDENT}${inOneLine(evidence)}`,
    ...(remedy === undefined ? [] : [`${INDENT}→ ${inOneLine(remedy)}`]),
  ]);
  const counts = ORDER.flatMap((verdict) => {
    const count = checks.filter((check) => check.verdict === verdict).length;
    const isPlural = count > 1 && (verdict === "fault" || verdict === "warning");
    return count === 0 ? [] : [`${count} ${verdict}${isPlural ? "s" : ""}`];
  });
  return [...blocks, "", counts.join(", ")].join("\n");
}
