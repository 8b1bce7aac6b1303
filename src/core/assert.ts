/** Our own mistake. It ends the process; the service is started again and recovers. Never used for what the world does. */
export class AssertionFailure extends Error {
  override readonly name = "AssertionFailure";
}

export function assert(condition: boolean, mistake: string): asserts condition {
  if (!condition) throw new AssertionFailure(mistake);
}

/** The end of an exhaustive switch: the compiler proves that nothing comes here. */
export function unreachable(value: never): never {
  throw new AssertionFailure(`unexpected value: ${JSON.stringify(value)}`);
}
