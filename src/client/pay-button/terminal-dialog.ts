import type { TerminalOnWire } from "../../protocol/terminal.ts";
import { make } from "./dom.ts";
import { ask } from "./modal.ts";
import { isUsable } from "./terminal-choice.ts";
import type { Words } from "./words.ts";

/** Lets the cashier choose a terminal; undefined where it was dismissed. */
export function askForTerminal(
  root: ShadowRoot,
  words: Words,
  terminals: readonly TerminalOnWire[],
  before: string | undefined,
): Promise<string | undefined> {
  const usable = terminals.filter(({ state }) => isUsable(state));
  const first = usable.find(({ id }) => id === before) ?? usable[0];
  const choices = terminals.map((terminal) => {
    const { id, name, state } = terminal;
    const radio = make("input", { type: "radio", name: "terminal", value: id });
    radio.disabled = !isUsable(state);
    radio.checked = terminal === first;
    if (terminal === first) radio.setAttribute("autofocus", "");
    const label = name === undefined ? id : `${name} (${id})`;
    return make("label", { class: "choice" }, radio, label, make("small", {}, words.choice.states[state]));
  });
  const form = make(
    "form",
    { method: "dialog" },
    make("fieldset", {}, make("legend", {}, words.choice.title), ...choices),
    make(
      "div",
      { class: "buttons" },
      make("button", { type: "button", class: "quiet", "data-dismiss": "" }, words.pairing.dismiss),
      make("button", { type: "submit", class: "main" }, words.choice.choose),
    ),
  );
  const dialog = make("dialog", { part: "dialog", "aria-label": words.choice.title }, form);
  return ask(root, dialog, form, () => {
    const chosen = new FormData(form).get("terminal");
    return Promise.resolve(typeof chosen === "string" ? chosen : undefined);
  });
}
