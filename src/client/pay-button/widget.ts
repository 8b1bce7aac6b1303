import { make } from "./dom.ts";
import type { View } from "./view.ts";

export type Widget = {
  show(
    view: View,
    options: { readonly language: string; readonly statusHidden: boolean; readonly change: string | undefined },
  ): void;
  focus(): void;
};

export type WidgetListener = { pressed(): void; canceled(): void; changed(): void };

const MARKS = { busy: "", good: "✓", bad: "✕", doubt: "?" } as const;

/** The button and what stands below it. Thin: everything that it says was decided before. */
export function createWidget(root: ShadowRoot, listener: WidgetListener): Widget {
  const button = make("button", { part: "button", type: "button" });
  const status = make("div", { part: "status", role: "status", "aria-live": "polite", "aria-atomic": "true" });
  const cancel = make("button", { part: "cancel", type: "button" });
  const panel = make("div", { part: "panel" }, status, cancel);
  const change = make("button", { part: "change", type: "button" });
  const slot = make("slot", { name: "status" }, panel);
  root.append(button, slot, change);

  // A double click, and a key that is held down, mean one press.
  button.addEventListener("click", (event) => {
    if (event.detail <= 1) listener.pressed();
  });
  button.addEventListener("keydown", (event) => {
    if (event.repeat) event.preventDefault();
  });
  cancel.addEventListener("click", () => listener.canceled());
  change.addEventListener("click", () => listener.changed());

  let said = "";
  const say = (shown: View["status"]) => {
    const now = JSON.stringify(shown ?? null);
    if (now === said) return; // A screen reader would say it again.
    said = now;
    if (shown === undefined) {
      delete panel.dataset["tone"];
      status.replaceChildren();
      return;
    }
    panel.dataset["tone"] = shown.tone;
    status.replaceChildren(
      make("span", { class: "mark", "aria-hidden": "true" }, MARKS[shown.tone]),
      make(
        "div",
        {},
        make("p", { class: "title", part: "title" }, shown.title),
        ...shown.lines.map((line) => make("p", { class: "line", part: "line" }, line)),
      ),
    );
  };

  return {
    show: (view, { language, statusHidden, change: changeLabel }) => {
      for (const part of [button, panel, change]) part.lang = language;
      button.textContent = view.button.label;
      // Not `disabled`: the focus of a keyboard would be lost with each payment.
      button.setAttribute("aria-disabled", String(!view.button.enabled));
      slot.hidden = statusHidden;
      panel.style.display = statusHidden ? "none" : "";
      say(view.status);
      const hadFocus = root.activeElement === cancel;
      cancel.hidden = view.cancel === undefined;
      if (hadFocus && cancel.hidden) button.focus();
      cancel.textContent = view.cancel?.label ?? "";
      cancel.setAttribute("aria-disabled", String(view.cancel?.enabled !== true));
      change.hidden = changeLabel === undefined;
      change.textContent = changeLabel ?? "";
    },
    focus: () => button.focus(),
  };
}
