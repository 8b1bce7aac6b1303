import { JournalFailure, type Appended, type Journal, type Pruned } from "./journal.ts";
import type { Ask, Read } from "./messages.ts";
import type { ReadMethod, Reads } from "./reads.ts";
import { startThread, verifyInThread, type Thread } from "./thread.ts";

export type JournalOptions = {
  /** Where `journal.db` is, or is made. One daemon per directory: the home folder's lock is the caller's. */
  readonly directory: string;
  /** The id of the journal that has to be there; where it is given no other one is opened and none is made. */
  readonly known?: string;
};

/** Opens the journal of a directory in a thread of its own; where there is none, an empty one is made. Rejects with `JournalFailure`. */
export async function openJournal({ directory, known }: JournalOptions): Promise<Journal> {
  const commitListeners = new Set<(durationMs: number) => void>();
  const committed = (durationMs: number): void => {
    for (const listener of commitListeners) listener(durationMs);
  };
  const first = await startThread(directory, known === undefined ? undefined : { journal: known }, committed);
  const { opened } = first;
  const id = opened.journal;
  const closing = new AbortController();
  let thread: Promise<Thread> | undefined;
  void use(Promise.resolve(first));

  /** A thread that ended, or never opened, is followed by another one at the next call. */
  function use(next: Promise<Thread>): Promise<Thread> {
    thread = next;
    const forget = (): void => {
      if (thread === next) thread = undefined;
    };
    next.then(({ ended }) => ended).then(forget, forget);
    return next;
  }

  async function call(ask: Ask): Promise<unknown> {
    if (closing.signal.aborted) throw new JournalFailure("journal.db: the journal is closed.");
    const current = await (thread ?? use(startThread(directory, opened, committed)));
    return current.call(ask);
  }

  function read<Method extends ReadMethod>(method: Method, ...args: Parameters<Reads[Method]>) {
    return call({ kind: "read", method, args } as Read) as Promise<ReturnType<Reads[Method]>>;
  }

  return {
    id,
    onCommit: (listener) => {
      commitListeners.add(listener);
      return () => commitListeners.delete(listener);
    },
    append: (append) => call({ kind: "append", append }) as Promise<Appended>,
    find: (pos, requestId) => read("find", pos, requestId),
    get: (transaction) => read("get", transaction),
    facts: (transaction) => read("facts", transaction),
    list: (query) => read("list", query),
    open: () => read("open"),
    unacknowledged: (pos, limit) => read("unacknowledged", pos, limit),
    successors: (original) => read("successors", original),
    byTicket: (terminal, ticket) => read("byTicket", terminal, ticket),
    claimed: (movements) => read("claimed", movements),
    lastSeq: (pos) => read("lastSeq", pos),
    keptAfter: (pos, seq, limit) => read("keptAfter", pos, seq, limit),
    audit: (entry) => call({ kind: "audit", entry }) as Promise<undefined>,
    seen: (transaction, at) => call({ kind: "seen", transaction, at }) as Promise<undefined>,
    lastSeen: (transaction) => read("lastSeen", transaction),
    prune: (before, limit, cursor) =>
      call({ kind: "prune", before, limit, ...(cursor === undefined ? {} : { cursor }) }) as Promise<Pruned>,
    verify: () => verifyInThread(directory, closing.signal),
    async close() {
      const last = await thread?.catch(() => undefined);
      last?.call({ kind: "close" }).catch(() => undefined);
      closing.abort();
      await last?.ended;
    },
  };
}
