import type { Clock } from "../../core/ports.ts";
import type { JsonObject } from "../../core/json.ts";
import type { KeptEntry } from "./kept-entry.ts";
import { portionOf } from "./portions.ts";
import { recorded } from "./recorded.ts";
import type { Recorder } from "./recorder.ts";

/** Whether whoever listens has room for more. */
export type Heard = "taken" | "behind";

/** What waits for the end of what is happening; whoever is slower misses some, and is told how many. */
const MOST_WAITING = 500;

type LiveFeed = {
  readonly recorder: Recorder;
  /** All of them where none is named. */
  readonly terminal: string | undefined;
  readonly listener: (terminal: string, entry: JsonObject) => Heard;
  readonly clock: Clock;
  /** Does something when what is under way is done. */
  readonly afterwards: (then: () => void) => void;
};

/** Tells what is recorded as it happens, but never while it happens: text is made of it in a turn of its own. */
export function listenLive({ recorder, terminal, listener, clock, afterwards }: LiveFeed): () => void {
  let waiting: KeptEntry[] = [];
  let missed = 0;
  let isStopped = false;
  const tell = (): void => {
    const portion = portionOf(waiting, 0);
    waiting = waiting.slice(portion.length);
    if (waiting.length > 0) afterwards(tell);
    for (const entry of portion) {
      if (isStopped) return;
      const told = recorded(entry);
      const whose = sourceOf(entry);
      if (missed > 0) {
        const gap = { kind: "missed", at: new Date(clock.now()).toISOString(), terminal: whose, count: missed };
        if (listener(whose, gap) === "taken") missed = 0;
      }
      if (missed > 0 || listener(whose, told) === "behind") missed += 1;
    }
  };
  const stop = recorder.listen((entry) => {
    if (terminal !== undefined && sourceOf(entry) !== terminal) return;
    if (waiting.length >= MOST_WAITING) {
      missed += 1;
      return;
    }
    waiting.push(entry);
    if (waiting.length === 1) afterwards(tell);
  });
  return () => {
    isStopped = true;
    waiting = [];
    stop();
  };
}

function sourceOf(entry: KeptEntry): string {
  return ("source" in entry ? entry.source : entry.conversation.source).terminal;
}
