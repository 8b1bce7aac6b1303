import type { Attempt } from "./payment.ts";
import type { Position } from "./session.ts";

/**
 * What the program has to remember over a crash. Each method has stored it when it returns, or when the promise it returns
 * resolves: a payment leaves only after that.
 */
export type PosStore = {
  saveAttempt(attempt: Attempt): Promise<void> | void;
  removeAttempt(requestId: string): Promise<void> | void;
  attempts(): Promise<readonly Attempt[]> | readonly Attempt[];
  savePosition(position: Position): Promise<void> | void;
  position(): Promise<Position | undefined> | Position | undefined;
};

/** A browser's `localStorage`, or anything like it. */
export type TextStorage = {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
};

type Remembered = { readonly attempts: readonly Attempt[]; readonly position?: Position };

/** Keeps it as one JSON text under one key. A browser may lose the last second of it in a power cut. */
export function storeIn(storage: TextStorage, key: string): PosStore {
  return storeOf({
    read: () => storage.getItem(key) ?? undefined,
    write: (text) => storage.setItem(key, text),
  });
}

/** A store over one text that is read once and written whole. Writes follow one another. */
export function storeOf(text: {
  read(): Promise<string | undefined> | string | undefined;
  write(text: string): Promise<void> | void;
}): PosStore {
  let loaded: Promise<Remembered> | undefined;
  let writing: Promise<void> = Promise.resolve();

  const load = async (): Promise<Remembered> => {
    const stored = await text.read();
    return stored === undefined ? { attempts: [] } : (JSON.parse(stored) as Remembered);
  };
  const current = () => (loaded ??= load());

  const change = (update: (before: Remembered) => Remembered): Promise<void> => {
    const written = writing.then(async () => {
      const after = update(await current());
      await text.write(JSON.stringify(after));
      loaded = Promise.resolve(after);
    });
    // A write that failed is the caller's to hear of; the next one starts from what was stored before.
    writing = written.catch(() => {});
    return written;
  };

  const without = (attempts: readonly Attempt[], requestId: string) =>
    attempts.filter((attempt) => attempt.requestId !== requestId);

  return {
    saveAttempt: (attempt) =>
      change((before) => ({ ...before, attempts: [...without(before.attempts, attempt.requestId), attempt] })),
    removeAttempt: (requestId) => change((before) => ({ ...before, attempts: without(before.attempts, requestId) })),
    attempts: async () => (await current()).attempts,
    savePosition: (position) => change((before) => ({ ...before, position })),
    position: async () => (await current()).position,
  };
}
