import { setTimeout as pause } from "node:timers/promises";
import type { Written } from "./dead-journal.ts";
import { isInDoubt, momentOfOne, type Moment } from "./moments.ts";
import type { Life, ProvingShop } from "./shop.ts";
import type { Told, TillRecord } from "./till-record.ts";
import type { Till } from "./till.ts";

/** Who found out, and what. `person`: somebody looked at the terminal, after the daemon had named why it cannot. */
export const ENDINGS = ["approved", "declined", "canceled", "notPerformed", "person"] as const;
export type Ending = (typeof ENDINGS)[number];

/** A sale that was not at its end when the daemon was killed, and what its till was told in the end. */
export type StrickenSale = {
  readonly moment: Moment;
  readonly ending: Ending;
  /** Of what was in doubt: from the daemon's `ready`, or the return of what was away longer, to the till. */
  readonly recoveryMs?: number;
};

/** Follows what the kills of a day hit until its till knows the end of it. */
export type Stricken = {
  started(life: Life): void;
  /** The terminal, its link or its POS program was away and is there again. */
  cameBack(terminal: string, atMs: number): void;
  killed(unended: readonly Written[], inDoubtAtStart: ReadonlySet<string>): void;
  /** Resolves when everything that was hit is known to its till. Throws where the wait has no end. */
  allKnown(): Promise<void>;
  /** What is known by now. */
  sales(): readonly StrickenSale[];
};

/** What never settles is a break of the promise, and no reason to wait for ever. */
export class NeverKnown extends Error {
  override readonly name = "NeverKnown";
}

const KNOWN_LIMIT_MS = 60_000;
const LOOK_EVERY_MS = 20;
/** A person looks at the terminal when it has come to rest. */
const PERSON_MS = 1_500;

type Hit = Pick<Written, "id" | "requestId" | "terminal"> & {
  readonly till: Till;
  readonly hits: { readonly moment: Moment; readonly inDoubt: boolean }[];
};

export function createStricken(shop: ProvingShop): Stricken {
  const running = new Map<string, Hit>();
  const ended: StrickenSale[] = [];
  const lives: Started[] = [];
  const backAtMs = new Map<string, number[]>();
  const person = createPerson(shop);

  const close = ({ id, terminal, hits }: Hit, told: Told) => {
    running.delete(id);
    const startedMs = startOfRecovery(lives, backAtMs.get(terminal) ?? [], told.atMs);
    for (const [index, { moment, inDoubt }] of hits.entries()) {
      const byPerson = told.decidedBy === "person";
      const isMeasured = index === hits.length - 1 && inDoubt && !byPerson && startedMs !== undefined;
      ended.push({
        moment,
        ending: byPerson ? "person" : (told.kind as Ending),
        ...(isMeasured ? { recoveryMs: told.atMs - startedMs } : {}),
      });
    }
  };
  const look = async () => {
    for (const hit of running.values()) {
      const record = hit.till.record();
      const told = knownEnd(record, hit.requestId);
      if (told !== undefined) close(hit, told);
      else await person.look(hit, record);
    }
  };

  return {
    started: ({ startedAtMs, readyAtMs }) => {
      const started: Started = { startedAtMs };
      lives.push(started);
      readyAtMs.then((atMs) => (started.readyAtMs = atMs)).catch(() => undefined);
    },
    cameBack: (terminal, atMs) => backAtMs.set(terminal, [...(backAtMs.get(terminal) ?? []), atMs]),
    killed: (unended, inDoubtAtStart) => {
      for (const written of unended) {
        const till = shop.tills.find(({ pos }) => pos === written.pos);
        if (till === undefined) throw new Error(`the journal has a transaction of ${written.pos}, which is no till`);
        const hit = running.get(written.id) ?? { ...written, till, hits: [] };
        hit.hits.push({ moment: momentOfOne(written, inDoubtAtStart), inDoubt: isInDoubt(written) });
        running.set(written.id, hit);
      }
    },
    allKnown: async () => {
      const limitMs = performance.now() + KNOWN_LIMIT_MS;
      for (;;) {
        await look();
        const [one] = running.values();
        if (one === undefined) return;
        if (performance.now() > limitMs)
          throw new NeverKnown(
            `${one.till.pos} ${one.requestId} (transaction ${one.id}): its till does not get to know`,
          );
        await pause(LOOK_EVERY_MS);
      }
    },
    sales: () => ended,
  };
}

function knownEnd({ told }: TillRecord, requestId: string): Told | undefined {
  return told.findLast((one) => one.requestId === requestId && one.kind !== "unknown");
}

type Started = { readonly startedAtMs: number; readyAtMs?: number };

/** Undefined where the till knew it before the daemon's `ready` was seen here. */
function startOfRecovery(lives: readonly Started[], backAtMs: readonly number[], toldAtMs: number): number | undefined {
  const readyAtMs = lives.findLast(({ startedAtMs }) => startedAtMs <= toldAtMs)?.readyAtMs;
  if (readyAtMs === undefined || readyAtMs > toldAtMs) return undefined;
  return Math.max(readyAtMs, ...backAtMs.filter((atMs) => atMs <= toldAtMs));
}

/** Decides what the daemon cannot, by what the terminal itself has; only where the daemon said why it needs a person. */
function createPerson(shop: ProvingShop) {
  const calledAtMs = new Map<string, number>();
  return {
    look: async ({ id, requestId, terminal }: Hit, { asked, personNeeded }: TillRecord): Promise<void> => {
      const why = personNeeded.get(id);
      if (why === undefined) return;
      const calledMs = calledAtMs.get(id) ?? performance.now();
      calledAtMs.set(id, calledMs);
      if (performance.now() < calledMs + PERSON_MS) return;
      const amount = asked.find((one) => one.requestId === requestId)?.amount;
      const ledger = shop.counters.find((counter) => counter.id === terminal)?.terminal.ledger() ?? [];
      const hasMoved = ledger.some((movement) => movement.amount === amount);
      await shop.ask("transactions.resolve", {
        transaction: id,
        outcome: { kind: hasMoved ? "approved" : "notPerformed" },
        operator: "Prove",
        reason: `looked at the terminal: ${why}`.slice(0, 200),
      });
      calledAtMs.delete(id);
    },
  };
}
