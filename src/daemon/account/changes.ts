/** Lets others wait until something is another thing. */
export class Changes {
  readonly #waiting = new Set<() => void>();

  /** Resolves with the next change, or when that is not waited for any longer. */
  next(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const over = (): void => {
        this.#waiting.delete(over);
        signal.removeEventListener("abort", over);
        resolve();
      };
      this.#waiting.add(over);
      signal.addEventListener("abort", over);
    });
  }

  tell(): void {
    for (const waiting of [...this.#waiting]) waiting();
  }
}
