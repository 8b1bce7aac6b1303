import { failureOf } from "./failure.ts";
import type { Append, JournalFailure } from "./journal.ts";
import type { Store } from "./store.ts";

/** One store, closed when it fails, and opened and read again by the next who needs it. */
export type KeptStore = {
  /** Throws where it cannot be opened. */
  readonly current: () => Store;
  readonly isOpen: () => boolean;
  /** After a failure of the environment; another error is our own mistake and goes on. */
  readonly abandon: (error: unknown) => JournalFailure;
  /** These were told that they are not written. If they are, the next store takes them back first. */
  readonly leaveUnconfirmed: (appends: readonly Append[]) => void;
  readonly close: () => void;
};

export function keepStore(openStore: () => Store): KeptStore {
  let store: Store | undefined;
  let unconfirmed: readonly Append[] = [];

  function current(): Store {
    if (store !== undefined) return store;
    const fresh = openStore();
    try {
      fresh.takeBack(unconfirmed);
    } catch (error) {
      fresh.close();
      throw error;
    }
    unconfirmed = [];
    store = fresh;
    return fresh;
  }

  function close(): void {
    try {
      store?.close();
    } catch {
      // It failed before, and that is what was reported; closing changes nothing of what was confirmed.
    }
    store = undefined;
  }

  return {
    current,
    isOpen: () => store !== undefined,
    abandon(error) {
      const failure = failureOf(error);
      close();
      if (failure === undefined) throw error;
      return failure;
    },
    leaveUnconfirmed: (appends) => {
      unconfirmed = appends;
    },
    close,
  };
}
