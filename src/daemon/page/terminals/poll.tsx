import { useState } from "preact/hooks";
import { announce } from "../announcing.ts";
import { faultText } from "../fault-text.ts";
import type { PageSession } from "../view.ts";
import type { Words } from "../words/words.ts";

type Asked = { readonly kind: "not" | "asking" } | { readonly kind: "told"; readonly text: string };

/** Asks the terminal itself whether it is there. */
export function Poll({ session, words, terminal }: { session: PageSession; words: Words; terminal: string }) {
  const [asked, setAsked] = useState<Asked>({ kind: "not" });
  const tell = (text: string) => {
    setAsked({ kind: "told", text });
    announce(`${terminal}: ${text}`);
  };
  const poll = async () => {
    setAsked({ kind: "asking" });
    try {
      tell(toldText(await session.ask("terminals.poll", { terminal }, POLL_LIMIT_MS), words));
    } catch (error) {
      tell(faultText(error, words));
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
      {asked.kind === "told" ? <span class="poll-told">{asked.text}</span> : null}
    </div>
  );
}

const POLL_LIMIT_MS = 125_000;

function toldText(
  told: { readonly reachable: boolean; readonly asked: boolean; readonly latencyMs?: number; readonly detail?: string },
  words: Words,
): string {
  const { reachable, asked, latencyMs, detail } = told;
  if (!reachable) return [words.terminals.answersNot, detail].filter((part) => part !== undefined).join(" ");
  if (!asked) return words.terminals.notAsked;
  return words.terminals.answers(latencyMs === undefined ? undefined : Math.round(latencyMs));
}
