/** What the end of the service would mean for the payments of the moment. */
import { RequestRefused } from "../../client/errors.ts";
import type { Call } from "../call.ts";
import { confirmed, mustBeAnswerable } from "../confirm.ts";
import { CommandFailure, EXIT } from "../exit.ts";
import { table } from "../table.ts";
import { withSession, type DaemonSession } from "../with-session.ts";
import { inWords } from "../words.ts";

/** A customer at a terminal takes about so long. */
const WAIT_LIMIT_MS = 90_000;
const LOOK_AGAIN_MS = 1_000;

/**
 * Ends the service with `work` while nobody starts a payment. Those that run are waited for; what does not end, a person decides about.
 *
 * @returns false where the person decided against it: nothing was done
 */
export async function whileNobodyPays(
  call: Call,
  pause: (ms: number) => Promise<void>,
  work: () => Promise<void>,
): Promise<boolean> {
  const daemon = { wasReached: false };
  try {
    return await withSession(call, async (session) => {
      daemon.wasReached = true;
      if (!(await isAgreed(call, session, pause))) return false;
      await work();
      return true;
    });
  } catch (error) {
    if (daemon.wasReached || !(error instanceof CommandFailure) || error.exitCode !== EXIT.unreachable) throw error;
    // It does not answer, so it takes no payment. What it was doing it finds out at its next start.
    await work();
    return true;
  }
}

async function isAgreed(call: Call, { ask }: DaemonSession, pause: (ms: number) => Promise<void>): Promise<boolean> {
  const hold = async () => (await ask("transactions.hold", { reason: REASON })).open;
  let open = await hold();
  if (open.length === 0) return true;
  const count = () => (open.length === 1 ? "1 payment is open" : `${open.length} payments are open`);
  const shown = () =>
    table(
      ["TRANSACTION", "POS", "TERMINAL", "OPERATION"],
      open.map(({ transaction, pos, terminal, operation }) => [transaction, pos, terminal, inWords(operation)]),
    );
  call.out.note(shown());
  if (call.yes) {
    call.out.note(`${count()}. The service finishes what it can; the rest is found out at its next start.`);
    return true;
  }
  call.out.note(`${count()}. Waiting for the end, up to ${WAIT_LIMIT_MS / 1_000} s; new ones are not taken meanwhile.`);
  for (let waitedMs = 0; waitedMs < WAIT_LIMIT_MS && open.length > 0; waitedMs += LOOK_AGAIN_MS) {
    await pause(LOOK_AGAIN_MS);
    open = await hold();
  }
  if (open.length === 0) return true;
  const question = `${count()} still. Stop the service all the same?`;
  mustBeAnswerable(call, question, OTHERWISE);
  return confirmed(call, question, OTHERWISE);
}

const REASON = "the service is about to be stopped";
const OTHERWISE = "The service runs on, and takes payments.";

/** What the journal says is not decided: with the journal, it would be forgotten. Undefined where nobody can tell. */
export async function countUndecided(call: Call): Promise<number | undefined> {
  try {
    return await withSession(call, async ({ ask }) => {
      const { transactions } = await ask("transactions.list", { undecided: true, limit: 200 });
      return transactions.length;
    });
  } catch (error) {
    if (error instanceof CommandFailure && error.exitCode === EXIT.unreachable) return undefined;
    // The daemon runs, and has no journal that it could look into.
    if (error instanceof RequestRefused && error.reason === "journalUnavailable") return undefined;
    throw error;
  }
}
