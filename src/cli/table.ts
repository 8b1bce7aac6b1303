import { styled } from "./output.ts";
import { splitAtMarks, withoutMarks } from "./paint.ts";
import { inOneLine, readable } from "./readable.ts";
import { textWidth } from "./text-width.ts";
import { longestPiece, widthOf, wrapped } from "./wrap.ts";

const GAP = "  ";

/** A column whose cells are never spread over several lines: a command is copied as it stands. */
export type Heading = string | { readonly heading: string; readonly cells: "whole" };

export const whole = (heading: string): Heading => ({ heading, cells: "whole" });

/**
 * Columns as wide as their widest cell. On a terminal that is too narrow the widest of them are spread over several lines, at
 * spaces alone; where not even that fits, each row is a list of its own. Nothing is ever cut.
 *
 * @param columns of the terminal; undefined where there is no terminal
 */
export function table(
  headings: readonly Heading[],
  rows: readonly (readonly string[])[],
  columns: number | undefined = columnsOf(process.stdout),
): string {
  const names = headings.map((heading) => (typeof heading === "string" ? heading : heading.heading));
  const lines = rows.map((row) => row.map(shown));
  const natural = names.map((name, column) =>
    Math.max(textWidth(name), ...lines.map((row) => widthOf(row[column] ?? ""))),
  );
  const least = headings.map((heading, column) =>
    typeof heading === "string"
      ? Math.max(textWidth(heading), ...lines.map((row) => longestPiece(row[column] ?? "")))
      : (natural[column] ?? 0),
  );
  const widths = fitted(natural, least, columns);
  if (widths === undefined) return lines.map((row) => rowAsList(names, row)).join("\n\n");
  const head = names.map((name) => styled("muted", name));
  return [head, ...lines].flatMap((row) => rowInLines(row, widths)).join("\n");
}

/** Names and values, one line each; what is not known is left out. */
export function facts(entries: readonly (readonly [name: string, value: string | undefined])[]): string {
  const known = entries.filter((entry): entry is readonly [string, string] => entry[1] !== undefined);
  const width = Math.max(0, ...known.map(([name]) => textWidth(name)));
  return known.map(([name, value]) => `${styled("muted", padded(name, width))}${GAP}${shown(value)}`).join("\n");
}

function columnsOf(stream: NodeJS.WriteStream): number | undefined {
  // Some pseudo-terminals say 0, and mean that they do not know.
  return stream.isTTY && stream.columns > 0 ? stream.columns : undefined;
}

/** As it will stand there, so that what is measured is what is seen. */
function shown(cell: string): string {
  return splitAtMarks(inOneLine(cell))
    .map((part, index) => (index % 2 === 0 ? readable(part) : part))
    .join("");
}

/** The widest give way first, none below its least. Undefined where they cannot be made to fit. */
function fitted(
  natural: readonly number[],
  least: readonly number[],
  columns: number | undefined,
): readonly number[] | undefined {
  const room = (columns ?? Infinity) - GAP.length * (natural.length - 1);
  const sum = (widths: readonly number[]) => widths.reduce((total, width) => total + width, 0);
  if (sum(natural) <= room) return natural;
  if (sum(least) > room) return undefined;
  const widths = [...natural];
  for (let over = sum(natural) - room; over > 0; over -= 1) {
    const [widest] = widths
      .map((width, at) => ({ width, at }))
      .filter(({ width, at }) => width > (least[at] ?? 0))
      .sort((a, b) => b.width - a.width);
    if (widest === undefined) return undefined;
    widths[widest.at] = widest.width - 1;
  }
  return widths;
}

function rowInLines(row: readonly string[], widths: readonly number[]): readonly string[] {
  const cells = widths.map((width, column) => wrapped(row[column] ?? "", width));
  const height = Math.max(...cells.map((cell) => cell.length));
  return Array.from({ length: height }, (_, line) =>
    widths
      .map((width, column) => padded(cells[column]?.[line] ?? "", width))
      .join(GAP)
      .trimEnd(),
  );
}

function rowAsList(names: readonly string[], row: readonly string[]): string {
  const [first = "", ...rest] = row;
  const told = facts(
    rest.flatMap((cell, at) =>
      withoutMarks(cell) === "" ? [] : [[(names[at + 1] ?? "").toLowerCase(), cell] as const],
    ),
  );
  return [styled("strong", withoutMarks(first)), ...told.split("\n").map((line) => `${GAP}${line}`)].join("\n");
}

function padded(cell: string, width: number): string {
  return cell + " ".repeat(Math.max(0, width - widthOf(cell)));
}
