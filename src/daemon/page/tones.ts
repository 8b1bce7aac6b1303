import type { TerminalState } from "../../core/terminal.ts";

/** How much a state asks for a look. */
export type Tone = "good" | "active" | "warning" | "bad" | "quiet";

const TONES: Readonly<Record<TerminalState, Tone>> = {
  connecting: "quiet",
  ready: "good",
  busy: "active",
  recovering: "warning",
  fenced: "bad",
  unpaired: "warning",
  offline: "bad",
  disabled: "quiet",
};

export function toneOf(state: TerminalState): Tone {
  return TONES[state];
}
