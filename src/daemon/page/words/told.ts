/** The daemon's sentences are for technicians: these are the words for the person behind the counter. */
import type { AlarmCode } from "../../../core/alarm-code.ts";
import type { TerminalOnWire } from "../../../protocol/terminal.ts";
import type { LinkType, ToldWords } from "./told-words.ts";

/** Undefined of an alarm that only a later version knows: a page that stands open outlives the daemon that it came from. */
export function alarmWords(code: string, { alarms }: ToldWords): ToldWords["alarms"][AlarmCode] | undefined {
  return isKnown(alarms, code) ? alarms[code] : undefined;
}

/** Why a terminal is away and what to look at; undefined where its state says all of it. */
export function awayText(terminal: AboutAway, words: ToldWords): string | undefined {
  const { state, detail, reason, link } = terminal;
  if (detail === undefined) return undefined;
  switch (state) {
    case "unpaired":
      return reasonText(reason, words) ?? words.unpaired;
    case "offline":
    case "recovering":
    case "fenced":
      return reasonText(reason, words) ?? silentText(link.type, words);
    case "connecting":
    case "ready":
    case "busy":
    case "disabled":
      return undefined;
  }
}

type AboutAway = Pick<TerminalOnWire, "state" | "detail" | "reason" | "link">;

function reasonText(reason: TerminalOnWire["reason"], { away }: ToldWords): string | undefined {
  return reason !== undefined && isKnown(away, reason) ? away[reason] : undefined;
}

function silentText(type: string, { silent }: ToldWords): string | undefined {
  return isKnown<LinkType>(silent, type) ? silent[type] : undefined;
}

function isKnown<Name extends string>(words: Readonly<Record<Name, unknown>>, name: string): name is Name {
  return Object.hasOwn(words, name);
}
