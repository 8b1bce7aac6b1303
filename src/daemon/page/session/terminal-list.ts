import type { EventOnWire } from "../../../protocol/events.ts";
import type { TerminalOnWire } from "../../../protocol/terminal.ts";

type List = readonly TerminalOnWire[];

/** By id. */
export function sorted(list: List): List {
  return list.toSorted((one, other) => one.id.localeCompare(other.id));
}

/** The list once this event is known. The same one where the event changes nothing in it. */
export function afterTerminalEvent(list: List, event: EventOnWire): List {
  if (event.type === "terminal.state") {
    return sorted([...list.filter(({ id }) => id !== event.terminal.id), event.terminal]);
  }
  const isGone = event.type === "terminal.vanished" && list.some(({ id }) => id === event.terminal);
  return isGone ? list.filter(({ id }) => id !== event.terminal) : list;
}
