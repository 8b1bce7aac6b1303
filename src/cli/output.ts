import { styleText } from "node:util";
import type { RequestRefused } from "../client/errors.ts";

export type Style = "bold" | "dim" | "red" | "green" | "yellow";

/** Results on standard output, everything else for people on standard error. */
export type Output = {
  readonly json: boolean;
  /** The one result of a command: as JSON unchanged, or what it means to a person. */
  result(value: unknown, text: () => string): void;
  /** The daemon's error as it came, where JSON is wanted. */
  refusal(refusal: RequestRefused): void;
  /** A line for people. */
  note(text: string): void;
};

export function createOutput(json: boolean): Output {
  return {
    json,
    result: (value, text) => void process.stdout.write(`${json ? JSON.stringify(value) : readable(text())}\n`),
    refusal: ({ code, message, data }) => {
      if (json) process.stdout.write(`${JSON.stringify({ error: { code, message, data } })}\n`);
    },
    note: (text) => void process.stderr.write(`${readable(text)}\n`),
  };
}

const ESCAPE = String.fromCharCode(27);
/** Line breaks and the colours of `Style`, or else any character that moves the cursor or hides what is there. */
const CONTROLS = new RegExp(`(\\n|${ESCAPE}\\[(?:1|2|22|31|32|33|39)m)|[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]`, "gu");

/** A reference, a name or a terminal's own text is somebody else's: it is shown, and does nothing to the screen. */
function readable(text: string): string {
  return text.replace(CONTROLS, (character, ours?: string) => {
    return ours ?? `\\u{${character.codePointAt(0)?.toString(16) ?? ""}}`;
  });
}

/** Coloured on a terminal, plain elsewhere and with `NO_COLOR`. */
export function styled(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stdout });
}

/** Both streams are written through before the process ends: pipes may be slower than we are. */
export async function flushed(): Promise<void> {
  await Promise.all(
    [process.stdout, process.stderr].map((stream) => new Promise<void>((resolve) => stream.write("", () => resolve()))),
  );
}
