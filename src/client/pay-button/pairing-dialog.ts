import { NoAnswer, NotConnected, RequestRefused } from "../errors.ts";
import { pairPos } from "../pairing.ts";
import { freshId, make } from "./dom.ts";
import { ask } from "./modal.ts";
import { isPosName } from "./order.ts";
import { connect } from "./page.ts";
import type { Words } from "./words.ts";

export type PairingAsked = {
  readonly words: Words["pairing"];
  readonly url: string;
  readonly name: string;
  /** The pairing that there was is no longer good. */
  readonly again: boolean;
  /** Why nobody answers, and what to do. */
  diagnose(why: string): Promise<{ readonly why: string; readonly remedy: string }>;
};

/** Asks the cashier for the code, and the daemon for a token; undefined where it was dismissed. */
export function askForPairing(
  root: ShadowRoot,
  { words, url, name, again, diagnose }: PairingAsked,
): Promise<{ readonly pos: string; readonly token: string } | undefined> {
  const [title, text, fault] = [freshId(), freshId(), freshId()];
  const command = make("code");
  const nameInput = make("input", {
    name: "pos",
    required: "",
    maxlength: "64",
    autocomplete: "off",
    spellcheck: "false",
  });
  const codeInput = make("input", {
    name: "code",
    required: "",
    maxlength: "32",
    autocomplete: "one-time-code",
    autocapitalize: "characters",
    spellcheck: "false",
    autofocus: "",
    "aria-describedby": fault,
  });
  nameInput.setAttribute("aria-describedby", fault);
  const said = make("p", { class: "fault", id: fault, role: "alert" });
  const form = make(
    "form",
    { method: "dialog", novalidate: "" },
    make("h2", { id: title }, words.title),
    make("p", { id: text }, again ? `${words.again} ${words.text}` : words.text),
    command,
    make("label", {}, words.code, codeInput),
    make("label", {}, words.name, nameInput),
    said,
    make(
      "div",
      { class: "buttons" },
      make("button", { type: "button", class: "quiet", "data-dismiss": "" }, words.dismiss),
      make("button", { type: "submit", class: "main" }, words.pair),
    ),
  );
  const dialog = make("dialog", { part: "dialog", "aria-labelledby": title, "aria-describedby": text }, form);
  const showCommand = () =>
    (command.textContent = `tillbridge pos add ${isPosName(nameInput.value) ? nameInput.value : "..."}`);
  nameInput.value = name;
  nameInput.addEventListener("input", showCommand);
  showCommand();

  const say = (why: string, where: HTMLInputElement) => {
    for (const input of [nameInput, codeInput]) input.setAttribute("aria-invalid", String(input === where));
    said.textContent = why;
    where.focus();
  };

  return ask(root, dialog, form, async () => {
    const [pos, code] = [nameInput.value.trim(), codeInput.value.trim()];
    const wrong = !isPosName(pos) ? nameInput : code === "" ? codeInput : undefined;
    if (wrong !== undefined) {
      say(wrong === nameInput ? words.nameWrong : words.codeWrong, wrong);
      return undefined;
    }
    try {
      return { pos, token: await pairPos({ url, pos, code, connect }) };
    } catch (error) {
      say(await faultOf(error, words, diagnose), codeInput);
      return undefined;
    }
  });
}

async function faultOf(error: unknown, words: Words["pairing"], diagnose: PairingAsked["diagnose"]): Promise<string> {
  if (error instanceof RequestRefused) {
    if (error.reason === "pairingLocked" || error.reason === "tooManyRequests") return words.locked;
    return error.reason === "pairingFailed" || error.reason === "invalidParams" ? words.codeWrong : error.message;
  }
  if (error instanceof NotConnected) {
    const { why, remedy } = await diagnose(error.message);
    return remedy === "" ? why : remedy;
  }
  if (error instanceof NoAnswer) return words.noAnswer;
  throw error;
}
