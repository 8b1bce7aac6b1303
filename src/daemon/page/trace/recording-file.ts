import type { Json } from "../../../core/json.ts";
import type { RecordingHead } from "../../../core/recording.ts";
import type { PageSession } from "../view.ts";

/** So many pages hold more than any flight recorder keeps; a daemon that never ends must not fill the browser. */
const MOST_PAGES = 1_000;

/** What the flight recorder keeps, as a file: as `tillbridge trace --out` writes it. */
export async function recordingFile(
  session: Pick<PageSession, "ask">,
  terminal: string | undefined,
  { at, product }: { readonly at: string; readonly product: string },
): Promise<string> {
  const about = terminal === undefined ? {} : { terminal };
  const entries: Json[] = [];
  let missing = 0;
  let after: number | undefined;
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const page = await session.ask("diagnostics.recording", { ...about, ...(after === undefined ? {} : { after }) });
    entries.push(...(page.entries as Json[]));
    missing = Math.max(missing, page.missing);
    if (page.next === undefined) break;
    after = page.next;
  }
  const head: RecordingHead = {
    format: "tillbridge-recording",
    version: 1,
    at,
    product,
    reason: "asked",
    ...about,
    missing,
  };
  return [head, ...entries].map((line) => `${JSON.stringify(line)}\n`).join("");
}
