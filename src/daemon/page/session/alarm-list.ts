import { keep } from "../live.ts";
import type { Alarm } from "../view.ts";

const ALARMS_AT_MOST = 100;

/** The alarms that stand, and which of them somebody has seen on this page: those are not shown, and are not over. */
export function createAlarmList() {
  const alarms = keep<readonly Alarm[]>([]);
  const seen = keep(0);
  const putAway = new Set<string>();
  return {
    alarms,
    seen,
    raised: (alarm: Alarm) => alarms.set([alarm, ...alarms.current()].slice(0, ALARMS_AT_MOST)),
    /** As the daemon tells them. */
    standing: (told: readonly Alarm[]) => {
      const names = new Set(told.map(nameOf));
      for (const name of putAway) if (!names.has(name)) putAway.delete(name);
      seen.set(putAway.size);
      const shown = told.filter((alarm) => !putAway.has(nameOf(alarm)));
      if (shown.map(nameOf).join() !== alarms.current().map(nameOf).join()) alarms.set(shown);
    },
    clear: () => {
      for (const alarm of alarms.current()) putAway.add(nameOf(alarm));
      alarms.set([]);
      seen.set(putAway.size);
    },
  };
}

function nameOf({ at, code, text }: Alarm): string {
  return `${at} ${code} ${text}`;
}
