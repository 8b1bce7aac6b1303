import { timestamp, type Clock, type Log, type Timer } from "../../core/ports.ts";
import type { AuditEntry } from "../../journal/journal.ts";
import { printable } from "./printable.ts";

/** By whom and why somebody was turned away. The protocol's reasons where it has one. */
const REFUSAL_KINDS = [
  "wrongHost",
  "wrongOrigin",
  "lan",
  "tooManySockets",
  "metrics",
  "pageLogin",
  "unauthorized",
  "pairingFailed",
  "pairingLocked",
  "posInUse",
  "forbidden",
  "limitExceeded",
  "signatureRequired",
] as const;
type RefusalKind = (typeof REFUSAL_KINDS)[number];

/** All of it may be a stranger's words. */
type RefusalAbout = {
  /** The name that was claimed. */
  readonly pos?: string | undefined;
  readonly origin?: string | undefined;
  readonly host?: string | undefined;
  readonly detail: string;
};

/**
 * Remembers who was turned away, in the audit and in the log. Anybody can be turned away as often as he likes, so the first of a
 * kind is told at once and the rest as a number, later.
 */
export interface RefusalAudit {
  refused(kind: RefusalKind, about: RefusalAbout): void;
  /** How many of each kind since the start. */
  counts(): Readonly<Record<RefusalKind, number>>;
  /** Tells what was counted and not told yet. */
  flush(): void;
  /** The same, and the last. */
  close(): void;
}

export type RefusalAuditPorts = {
  readonly clock: Clock;
  readonly log: Log;
  /** A name that nobody gave is one of many that could be made up: all of them count as one. */
  readonly isKnown: (pos: string) => boolean;
  readonly audit: (entry: AuditEntry) => Promise<void>;
};

/**
 * Whose room a row takes. `pos`: of a name that an administrator gave, of which there are only so many; no stranger's words take
 * that, or hide who guesses at such a name. `rest`: of all that have no room of their own.
 */
type Room = "proved" | "stranger" | "pos" | "rest";

type Place = {
  readonly key: string;
  readonly room: Room;
  /** What is not told apart in it. */
  readonly others?: string;
};

type Row = Omit<Place, "key"> & {
  readonly kind: RefusalKind;
  latest: RefusalAbout;
  untold: number;
  sinceAt: string;
  periodMs: number;
  isWriting: boolean;
  timer?: Timer;
};

/** Different names and origins that are told apart at a time: of strangers, and of those who have proved who they are. */
const MAX_ROWS = 32;
/** Whoever is refused these has shown a token: nobody else can make that up, or take its room. */
const PROVED: ReadonlySet<RefusalKind> = new Set(["posInUse", "forbidden", "limitExceeded", "signatureRequired"]);
/** A stranger can make up a new name or Origin each time: of so many in a row each is told at once, and then one in so long. */
const FRESH_ROWS = 32;
const FRESH_EVERY_MS = 900_000;
const FIRST_PERIOD_MS = 60_000;
/** What goes on for hours is told less often: a night of it fills no disk. */
const LONGEST_PERIOD_MS = 600_000;
const MANY_NAMES = "names and origins that were not told apart: too many of them";
const MANY_ORIGINS = "origins that were not told apart: too many of them";

