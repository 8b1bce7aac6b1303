/** A value that changes while somebody looks at it. */
export type Live<Value> = {
  current(): Value;
  /** Called after each change. Answers how to stop. */
  listen(changed: () => void): () => void;
};

/** A live value and how to change it. */
export type Kept<Value> = Live<Value> & { set(value: Value): void };

export function keep<Value>(first: Value): Kept<Value> {
  let value = first;
  const listeners = new Set<() => void>();
  return {
    current: () => value,
    set: (next) => {
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of listeners) listener();
    },
    listen: (changed) => {
      listeners.add(changed);
      return () => void listeners.delete(changed);
    },
  };
}
