import { refused } from "../core/errors.ts";
import { isReservedPos } from "../core/pos.ts";
import { JournalFailure, type Journal } from "../journal/journal.ts";
import type { TerminalConfig, TerminalsApi, TerminalView, TransactionsApi } from "./api.ts";
import type { CheckTerminal } from "./terminal-check.ts";

export type NoJournal = {
  readonly transactions: TransactionsApi;
  readonly terminals: TerminalsApi;
  readonly journal: Pick<Journal, "lastSeq" | "keptAfter" | "audit">;
};

/**
 * Stands where money is, while the journal cannot be opened: every request is refused and told why. A POS does not even get a
 * session, because nobody can say which payments it has open; an administrator does, to see what is wrong. No link is opened.
 *
 * @param journalId of the journal that was last open here
 */
export function withoutJournal(
  journalId: string,
  why: string,
  configs: readonly TerminalConfig[],
  checkTerminal: CheckTerminal,
): NoJournal {
  const refuse = async () =>
    refused("journalUnavailable", `No payment is taken: ${why} The service looks again by itself.`);
  const fail = () => Promise.reject(new JournalFailure(why));
  const forAdministrators = <Value>(value: Value) => {
    return async (pos: string): Promise<Value> => (isReservedPos(pos) ? value : fail());
  };
  const views = configs.flatMap((config) => fencedView(config, why, checkTerminal));
  return {
    transactions: {
      journalId,
      start: refuse,
      whenSettled: refuse,
      get: refuse,
      list: refuse,
      cancel: refuse,
      acknowledge: refuse,
      history: refuse,
      told: () => undefined,
      answer: refuse,
      resolve: refuse,
      openOf: forAdministrators([]),
      unacknowledgedOf: forAdministrators([]),
      underWay: () => [],
      posArrived: () => undefined,
      posLeft: () => undefined,
    },
    terminals: {
      list: () => views,
      get: (terminal) => views.find(({ id }) => id === terminal),
      poll: refuse,
      add: refuse,
      update: refuse,
      remove: refuse,
      pair: refuse,
      liftFence: refuse,
      report: refuse,
      deviceFunction: refuse,
      callbacks: refuse,
    },
    journal: { lastSeq: forAdministrators(0), keptAfter: fail, audit: fail },
  };
}

function fencedView(config: TerminalConfig, why: string, checkTerminal: CheckTerminal): readonly TerminalView[] {
  const checked = checkTerminal(config);
  if (checked.kind === "faulty") return [];
  const { id, name, link } = config;
  return [
    {
      id,
      vendor: checked.vendor.id,
      ...(name === undefined ? {} : { name }),
      link,
      // What is in doubt there nobody knows, so it is as good as in doubt.
      state: "fenced",
      capabilities: checked.vendor.capabilities(checked.settings),
      queue: 0,
      detail: why,
    },
  ];
}
