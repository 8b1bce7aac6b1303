import { JournalFailure, type Journal } from "../../src/journal/journal.ts";
import type { Transaction } from "../../src/core/transaction.ts";
import type { Memory } from "./journal-memory.ts";
import { createMemoryStore } from "./memory-store.ts";

/** A journal without a disk and without a clock. It keeps the rules of the real one: the same conformance suite says so. */
export type MemoryJournal = Journal & {
  /** So many of the next commits fail, and write nothing; `after` so many that do not. */
  failNext(commits: number, message?: string, after?: number): void;
  /** The next commit fails, and is written all the same: the next one takes it back, unless the process dies before. */
  failSync(): void;
  /** Commits wait, as on a slow disk, until `release`. */
  hold(): void;
  release(): void;
  /**
   * The process dies: what was asked is never answered. What waited for its commit is lost, or was written and only the answer is
   * lost. Returns the journal as the next process opens it.
   */
  crash(waiting: "lost" | "written"): MemoryJournal;
  /** A copy of what it holds now, as a backup makes one, under another id. */
  copy(id: string): MemoryJournal;
  /** What is durable at this moment, the oldest first: no question to the journal, so no hold keeps it back. */
  durable(): readonly Transaction[];
  /** Leaves the mark of a pruned transaction. */
  bury(pos: string, requestId: string, transaction: string): void;
};

const SYNC_FAILED =
  "journal.db: the disk failed to read or write it. Look at the disk and its cable, and at the system's log.";
const DISK_FULL = "journal.db: the disk is full. Free some space; the journal goes on by itself.";

/** @param boundary called before and after each commit: the process can die there */
export function createMemoryJournal(id = "J1", boundary: () => void = () => undefined): MemoryJournal {
  const memory = {
    id,
    facts: new Map(),
    tombstones: new Map(),
    claims: new Map(),
    outbox: new Map(),
    audit: [],
    signsOfLife: new Map(),
  };
  return openMemory(memory, boundary);
}

type Waiting = {
  /** Writes, and returns what tells the writer. */
  readonly write: () => () => void;
  readonly fail: (failure: JournalFailure) => void;
};

function openMemory(memory: Memory, boundary: () => void): MemoryJournal {
  const store = createMemoryStore(memory);
  let waiting: Waiting[] = [];
  let life: "running" | "closed" | "crashed" = "running";
  let isHeld = false;
  const held: (() => void)[] = [];
  let failing = { commits: 0, message: "", after: 0 };
  let syncFails = false;
  /** On the disk, although its writers were told that it is not. */
  let unconfirmed: Waiting[] = [];

  const hasCrashed = (): boolean => life === "crashed";

  function commit(): void {
    if (isHeld || waiting.length === 0) return;
    boundary();
    if (hasCrashed()) return;
    const group = waiting;
    waiting = [];
    unconfirmed = [];
    if (failing.after > 0) {
      failing = { ...failing, after: failing.after - 1 };
    } else if (failing.commits > 0 || syncFails) {
      if (syncFails) unconfirmed = group;
      else failing = { ...failing, commits: failing.commits - 1 };
      syncFails = false;
      for (const { fail } of group) fail(new JournalFailure(failing.message));
      return;
    }
    const answers = group.map(({ write }) => write());
    boundary();
    if (!hasCrashed()) for (const answer of answers) answer();
  }

  function later<Result>(write: () => Result): Promise<Result> {
    return whileRunning(() => {
      const { promise, resolve, reject } = Promise.withResolvers<Result>();
      waiting.push({ write: () => settlement(write, resolve, reject), fail: reject });
      queueMicrotask(commit);
      return promise;
    });
  }

  /** A question that follows a write is answered after it. */
  function now<Result>(ask: () => Result): Promise<Result> {
    return whileRunning(async () => {
      commit();
      if (isHeld) await new Promise<void>((resolve) => held.push(resolve));
      return ask();
    });
  }

  function whileRunning<Result>(go: () => Promise<Result>): Promise<Result> {
    switch (life) {
      case "running":
        return go();
      case "closed":
        return Promise.reject(new JournalFailure("journal.db: the journal is closed."));
      case "crashed":
        return new Promise(() => {});
    }
  }

  return {
    id: memory.id,
    append: (append) => later(() => store.append(append)),
    audit: (entry) => later(() => store.audit(entry)),
    seen: (transaction, at) => later(() => store.seen(transaction, at)),
    lastSeen: (transaction) => now(() => store.lastSeen(transaction)),
    find: (pos, requestId) => now(() => store.find(pos, requestId)),
    get: (transaction) => now(() => store.get(transaction)),
    facts: (transaction) => now(() => store.facts(transaction)),
    list: (query) => now(() => store.list(query)),
    open: () => now(() => store.open()),
    unacknowledged: (pos, limit) => now(() => store.unacknowledged(pos, limit)),
    successors: (original) => now(() => store.successors(original)),
    byTicket: (terminal, ticket) => now(() => store.byTicket(terminal, ticket)),
    claimed: (movements) => now(() => store.claimed(movements)),
    lastSeq: (pos) => now(() => store.lastSeq(pos)),
    keptAfter: (pos, seq, limit) => now(() => store.keptAfter(pos, seq, limit)),
    prune: (before, limit) => later(() => store.prune(before, limit)),
    verify: () => now(() => store.verify()),
    async close() {
      this.release();
      life = "closed";
    },
    failNext(commits, message = DISK_FULL, after = 0) {
      failing = { commits, message, after };
      syncFails = false;
    },
    failSync() {
      failing = { ...failing, message: SYNC_FAILED };
      syncFails = true;
    },
    hold() {
      isHeld = true;
    },
    release() {
      isHeld = false;
      commit();
      for (const goOn of held.splice(0)) goOn();
    },
    crash(fate) {
      life = "crashed";
      if (fate === "written") for (const { write } of [...unconfirmed, ...waiting]) write();
      waiting = [];
      return openMemory(structuredClone(memory), boundary);
    },
    copy: (id) => openMemory({ ...structuredClone(memory), id }, boundary),
    durable: () => store.all(),
    bury: (pos, requestId, transaction) => store.bury(pos, requestId, transaction),
  };
}

function settlement<Result>(
  write: () => Result,
  resolve: (result: Result) => void,
  reject: (error: unknown) => void,
): () => void {
  try {
    const result = write();
    return () => resolve(result);
  } catch (error) {
    return () => reject(error);
  }
}
