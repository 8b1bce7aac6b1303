import type { LinkListener, LinkLost } from "../../src/transports/transport.ts";

/** A listener that keeps what it hears and lets a test wait for it. */
export interface RecordingListener extends LinkListener {
  readonly losses: readonly LinkLost[];
  /** Everything received so far, as text. */
  text(): string;
  /** Resolves with the text once it satisfies `enough`. */
  until(enough: (text: string) => boolean): Promise<string>;
  untilLost(): Promise<LinkLost>;
}

export function createRecordingListener(): RecordingListener {
  const decoder = new TextDecoder();
  const losses: LinkLost[] = [];
  const waiting = new Set<() => void>();
  let received = "";

  const when = <Value>(look: () => Value | undefined): Promise<Value> =>
    new Promise((resolve) => {
      const check = () => {
        const value = look();
        if (value === undefined) return;
        waiting.delete(check);
        resolve(value);
      };
      waiting.add(check);
      check();
    });
  const changed = () => [...waiting].forEach((check) => check());

  return {
    received: (bytes) => {
      received += decoder.decode(bytes, { stream: true });
      changed();
    },
    lost: (lost) => {
      losses.push(lost);
      changed();
    },
    losses,
    text: () => received,
    until: (enough) => when(() => (enough(received) ? received : undefined)),
    untilLost: () => when(() => losses[0]),
  };
}
