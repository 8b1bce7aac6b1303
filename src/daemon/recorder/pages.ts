import type { JsonObject } from "../../core/json.ts";
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

/** What is kept of one terminal, or of all, the oldest first; behind this entry. */
export function recordingPage(recorder: Recorder, terminal: string | undefined, after: number): RecordingPage {
  const { entries, missing } = recorder.snapshot(terminal);
  const left = entries.filter(({ number }) => number > after);
  const page: JsonObject[] = [];
  let characters = 0;
  for (const entry of left.slice(0, MOST_ENTRIES)) {
    if (characters > MOST_CHARACTERS) break;
    const told = recorded(entry);
    characters += JSON.stringify(told).length;
    page.push(told);
  }
  const last = left[page.length - 1];
  return { entries: page, missing, ...(page.length < left.length && last !== undefined ? { next: last.number } : {}) };
}
