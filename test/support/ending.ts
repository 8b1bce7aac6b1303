/** What a test leaves behind is ended with it. A `TestContext` is one, and `node:test` itself for a whole file. */
export type Ending = { after(end: () => Promise<void> | void): void };

/** What was begun last ends first: a program before the folder that it works in. */
export function lastFirst(ending: Ending): Ending {
  const begun = new AsyncDisposableStack();
  ending.after(() => begun.disposeAsync());
  return { after: (end) => begun.defer(end) };
}
