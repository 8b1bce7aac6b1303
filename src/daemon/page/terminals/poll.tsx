import { useState } from "preact/hooks";
import { announce } from "../announcing.ts";
import { faultText } from "../fault-text.ts";
import { TechnicalLine } from "../parts.tsx";
import type { PageSession } from "../view.ts";
import type { Words } from "../words/words.ts";

type Told = { readonly text: string; readonly technical?: string | undefined };
type Asked = { readonly kind: "not" | "asking" } | ({ readonly kind: "told" } & Told);

/** Asks the terminal itself whether it is there. */
export function Poll({ session, words, terminal }: { session: PageSession; words: Words; terminal: string }) {
  const [asked, setAsked] = useState<Asked>({ kind: "not" });
  const tell = (told: Told) => {
    setAsked({ kind: "told", ...told });
    announce(`${terminal}: ${told.text}`);
  };
  const poll = async () => {
    setAsked({ kind: "asking" });
    try {
      tell(toldOf(await session.ask("terminals.poll", { terminal }, POLL_LIMIT_MS), words));
    } catch (error) {
      tell({ text: faultText(error, words) });
    }
  };
  return (
    <div class="poll">
      <button
        type="button"
        class="small"
        aria-label={`${words.terminals.poll}: ${terminal}`}
        title={words.terminals.pollHint}
        aria-disabled={asked.kind === "asking"}
        onClick={() => asked.kind !== "asking" && void poll()}
      >
        {asked.kind === "asking" ? words.terminals.polling : words.terminals.poll}
      </button>
      {asked.kind === "told" ? (
        <div class="poll-told">
          {asked.text}
          {asked.technical === undefined ? null : <TechnicalLine>{asked.technical}</TechnicalLine>}
        </div>
      ) : null}
    </div>
  );
}

const POLL_LIMIT_MS = 125_000;

function toldOf(
  told: { readonly reachable: boolean; readonly asked: boolean; readonly latencyMs?: number; readonly detail?: string },
  words: Words,
): Told {
  const { reachable, asked, latencyMs, detail } = told;
  if (!reachable) return { text: words.terminals.answersNot, technical: detail };
  if (!asked) return { text: words.terminals.notAsked };
  return { text: words.terminals.answers(latencyMs === undefined ? undefined : Math.round(latencyMs)) };
}
