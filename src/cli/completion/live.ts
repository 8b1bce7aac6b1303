import { isOfTheWorld } from "../../client/errors.ts";
import type { Call } from "../call.ts";
import { CommandFailure } from "../exit.ts";
import { withSession, type DaemonSession } from "../with-session.ts";
import { inWords, outcomeText } from "../words.ts";
import type { Candidate, LookUp } from "./candidates.ts";
import type { LiveKind } from "./value-kinds.ts";

/** Somebody has pressed a key and waits. */
const LOOK_LIMIT_MS = 700;
const MOST_TRANSACTIONS = 30;

/** Asks the daemon of this home. Where none runs, or this user may not ask it, there is nothing to offer, and nothing is said. */
export function liveValues(call: Call): LookUp {
  return async (kind) => {
    if (kind === "vendors") {
      return (await call.composition.loadVendors()).map(({ id, name }) => ({ value: id, meaning: name }));
    }
    try {
      return await withSession(call, ({ ask }) => ofDaemon(kind, ask));
    } catch (error) {
      if (error instanceof CommandFailure || isOfTheWorld(error)) return [];
      throw error;
    }
  };
}

async function ofDaemon(kind: Exclude<LiveKind, "vendors">, ask: DaemonSession["ask"]): Promise<readonly Candidate[]> {
  switch (kind) {
    case "terminals": {
      const { terminals } = await ask("terminals.list", {}, LOOK_LIMIT_MS);
      return terminals.map(({ id, vendor, state }) => ({ value: id, meaning: `${vendor}, ${state}` }));
    }
    case "transactions": {
      const { transactions } = await ask("transactions.list", { limit: MOST_TRANSACTIONS }, LOOK_LIMIT_MS);
      return transactions.map(({ id, operation, terminal, outcome, state }) => ({
        value: id,
        meaning: `${inWords(operation.type)} at ${terminal}, ${outcome === undefined ? state : outcomeText(outcome)}`,
      }));
    }
    case "pos": {
      const { pos } = await ask("pos.list", {}, LOOK_LIMIT_MS);
      return pos.map((one) => ({ value: one.pos, meaning: one.scopes.join(" ") }));
    }
    case "secrets": {
      const { secrets } = await ask("secrets.list", {}, LOOK_LIMIT_MS);
      return secrets.map((value) => ({ value, meaning: "a secret" }));
    }
  }
}
