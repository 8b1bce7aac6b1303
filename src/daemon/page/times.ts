import type { Language } from "./language.ts";

const STEPS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;

/** `5 minutes ago`. */
export function ago(at: string, nowMs: number, language: Language): string {
  const seconds = Math.min(0, Math.round((Date.parse(at) - nowMs) / 1_000));
  const format = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  for (const [unit, size] of STEPS) {
    if (-seconds >= size) return format.format(Math.round(seconds / size), unit);
  }
  return -seconds < 10 ? format.format(0, "second") : format.format(seconds, "second");
}

/** The time of day; with the date where it is another day. */
export function clockTime(at: string, nowMs: number, language: Language): string {
  const then = new Date(at);
  const sameDay = then.toDateString() === new Date(nowMs).toDateString();
  const day = sameDay ? {} : ({ day: "numeric", month: "short" } as const);
  return new Intl.DateTimeFormat(language, {
    ...day,
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  }).format(then);
}
