import { setImmediate as turn } from "node:timers/promises";
import type { JsonObject } from "../../core/json.ts";
import { portionOf } from "./portions.ts";
import { recorded } from "./recorded.ts";
import type { Recorder } from "./recorder.ts";

export type RecordingPage = {
  readonly entries: readonly JsonObject[];
  /** Where the next page begins; absent behind the last one. */
  readonly next?: number;
  /** So many older entries had to make room. */
  readonly missing: number;
};

/** A page is one message: well below what may wait for a client. One entry is never too large for it. */
const MOST_CHARACTERS = 128 * 1024;
const MOST_ENTRIES = 200;

/** What is kept of one terminal, or of all, the oldest first; behind this entry. Text is made of it in turns: payments go on between them. */
export async function recordingPage(
  recorder: Recorder,
  terminal: string | undefined,
  after: number,
): Promise<RecordingPage> {
  const { entries, missing } = recorder.snapshot(terminal);
  const left = entries.filter(({ number }) => number > after);
  const page: JsonObject[] = [];
  let characters = 0;
  const asked = left.slice(0, MOST_ENTRIES);
  while (page.length < asked.length && characters <= MOST_CHARACTERS) {
    for (const entry of portionOf(asked, page.length)) {
      const told = recorded(entry);
      characters += JSON.stringify(told).length;
      page.push(told);
    }
    await turn();
  }
  const last = left[page.length - 1];
  return { entries: page, missing, ...(page.length < left.length && last !== undefined ? { next: last.number } : {}) };
}
