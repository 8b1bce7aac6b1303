import { styleText } from "node:util";
import { readable } from "./readable.ts";

/**
 * The palette, by what a colour means. A word beside it always says the same: colours are not seen by everybody, and not shown
 * everywhere.
 */
const PALETTE = {
  good: "green",
  warning: "yellow",
  fault: "red",
  muted: "dim",
  strong: "bold",
} as const;

export type Meaning = keyof typeof PALETTE;

const ESCAPE = String.fromCharCode(27);
/** No text from elsewhere can hold it, so that none of it is taken for a colour of ours. */
const OURS = String(Math.floor(Math.random() * 1e15));
const MARK = new RegExp(`(${ESCAPE}\\[${OURS};(?:${[...Object.keys(PALETTE), "end"].join("|")})m)`);
const MARKS = new RegExp(MARK, "g");

/** The mark that ends what the one before it began. */
export const END_MARK = `${ESCAPE}[${OURS};endm`;

/** Text with a meaning. It becomes a colour when it is written, where what it is written to has colours. */
export function marked(meaning: Meaning, text: string): string {
  return text === "" ? "" : `${ESCAPE}[${OURS};${meaning}m${text}${END_MARK}`;
}

export function withoutMarks(text: string): string {
  return text.includes(OURS) ? text.replace(MARKS, "") : text;
}

/** The text and the marks in it, one after the other: those at odd places are marks. */
export function splitAtMarks(text: string): readonly string[] {
  return text.includes(OURS) ? text.split(MARK) : [text];
}

/** Everything in it that is not ours is shown as text, on a terminal and in a file. */
export function painted(text: string, stream: NodeJS.WriteStream): string {
  if (!text.includes(OURS)) return readable(text);
  const open: Meaning[] = [];
  return splitAtMarks(text)
    .map((part, index) => {
      if (index % 2 === 0) return open.reduce((shown, meaning) => paint(meaning, shown, stream), readable(part));
      const name = part.slice(part.indexOf(";") + 1, -1);
      if (name in PALETTE) open.push(name as Meaning);
      else open.pop();
      return "";
    })
    .join("");
}

/** Node's own rules: a terminal that has colours, `NO_COLOR`, `FORCE_COLOR`, `TERM=dumb`. */
function paint(meaning: Meaning, text: string, stream: NodeJS.WriteStream): string {
  return text === "" ? "" : styleText(PALETTE[meaning], text, { stream });
}
