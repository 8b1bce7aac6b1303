/** What a terminal makes up anew each time is told so often, and then only logged. */
const MOST_OF_A_KIND = 16;

/** What was noted of one transaction, and what a person was alarmed about: each thing once, and not without end. */
export class News {
  readonly #told = new Map<string, string>();

  /** @param kind `note`, or the code of an alarm: none takes the room of another */
  isNew(kind: string, text: string): boolean {
    if (this.#told.has(text)) return false;
    return [...this.#told.values()].filter((other) => other === kind).length < MOST_OF_A_KIND;
  }

  told(kind: string, text: string): void {
    this.#told.set(text, kind);
  }

  /** By a process before this one. */
  toldBefore(text: string): void {
    this.#told.set(text, "before");
  }
}
