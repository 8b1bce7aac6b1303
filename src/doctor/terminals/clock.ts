import type { ClockReading } from "../../core/terminal.ts";
import { ok, warning, type Finding, type Said } from "../check.ts";
import { idOf, type ExaminedTerminal } from "./examined.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** A sale may be dated when it began, and a customer takes minutes; receipts and the acquirer forgive so much. */
const AS_GOOD_AS_NONE_MS = 5 * MINUTE_MS;
/** From one end of the world's time zones to the other. */
const MOST_ZONES_MS = 26 * HOUR_MS;

/** Minutes by which local time is behind UTC at a moment. */
type ZoneOffset = (atMs: number) => number;

const zoneHere: ZoneOffset = (atMs) => new Date(atMs).getTimezoneOffset();

/** The terminal's own clock against this machine's, as clocks on a wall; nothing where it has told none since the service began. */
export function clockFindings(terminal: ExaminedTerminal, zoneOffset = zoneHere): readonly Finding[] {
  const reading = terminal.served?.clock;
  return reading === undefined ? [] : clockFinding(idOf(terminal, "clock"), reading, zoneOffset);
}

function clockFinding(id: string, { localTime, at }: ClockReading, zoneOffset: ZoneOffset): readonly Finding[] {
  const toldMs = Date.parse(`${localTime}Z`);
  const heardMs = Date.parse(at);
  const hereMs = heardMs - zoneOffset(heardMs) * MINUTE_MS;
  const aheadMs = toldMs - hereMs;
  if (Number.isNaN(aheadMs)) return [];
  const shows: Said = ({ terminalClock: words }) => words.shows(wallTime(toldMs), wallTime(hereMs));
  const offMs = Math.abs(aheadMs);
  if (offMs <= AS_GOOD_AS_NONE_MS) return [ok(id, shows)];
  const evidence: Said = (words) => {
    const { ahead, behind, wholeHours } = words.terminalClock;
    const how = (aheadMs > 0 ? ahead : behind)(durationOf(offMs));
    return [shows(words), how, ...(isOfZones(offMs) ? [wholeHours] : [])].join(" ");
  };
  return [warning(id, evidence, ({ terminalClock: words }) => words.setIt)];
}

function isOfZones(offMs: number): boolean {
  const restMs = offMs % HOUR_MS;
  return offMs <= MOST_ZONES_MS && Math.min(restMs, HOUR_MS - restMs) <= AS_GOOD_AS_NONE_MS;
}

/** Each language has these signs. */
function durationOf(ms: number): string {
  if (ms < 2 * HOUR_MS - AS_GOOD_AS_NONE_MS) return `${Math.round(ms / MINUTE_MS)} min`;
  return ms < 2 * DAY_MS ? `${Math.round(ms / HOUR_MS)} h` : `${Math.round(ms / DAY_MS)} d`;
}

/** `2026-01-02 03:04:05` */
function wallTime(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace("T", " ");
}