export function createRefusalAudit(ports: RefusalAuditPorts): RefusalAudit {
  const { clock } = ports;
  const counts = Object.fromEntries(REFUSAL_KINDS.map((kind) => [kind, 0])) as Record<RefusalKind, number>;
  const rows = new Map<string, Row>();
  const fresh = createAllowance(clock);
  let isClosed = false;

  const tell = (row: Row) => {
    const times = row.untold;
    row.untold = 0;
    row.isWriting = true;
    void write(row, times, ports).then(() => {
      row.isWriting = false;
    });
    row.sinceAt = timestamp(clock);
  };
  const arm = (key: string, row: Row) => {
    row.timer = clock.after(row.periodMs, () => {
      if (row.untold === 0 && !row.isWriting && !remembersLonger(row)) {
        rows.delete(key);
        return;
      }
      if (!row.isWriting) {
        if (row.untold > 0) tell(row);
        row.periodMs = Math.min(2 * row.periodMs, LONGEST_PERIOD_MS);
      }
      arm(key, row);
    });
  };
  const hasRoom = (room: Room) =>
    [...rows.values()].filter((row) => row.room === room).length < MAX_ROWS && (room === "proved" || fresh.take());
  const placeOf = (kind: RefusalKind, { pos, origin }: RefusalAbout): Place => {
    const name = pos !== undefined && ports.isKnown(pos) ? pos : undefined;
    const key = JSON.stringify([kind, name, origin === undefined ? undefined : printable(origin)]);
    if (!PROVED.has(kind) && name !== undefined && origin === undefined) return { key, room: "pos" };
    const room = PROVED.has(kind) ? "proved" : "stranger";
    if (rows.has(key) || hasRoom(room)) return { key, room };
    if (name !== undefined) return { key: JSON.stringify([kind, name]), room: "pos", others: MANY_ORIGINS };
    return { key: kind, room: "rest", others: MANY_NAMES };
  };
  const flush = () => {
    for (const row of rows.values()) if (row.untold > 0) tell(row);
  };

  return {
    refused: (kind, about) => {
      counts[kind] += 1;
      const { key, ...place } = placeOf(kind, about);
      const known = rows.get(key);
      if (known !== undefined) {
        known.untold += 1;
        known.latest = about;
        return;
      }
      const row: Row = {
        kind,
        ...place,
        latest: about,
        untold: 1,
        sinceAt: timestamp(clock),
        periodMs: FIRST_PERIOD_MS,
        isWriting: false,
      };
      tell(row);
      if (isClosed) return;
      rows.set(key, row);
      arm(key, row);
    },
    counts: () => counts,
    flush,
    close: () => {
      isClosed = true;
      flush();
      for (const row of rows.values()) row.timer?.cancel();
    },
  };
}

/** Whether one more that was never seen may be told at once. */
function createAllowance(clock: Clock) {
  let [left, sinceMs] = [FRESH_ROWS, clock.monotonicMs()];
  return {
    take: (): boolean => {
      const earned = Math.floor((clock.monotonicMs() - sinceMs) / FRESH_EVERY_MS);
      left = Math.min(FRESH_ROWS, left + earned);
      sinceMs += earned * FRESH_EVERY_MS;
      if (left === 0) return false;
      left -= 1;
      return true;
    },
  };
}

/** Who comes again just after he was forgotten would be told at once each time, and no allowance holds him back here. */
function remembersLonger({ room, periodMs }: Row): boolean {
  return room === "pos" && periodMs < LONGEST_PERIOD_MS;
}

async function write(row: Row, times: number, { clock, log, audit, isKnown }: RefusalAuditPorts): Promise<void> {
  const { kind, latest, sinceAt } = row;
  const told = {
    ...(latest.pos === undefined ? {} : { pos: printable(latest.pos) }),
    ...(latest.origin === undefined ? {} : { origin: printable(latest.origin) }),
    ...(latest.host === undefined ? {} : { host: printable(latest.host) }),
    why: printable(latest.detail),
    ...(times === 1 ? {} : { times, since: sinceAt }),
    ...(row.others === undefined ? {} : { others: row.others }),
  };
  log.warn("access.refused", "Somebody was refused.", { kind, ...told });
  const by = latest.pos !== undefined && isKnown(latest.pos) ? latest.pos : "unknown";
  try {
    await audit({ at: timestamp(clock), what: `refused: ${kind}`, by, detail: JSON.stringify(told) });
  } catch (error) {
    log.error("audit.failed", "An entry of the audit could not be written.", {
      what: `refused: ${kind}`,
      by,
      error: String(error),
    });
  }
}
