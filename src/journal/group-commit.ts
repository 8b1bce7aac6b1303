import { failureOf, isDiskFull } from "./failure.ts";
import { JournalFailure, type Append } from "./journal.ts";
import { keepStore } from "./kept-store.ts";
import type { Answer, Prune, Read, Write } from "./messages.ts";
import type { Reads } from "./reads.ts";
import type { Reserve } from "./reserve.ts";
import type { Store } from "./store.ts";

/**
 * Writes that wait together share one commit, and one sync. After a failed one the store is closed, and opened and read again
 * before the next request: what was not confirmed counts as not written.
 */
export type GroupCommit = {
  readonly write: (writes: readonly Write[]) => readonly Answer[];
  readonly read: (read: Read) => Answer;
  /** One step, in a commit of its own. */
  readonly prune: (prune: Prune) => Answer;
  /** Moves the log into the file where it holds at least so many commits. For moments when nobody waits for an answer. */
  readonly tidy: (fewestCommits: number) => boolean;
  /** One step, for the same moments; true where more is to be covered. */
  readonly checkpoint: () => boolean;
  readonly close: () => void;
};

export function createGroupCommit(openStore: () => Store, reserve: Reserve): GroupCommit {
  const kept = keepStore(openStore);
  let commitsInLog = 0;

  function write(writes: readonly Write[]): readonly Answer[] {
    try {
      return commit(writes);
    } catch (error) {
      const failure = kept.abandon(error);
      return endOnFullDisk(writes, failure) ?? writes.map(() => failed(failure));
    }
  }

  function commit(writes: readonly Write[]): readonly Answer[] {
    const store = kept.current();
    const starts = writes.filter(startsMoney).length;
    const hasRoom = starts === 0 || reserve.holdFor(store.running() + starts);
    store.begin();
    const answers = writes.map((one) => (hasRoom || !startsMoney(one) ? perform(store, one) : failed(NO_ROOM)));
    try {
      store.commit();
    } catch (error) {
      kept.leaveUnconfirmed(writes.flatMap((one, index) => appendDone(one, answers[index])));
      throw error;
    }
    commitsInLog += 1;
    return answers;
  }

  /** Money that moved is written down in the room that was held for it; everything else is refused. */
  function endOnFullDisk(writes: readonly Write[], failure: JournalFailure): readonly Answer[] | undefined {
    const ends = writes.filter((one) => one.kind === "append" && !startsMoney(one));
    if (ends.length === 0 || !isDiskFull(failure) || !reserve.release()) return undefined;
    const answers = write(ends);
    const answerOf = new Map(ends.map((end, index) => [end, answers[index]]));
    return writes.map((one) => answerOf.get(one) ?? failed(failure));
  }

  function tidy(fewestCommits: number): boolean {
    if (commitsInLog < fewestCommits || !kept.isOpen()) return false;
    commitsInLog = 0;
    try {
      kept.current().moveLog();
    } catch (error) {
      // Nothing is lost, the log has it all. The next write says what is wrong, if it still is.
      kept.abandon(error);
    }
    return true;
  }

  function inCommit<Result>(work: (store: Store) => Result): Result {
    const store = kept.current();
    store.begin();
    const result = work(store);
    store.commit();
    commitsInLog += 1;
    return result;
  }

  return {
    write,
    prune({ before, limit, cursor }) {
      try {
        return { kind: "done", value: inCommit((store) => store.prune(before, limit, cursor, now())) };
      } catch (error) {
        return failed(kept.abandon(error));
      }
    },
    checkpoint() {
      if (!kept.isOpen()) return false;
      try {
        return inCommit((store) => store.writeCheckpoint(now()));
      } catch (error) {
        // What it would have stood for is left to the next one.
        kept.abandon(error);
        return false;
      }
    },
    read(read) {
      try {
        return { kind: "done", value: ask(kept.current().reads, read) };
      } catch (error) {
        return failureOf(error) === undefined ? mistaken(error) : failed(kept.abandon(error));
      }
    },
    tidy,
    close: kept.close,
  };
}

const NO_ROOM = new JournalFailure(
  "journal.db: the disk is full: the room for the results of running payments is used up, so no new one is started. " +
    "Free some space; the journal goes on by itself.",
);

const STARTS: ReadonlySet<string> = new Set(["accepted", "dispatched", "repeated"]);

function startsMoney(write: Write): boolean {
  return write.kind === "append" && write.append.facts.some(({ kind }) => STARTS.has(kind));
}

/** A mistake of ours, or one damaged transaction, spoils its own write only: the store has taken that one back. */
function perform(store: Store, write: Write): Answer {
  try {
    switch (write.kind) {
      case "append":
        return { kind: "appended", appended: store.append(write.append) };
      case "audit":
        store.audit(write.entry);
        return { kind: "done", value: undefined };
      case "seen":
        store.seen(write.transaction, write.at);
        return { kind: "done", value: undefined };
    }
  } catch (error) {
    if (error instanceof JournalFailure) return failed(error);
    if (failureOf(error) !== undefined) throw error;
    return mistaken(error);
  }
}

function appendDone(write: Write, answer: Answer | undefined): Append[] {
  const isDone = answer?.kind === "appended" && answer.appended.kind === "appended";
  return write.kind === "append" && isDone ? [write.append] : [];
}

function now(): string {
  return new Date().toISOString();
}

function failed({ message }: JournalFailure): Answer {
  return { kind: "failed", why: message };
}

function mistaken(error: unknown): Answer {
  return { kind: "mistaken", mistake: error instanceof Error ? error.message : String(error) };
}

function ask(reads: Reads, read: Read): unknown {
  const answer = reads[read.method] as (...args: Read["args"]) => unknown;
  return answer(...read.args);
}
