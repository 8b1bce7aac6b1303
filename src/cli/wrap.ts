import { END_MARK, splitAtMarks, withoutMarks } from "./paint.ts";
import { characterWidth, textWidth } from "./text-width.ts";

/** Of a cell, which may be coloured. */
export function widthOf(cell: string): number {
  return textWidth(withoutMarks(cell));
}

/** The width below which a cell cannot be wrapped. */
export function longestPiece(cell: string): number {
  return Math.max(0, ...piecesOf(withoutMarks(cell)).map(({ word }) => textWidth(word)));
}

/** Lines of at most this width, which is not below that of the longest piece. Each of them has its colours to itself. */
export function wrapped(cell: string, width: number): readonly string[] {
  if (widthOf(cell) <= width) return [cell];
  const lines: string[] = [];
  const open: string[] = [];
  let [line, used, gap] = ["", 0, ""];
  for (const [at, part] of splitAtMarks(cell).entries()) {
    if (at % 2 === 1) {
      if (part === END_MARK) open.pop();
      else open.push(part);
      line += part;
      continue;
    }
    for (const { space, word } of piecesOf(part)) {
      gap += space;
      if (word === "") continue; // A space before a colour counts for the word behind it.
      if (used > 0 && used + gap.length + textWidth(word) > width) {
        lines.push(line + END_MARK.repeat(open.length));
        [line, used] = [open.join("") + word, textWidth(word)];
      } else {
        line += gap + word;
        used += gap.length + textWidth(word);
      }
      gap = "";
    }
  }
  return [...lines, line];
}

type Piece = { readonly space: string; readonly word: string };

/** Words, each with the space before it. A script that is written without spaces can be parted between its wide characters. */
function piecesOf(text: string): readonly Piece[] {
  return [...text.matchAll(/( *)([^ ]*)/g)].flatMap(([, space = "", word = ""]) =>
    word === "" ? [{ space, word }] : partsOf(word).map((part, at) => ({ space: at === 0 ? space : "", word: part })),
  );
}

function partsOf(word: string): readonly string[] {
  const parts: string[] = [];
  let before = 0;
  for (const character of word) {
    const width = characterWidth(character, before);
    const last = parts.at(-1);
    const isBreak = last === undefined || (width > 0 && (width === 2 || before === 2));
    if (isBreak) parts.push(character);
    else parts[parts.length - 1] = last + character;
    if (width > 0) before = width;
  }
  return parts;
}
