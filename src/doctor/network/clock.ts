import type { HttpAnswer } from "../../core/http.ts";
import type { Clock } from "../../core/ports.ts";
import { asItIs, fault, ok, warning, type Finding, type Said } from "../check.ts";

/** A `Date` has whole seconds, and was under way. */
const AS_GOOD_AS_NONE_MS = 5_000;
/** Signed requests and access tokens say when they were made: servers refuse those that are older or newer than some minutes. */
const REFUSED_FROM_MS = 120_000;
/** Whoever tells a later time is out of order. */
const END_OF_TIME_MS = Date.UTC(9_999, 0);

/** Their clock against ours, as an answer tells it (RFC 9110 6.6.1); undefined where it tells none. */
export function clockCheck(
  id: string,
  whose: string,
  { headers }: HttpAnswer,
  { clock, platform }: { readonly clock: Clock; readonly platform: NodeJS.Platform },
): Finding | undefined {
  const toldMs = Date.parse(headers["date"] ?? "");
  if (Number.isNaN(toldMs) || toldMs > END_OF_TIME_MS) return undefined;
  const ownMs = clock.now();
  const aheadMs = ownMs - toldMs;
  if (Math.abs(aheadMs) < AS_GOOD_AS_NONE_MS) return ok(id, ({ serverClock: words }) => words.agrees(whose));
  const duration = durationOf(Math.abs(aheadMs));
  const evidence: Said = (words) =>
    words.serverClock[aheadMs > 0 ? "ahead" : "behind"](duration(words), whose, timeOf(ownMs), timeOf(toldMs));
  const remedy: Said = ({ serverClock: words }) => (platform === "win32" ? words.setOnWindows : words.keepRight);
  return Math.abs(aheadMs) < REFUSED_FROM_MS ? warning(id, evidence, remedy) : fault(id, evidence, remedy);
}

function durationOf(ms: number): Said {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 120) return asItIs(`${seconds} s`);
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return ({ serverClock: words }) => words.minutes(minutes);
  const hours = Math.round(minutes / 60);
  return ({ serverClock: words }) => (hours < 48 ? words.hours(hours) : words.days(Math.round(hours / 24)));
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
