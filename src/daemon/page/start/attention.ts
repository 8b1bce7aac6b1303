import type { TerminalOnWire } from "../../../protocol/terminal.ts";
import type { Alarm, OpenTransaction } from "../view.ts";
import type { Route } from "../routes.ts";
import { isInDoubt } from "../session/open-list.ts";
import type { Tone } from "../tones.ts";
import { awayText } from "../words/told.ts";
import type { Words } from "../words/words.ts";

/** Something that a person should look at, and where. */
export type Matter = {
  readonly tone: Tone;
  readonly text: string;
  readonly detail?: string;
  /** The daemon's own sentence. */
  readonly technical?: string;
  readonly route?: Route;
};

export type Seen = {
  readonly terminals: readonly TerminalOnWire[];
  readonly open: readonly OpenTransaction[];
  readonly alarms: readonly Alarm[];
  readonly health: { readonly journal: { readonly state: string }; readonly intake?: string } | undefined;
};

/** What needs a person, the most urgent first: money in doubt before terminals, and these before the rest. */
export function mattersOf({ terminals, open, alarms, health }: Seen, words: Words): readonly Matter[] {
  const { start } = words;
  const doubts = open.filter(isInDoubt).length;
  const critical = alarms.filter(({ severity }) => severity === "critical").length;
  return [
    ...(health?.journal.state === "unavailable" ? [{ tone: "bad", text: start.journal } as const] : []),
    ...(doubts === 0
      ? []
      : [{ tone: "bad", text: start.doubts(doubts), detail: start.doubtsDo, route: { kind: "doubts" } } as const]),
    ...terminals.flatMap((terminal) => aboutTerminal(terminal, words)).toSorted(worstFirst),
    ...(alarms.length === 0
      ? []
      : [
          {
            tone: critical > 0 ? "bad" : "warning",
            text: start.alarms(alarms.length),
            route: { kind: "alarms" },
          } as const,
        ]),
    ...(health?.intake === "held" ? [{ tone: "warning", text: start.held } as const] : []),
    ...(health?.intake === "trial" ? [{ tone: "warning", text: start.trial } as const] : []),
  ];
}

function aboutTerminal(terminal: TerminalOnWire, { start, told }: Words): readonly Matter[] {
  const { id, name = id, state, detail } = terminal;
  const route = { kind: "terminal", terminal: id } as const;
  const away = awayText(terminal, told);
  const more = {
    ...(away === undefined ? {} : { detail: away }),
    ...(detail === undefined ? {} : { technical: detail }),
  };
  switch (state) {
    case "fenced":
      return [{ tone: "bad", text: start.fenced(name), route: { kind: "doubts" } }];
    case "offline":
      return [{ tone: "bad", text: start.unreachable(name), ...more, route }];
    case "unpaired":
      return [{ tone: "warning", text: start.unpaired(name), ...more, route }];
    case "disabled":
      return [{ tone: "quiet", text: start.disabled(name), ...more, route }];
    // What is in doubt is told as such; the rest is as it should be.
    case "recovering":
    case "connecting":
    case "ready":
    case "busy":
      return [];
  }
}

const URGENCY: Readonly<Record<Tone, number>> = { bad: 0, warning: 1, active: 2, quiet: 3, good: 4 };

function worstFirst(one: Matter, other: Matter): number {
  return URGENCY[one.tone] - URGENCY[other.tone];
}
