/** The system's own news of what is unplugged. */
export interface UnpluggedSource {
  start(heard: (handle: string) => void): Promise<void>;
  stop(): Promise<void>;
}

export interface UnpluggedWatch {
  /** Answers how to stop listening. */
  hear(heard: (handle: string) => void): () => void;
}

/** Listens to the system while somebody listens here: what is listened to keeps the process alive. */
export function createUnpluggedWatch(source: UnpluggedSource): UnpluggedWatch {
  const listeners = new Set<(handle: string) => void>();
  let isStarted = false;
  let last = Promise.resolve();

  const told = (handle: string): void => {
    for (const heard of listeners) heard(handle);
  };

  const settle = async (): Promise<void> => {
    const isWanted = listeners.size > 0;
    if (isWanted === isStarted) return;
    isStarted = isWanted;
    // Where the system tells nobody, the transfer that is under way notices an unplug too.
    await (isWanted ? source.start(told) : source.stop()).catch(() => {});
  };

  const settleNext = (): void => {
    last = last.then(settle);
  };

  return {
    hear: (heard) => {
      // The same function may listen twice, each for itself.
      const listener = (handle: string): void => heard(handle);
      listeners.add(listener);
      settleNext();
      return () => {
        listeners.delete(listener);
        settleNext();
      };
    },
  };
}
