import type { ConnectionState } from "../../../client/connection.ts";
import type { TerminalOnWire } from "../../../protocol/terminal.ts";
import type { Words } from "../words/words.ts";

type Seen = { readonly terminals: readonly TerminalOnWire[]; readonly kind: ConnectionState["kind"] };

/** What a screen reader says of it. A terminal that is seen for the first time is no change. */
export function changesIn(before: Seen, now: Seen, words: Words): readonly string[] {
  const states = new Map(before.terminals.map(({ id, state }) => [id, state]));
  const changed = now.terminals.filter(({ id, state }) => states.has(id) && states.get(id) !== state);
  return [
    ...(before.kind === "open" && now.kind !== "open" ? [words.shell.lost] : []),
    ...(before.kind !== "open" && now.kind === "open" ? [words.shell.connected] : []),
    ...changed.map(({ id, name = id, state }) => `${name}: ${words.states[state]}.`),
  ];
}
