import type { TransactionRecord } from "../record.ts";
import type { Device } from "./device.ts";
import type { Doubts } from "./doubts.ts";
import type { Freshness } from "./freshness.ts";
import type { Ask } from "./items.ts";
import type { Postponed } from "./postponed.ts";
import type { Presence } from "./presence.ts";
import type { Queue } from "./queue.ts";
import type { Standing } from "./standing.ts";

/** What a terminal does on a link on which nothing runs and nothing is asked. */
export type NextStep =
  | { readonly kind: "nothing" }
  | { readonly kind: "pause"; readonly forMs: number }
  | { readonly kind: "renew"; readonly why: string }
  | { readonly kind: "recover"; readonly record: TransactionRecord }
  | { readonly kind: "shakeHands" }
  | { readonly kind: "ask"; readonly ask: Ask }
  | { readonly kind: "probe" }
  | { readonly kind: "operate"; readonly record: TransactionRecord };

type Terminal = {
  readonly doubts: Doubts;
  readonly standing: Standing;
  readonly queue: Queue;
  readonly postponed: Postponed;
  readonly presence: Presence;
  readonly freshness: Freshness;
  readonly device: Device;
  /** The device machine of this link has begun. */
  readonly hasDeviceMachine: boolean;
};

const NOTHING: NextStep = { kind: "nothing" };

/** What is in doubt comes first; then whoever is there proves to be the terminal, and what waits gets its turn. */
export function nextStep(terminal: Terminal): NextStep {
  const { doubts, postponed, presence, freshness, device } = terminal;
  // A link from before a sleep leads nowhere, and money is not what should find that out.
  if (freshness.slept) return { kind: "renew", why: "the machine slept" };
  const doubt = doubts.next();
  if (doubt !== undefined && presence.mayBeAsked(device)) return { kind: "recover", record: doubt.record };
  const isFenced = doubt === undefined && doubts.fence !== undefined;
  if (isFenced && !postponed.isWaiting && !presence.isToBeMet(device)) return NOTHING;
  if (!terminal.hasDeviceMachine) return { kind: "shakeHands" };
  if (!device.ready) return NOTHING;
  const ask = postponed.take();
  if (ask !== undefined) return { kind: "ask", ask };
  return isFenced ? NOTHING : nextOfReady(terminal);
}

function nextOfReady({ standing, queue, freshness }: Terminal): NextStep {
  const isWaitedFor = queue.length > 0;
  const followed = standing.due();
  // A customer does not wait for one who has left.
  if (followed !== undefined && !isWaitedFor) return { kind: "recover", record: followed };
  const { restLeftMs, isFresh, probeInMs } = freshness;
  const forMs = isWaitedFor ? restLeftMs : probeInMs;
  if (forMs > 0) return { kind: "pause", forMs };
  if (!isWaitedFor || !isFresh) return { kind: "probe" };
  const record = queue.next();
  return record === undefined ? NOTHING : { kind: "operate", record };
}
