import type { DaemonEvent, DaemonEvents } from "./api.ts";

/** Tells every listener, in order and at once. */
export class Broadcast implements DaemonEvents {
  readonly #listeners = new Set<(event: DaemonEvent) => void>();

  listen(listener: (event: DaemonEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  emit(event: DaemonEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
