import type { DaemonEvent, DaemonEvents } from "./api.ts";

/** What happens in several parts of the daemon, told as one. */
export function together(...parts: readonly DaemonEvents[]): DaemonEvents {
  return {
    listen: (listener) => {
      const stops = parts.map((part) => part.listen(listener));
      return () => {
        for (const stop of stops) stop();
      };
    },
  };
}

/** Tells every listener, in order. Bytes for a terminal leave first: what happens in one turn is told at the end of that turn. */
export class Broadcast implements DaemonEvents {
  readonly #listeners = new Set<(event: DaemonEvent) => void>();
  #waiting: DaemonEvent[] = [];

  listen(listener: (event: DaemonEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  emit(event: DaemonEvent): void {
    this.#waiting.push(event);
    if (this.#waiting.length === 1) process.nextTick(() => this.#tell());
  }

  #tell(): void {
    const events = this.#waiting;
    this.#waiting = [];
    for (const event of events) for (const listener of this.#listeners) listener(event);
  }
}
