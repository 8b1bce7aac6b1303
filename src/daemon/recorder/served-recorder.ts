import type { JsonObject } from "../../core/json.ts";
import type { Clock } from "../../core/ports.ts";
import { listenLive, type Heard } from "./live-feed.ts";
import { recordingPage, type RecordingPage } from "./pages.ts";
import type { Recorder } from "./recorder.ts";

type ServedRecorder = {
  listen(terminal: string | undefined, listener: (terminal: string, entry: JsonObject) => Heard): () => void;
  page(terminal: string | undefined, after: number): Promise<RecordingPage>;
};

/** The recorder as clients see it: text, made of it in turns of the event loop in which nothing else is under way. */
export function servedRecorder(recorder: Recorder, clock: Clock): ServedRecorder {
  return {
    listen: (terminal, listener) =>
      listenLive({ recorder, terminal, listener, clock, afterwards: (then) => void setImmediate(then) }),
    page: (terminal, after) => recordingPage(recorder, terminal, after),
  };
}
