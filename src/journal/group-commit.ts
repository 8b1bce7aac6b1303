import { AssertionFailure } from "../core/assert.ts";
import { journalFailure } from "./failure.ts";
import type { JournalFailure } from "./journal.ts";
import type { Answer, Read, Write } from "./messages.ts";
import type { Reads } from "./reads.ts";
import type { Store } from "./store.ts";

/**
 * Keeps one store open. Writes that wait together share one commit, and one sync. After a failed one the store is closed, and
 * opened and read again before the next request: what was not confirmed counts as not written.
 */
export type GroupCommit = {
  write(writes: readonly Write[]): readonly Answer[];
  read(read: Read): Answer;
  /** For moments without work. */
  checkpoint(): void;
  close(): void;
};

/** At this many commits the log is moved into the file even without a quiet moment. */
const COMMITS_BEFORE_CHECKPOINT = 500;

export function createGroupCommit(openStore: () => Store): GroupCommit {
  let store: Store | undefined;
  let commitsInLog = 0;

  function commit(writes: readonly Write[]): readonly Answer[] {
    store ??= openStore();
    const open = store;
    open.begin();
    const answers = writes.map((write) => perform(open, write));
    open.commit();
    commitsInLog += 1;
    return answers;
  }

  function abandon(error: unknown): JournalFailure {
    const failure = journalFailure(error);
    closeStore();
    return failure;
  }

  function closeStore(): void {
    try {
      store?.close();
    } catch {
      // It failed already, and that is what is reported; a lost handle changes nothing on the disk.
    }
    store = undefined;
  }

  return {
    write(writes) {
      try {
        const answers = commit(writes);
        if (commitsInLog >= COMMITS_BEFORE_CHECKPOINT) this.checkpoint();
        return answers;
      } catch (error) {
        const { message } = abandon(error);
        return writes.map(() => ({ kind: "failed", why: message }));
      }
    },
    read(read) {
      try {
        store ??= openStore();
        return { kind: "done", value: ask(store.reads, read) };
      } catch (error) {
        return { kind: "failed", why: abandon(error).message };
      }
    },
    checkpoint() {
      if (commitsInLog === 0 || store === undefined) return;
      commitsInLog = 0;
      store.checkpoint();
    },
    close: closeStore,
  };
}

/** A mistake of ours spoils its own write only: the store has taken that one back. */
function perform(store: Store, write: Write): Answer {
  try {
    switch (write.kind) {
      case "append":
        return { kind: "done", value: store.append(write.append) };
      case "audit":
        store.audit(write.entry);
        return { kind: "done", value: undefined };
    }
  } catch (error) {
    if (error instanceof AssertionFailure) return { kind: "mistaken", mistake: error.message };
    throw error;
  }
}

function ask(reads: Reads, read: Read): unknown {
  const answer = reads[read.method] as (...args: Read["args"]) => unknown;
  return answer(...read.args);
}
