import { isDeepStrictEqual } from "node:util";
import { refused } from "../core/errors.ts";
import type { Transaction } from "../core/transaction.ts";
import type { Person, TerminalConfig } from "./api.ts";
import type { Entry } from "./record.ts";
import type { Terminal } from "./terminal/terminal.ts";

/** A terminal at work is left as it is; another one takes nothing new from now on. */
export function busyFault(terminal: Terminal, underWay: ReturnType<Terminal["retire"]>) {
  if (underWay === undefined) return undefined;
  const about = { terminal: terminal.id, ...underWay };
  const fence = terminal.view().fence?.transaction;
  const why =
    fence === undefined
      ? `Terminal ${terminal.id} has a transaction that is not at its end: wait for it.`
      : `Nobody knows yet how transaction ${fence} at terminal ${terminal.id} ended, and without the terminal nobody could find out. ` +
        `Decide it first (\`tillbridge transactions resolve ${fence}\`), or lift the fence.`;
  return refused("terminalBusy", why, about);
}

/** The same terminal under another address: only there it can be asked about what is in doubt. */
export function hasOnlyMoved(before: TerminalConfig, after: TerminalConfig): boolean {
  const place = { link: {}, name: "" };
  return isDeepStrictEqual({ ...before, ...place }, { ...after, ...place });
}

/** What was still being asked about is unknown from now on, to everybody. */
export function fenceEntry(current: Transaction, person: Person): Entry {
  const lifted = { kind: "fenceLifted", ...person } as const;
  if (current.outcome !== undefined) return { facts: [lifted] };
  const outcome = {
    kind: "unknown",
    since: "terminal",
    advice: "askOperator",
    revision: 1,
    decidedBy: { kind: "person", name: person.operator, reason: person.reason },
  } as const;
  return { facts: [lifted, { kind: "settled", outcome }] };
}
