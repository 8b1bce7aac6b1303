import type { HttpAnswer } from "../../core/http.ts";
import type { Clock } from "../../core/ports.ts";
import { fault, ok, warning, type Finding } from "../check.ts";

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
  if (Math.abs(aheadMs) < AS_GOOD_AS_NONE_MS) return ok(id, `The clock of this machine agrees with that of ${whose}.`);
  const evidence = `The clock of this machine is ${durationOf(Math.abs(aheadMs))} ${aheadMs > 0 ? "ahead of" : "behind"} that of ${whose}: here it is ${timeOf(ownMs)}, there ${timeOf(toldMs)}.`;
  const remedy =
    platform === "win32"
      ? "`w32tm /resync` sets it once; `w32tm /query /status` tells whether it is kept right."
      : "`sudo timedatectl set-ntp true` keeps it right; `timedatectl` tells whether it is.";
  return Math.abs(aheadMs) < REFUSED_FROM_MS ? warning(id, evidence, remedy) : fault(id, evidence, remedy);
}

function durationOf(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} minutes`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} hours` : `${Math.round(hours / 24)} days`;
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
