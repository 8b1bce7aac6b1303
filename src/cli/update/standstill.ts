import type { Clock } from "../../core/ports.ts";
import { HomeFailure } from "../../home/store.ts";
import type { Held, OpenTransaction, ServiceLook, UpdatePorts } from "./ports.ts";
import { openInWords } from "./words.ts";

const LOOK_AGAIN_MS = 500;

/** Nothing runs, and nothing new is taken until it is disposed of. */
export interface Standstill extends AsyncDisposable {
  readonly kind: "still";
  readonly service: "ran" | "stopped" | "notInstalled";
  /** The terminals that took payments. */
  readonly ready: readonly string[];
}

type Postponed = {
  readonly kind: "postponed";
  readonly because: { readonly why: string; readonly open: readonly OpenTransaction[] };
};

/** Has new transactions held back, and waits for those that run. */
export async function stopTaking(
  to: string,
  waitMs: number,
  { supervisor, service, clock, tell }: UpdatePorts,
): Promise<Standstill | Postponed> {
  const { kind: state } = await supervisor.state();
  const look = await service.look();
  if (state === "stopped" || state === "notInstalled") {
    if (look.kind !== "silent") {
      throw new HomeFailure(
        "A daemon that is not the service has this home. End it first: nobody could tell what becomes of its payments.",
      );
    }
    return still(state);
  }
  if (look.kind === "deaf") {
    throw new HomeFailure(
      `The service does not answer (${look.why}), so nobody can tell whether a payment is under way. ` +
        "`tillbridge service status` tells more; `tillbridge service stop` ends what runs in order, and the update can be put in then. Nothing was changed.",
    );
  }
  // What crashes again and again takes no payments, and may need nothing but the update.
  if (look.kind === "silent") return still("ran");
  const held = await service.hold(`version ${to} of Tillbridge is put in`);
  const release = () => held[Symbol.asyncDispose]();
  try {
    const open = await whenQuiet(held, waitMs, { clock, tell });
    if (open.length === 0) return still("ran", readyOf(await service.look()), release);
    await release();
    const why = `After ${waitMs / 1_000} s there is still ${openInWords(open)}. Nothing was changed; payments are taken again. Try again when it is quiet.`;
    return { kind: "postponed", because: { why, open } };
  } catch (error) {
    await release();
    throw error;
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

function still(
  service: Standstill["service"],
  ready: readonly string[] = [],
  end: () => PromiseLike<void> = () => Promise.resolve(),
): Standstill {
  return { kind: "still", service, ready, [Symbol.asyncDispose]: end };
}

/** Those that take payments, or are just taking one. */
export function readyOf(look: ServiceLook): readonly string[] {
  if (look.kind !== "answers") return [];
  return [...look.terminals].flatMap(([id, state]) => (state === "ready" || state === "busy" ? [id] : []));
}

export function pause(clock: Clock, durationMs: number): Promise<void> {
  return new Promise((resolve) => clock.after(durationMs, resolve));
}
