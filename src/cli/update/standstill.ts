import type { Clock } from "../../core/ports.ts";
import { HomeFailure } from "../../home/store.ts";
import type { ServiceState } from "../supervision/supervisor.ts";
import type { Held, OpenTransaction, ServiceDoor, ServiceLook, UpdatePorts } from "./ports.ts";
import { openInWords, wordsOf } from "./words.ts";

const LOOK_AGAIN_MS = 500;

/** Nothing runs, and nothing new is taken until it is disposed of. */
export interface Standstill extends AsyncDisposable {
  readonly kind: "still";
  readonly service: "ran" | "stopped" | "notInstalled";
  /** The terminals that took payments. */
  readonly ready: readonly string[];
  /**
   * Asked just before anything is switched: unpacking takes its time, and a hold ends with the daemon that gave it.
   *
   * @throws HomeFailure where payments may have begun meanwhile
   */
  mustLast(): Promise<void>;
}

type Postponed = {
  readonly kind: "postponed";
  readonly because: { readonly why: string; readonly open: readonly OpenTransaction[] };
};

export type StandstillPorts = Pick<UpdatePorts, "service" | "clock" | "tell"> & {
  readonly supervisor: Pick<UpdatePorts["supervisor"], "state">;
};

/** Has new transactions held back, and waits for those that run. */
export async function stopTaking(
  to: string,
  waitMs: number,
  { supervisor, service, clock, tell }: StandstillPorts,
): Promise<Standstill | Postponed> {
  const { kind: state } = await supervisor.state();
  const look = await service.look();
  if (state === "stopped" || state === "notInstalled") {
    if (look.kind !== "silent") {
      throw new HomeFailure(
        "A daemon that is not the service has this home. End it first: nobody could tell what becomes of its payments.",
      );
    }
    return still(state, { mustLast: () => mustBeSilent(service) });
  }
  mustBeSeen(state, look);
  // What crashes again and again takes no payments, and may need nothing but the update.
  if (look.kind === "silent") return still("ran", { mustLast: () => mustBeSilent(service) });
  const held = await service.hold(`version ${to} of Tillbridge is put in`);
  const release = () => held[Symbol.asyncDispose]();
  try {
    const open = await whenQuiet(held, waitMs, { clock, tell });
    if (open.length === 0) {
      const ready = readyOf(await service.look());
      return still("ran", { ready, mustLast: () => mustBeHeld(held), end: release });
    }
    await release();
    const why = `After ${waitMs / 1_000} s there is still ${openInWords(open)}. Nothing was changed; payments are taken again. Try again when it is quiet.`;
    return { kind: "postponed", because: { why, open } };
  } catch (error) {
    await release();
    throw error;
  }
}

/** @throws HomeFailure where the service runs and nobody can tell what its payments are */
export function mustBeSeen(state: ServiceState["kind"], look: ServiceLook): void {
  if (look.kind === "deaf") {
    throw new HomeFailure(
      `The service does not answer (${look.why}), so nobody can tell whether a payment is under way. ` +
        "`tillbridge service status` tells more; `tillbridge service stop` ends what runs in order, and the update can be put in then. Nothing was changed.",
    );
  }
  if (look.kind === "silent" && state === "running") {
    throw new HomeFailure(
      "The service runs, and no daemon answers in this home: the service has another one, or is about to crash. Leave out --home and TILLBRIDGE_HOME, " +
        "or end it with `tillbridge service stop` first. Nothing was changed.",
    );
  }
}

/** What is still under way when nobody wants to wait any longer. */
async function whenQuiet(
  held: Held,
  waitMs: number,
  { clock, tell }: Pick<UpdatePorts, "clock" | "tell">,
): Promise<readonly OpenTransaction[]> {
  const begunMs = clock.monotonicMs();
  let told = "";
  for (;;) {
    const open = await held.open();
    if (open.length === 0 || clock.monotonicMs() - begunMs >= waitMs) return open;
    const words = openInWords(open);
    if (words !== told) tell(`Waiting for ${words}. New payments are held back.`);
    told = words;
    await pause(clock, LOOK_AGAIN_MS);
  }
}

type Lasting = Pick<Standstill, "mustLast"> & {
  readonly ready?: readonly string[];
  readonly end?: () => PromiseLike<void>;
};

function still(service: Standstill["service"], { mustLast, ready = [], end }: Lasting): Standstill {
  return { kind: "still", service, ready, mustLast, [Symbol.asyncDispose]: end ?? (() => Promise.resolve()) };
}

const TRY_AGAIN = "Nothing was switched. Try again.";

async function mustBeHeld(held: Held): Promise<void> {
  let open: readonly OpenTransaction[];
  try {
    open = await held.open();
  } catch (error) {
    const why = wordsOf(error);
    if (why === undefined) throw error;
    throw new HomeFailure(`The service no longer holds payments back for this update: ${why} ${TRY_AGAIN}`);
  }
  if (open.length > 0) throw new HomeFailure(`Meanwhile there is ${openInWords(open)}. ${TRY_AGAIN}`);
}

async function mustBeSilent(service: ServiceDoor): Promise<void> {
  const { kind } = await service.look();
  if (kind !== "silent")
    throw new HomeFailure(`The service has started meanwhile, and may take payments. ${TRY_AGAIN}`);
}

/** Those that take payments, or are just taking one. */
export function readyOf(look: ServiceLook): readonly string[] {
  if (look.kind !== "answers") return [];
  return [...look.terminals].flatMap(([id, state]) => (state === "ready" || state === "busy" ? [id] : []));
}

export function pause(clock: Clock, durationMs: number): Promise<void> {
  return new Promise((resolve) => clock.after(durationMs, resolve));
}
