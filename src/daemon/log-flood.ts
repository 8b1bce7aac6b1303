import type { Clock, Timer } from "../core/ports.ts";

/** Tells lines of a kind that come in a flood from those that are written. */
interface FloodGate extends Disposable {
  /** Whether a line of this kind may be written now. Those that may not are counted, and the count is told. */
  admits(kind: string): boolean;
}

type Window = { readonly endsMs: number; lines: number; report?: Timer };

const WINDOW_MS = 60_000;
const LINES_A_WINDOW = 100;
/** Kinds are events of ours, each of a terminal: few, unless names of terminals are made by the thousand. */
const MAX_KINDS = 1_000;

/**
 * A log has room for so many lines, and what strangers do to a socket writes some: nobody shall be able to wash out what was
 * written before. `report` is told how many were left out, at the end of their minute or of the log.
 */
export function createFloodGate(clock: Clock, report: (kind: string, leftOut: number) => void): FloodGate {
  const windows = new Map<string, Window>();

  const windowOf = (kind: string): Window => {
    const known = windows.get(kind);
    if (known !== undefined && clock.monotonicMs() < known.endsMs) return known;
    end(kind);
    const oldest = windows.size < MAX_KINDS ? undefined : windows.keys().next().value;
    if (oldest !== undefined) end(oldest);
    const begun: Window = { endsMs: clock.monotonicMs() + WINDOW_MS, lines: 0 };
    windows.set(kind, begun);
    return begun;
  };

  const end = (kind: string): void => {
    const window = windows.get(kind);
    windows.delete(kind);
    window?.report?.cancel();
    const leftOut = (window?.lines ?? 0) - LINES_A_WINDOW;
    if (leftOut > 0) report(kind, leftOut);
  };

  return {
    admits: (kind) => {
      const window = windowOf(kind);
      window.lines += 1;
      if (window.lines <= LINES_A_WINDOW) return true;
      window.report ??= clock.after(Math.max(0, window.endsMs - clock.monotonicMs()), () => end(kind));
      return false;
    },
    [Symbol.dispose]: () => {
      for (const kind of [...windows.keys()]) end(kind);
    },
  };
}
