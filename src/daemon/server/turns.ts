/** Work on one thing at a time: what is begun for the same name waits for what was begun before. */
export type Turns = <Value>(name: string, act: () => Promise<Value>) => Promise<Value>;

export function createTurns(): Turns {
  const last = new Map<string, Promise<unknown>>();
  return async (name, act) => {
    const before = last.get(name) ?? Promise.resolve();
    const turn = before.then(act);
    const over = turn.catch(() => undefined);
    last.set(name, over);
    try {
      return await turn;
    } finally {
      if (last.get(name) === over) last.delete(name);
    }
  };
}
