import { stripVTControlCharacters } from "node:util";
import { styled } from "./output.ts";

const GAP = "  ";

/** Columns as wide as their widest cell. Cells may be coloured. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const head = headings.map((heading) => styled("dim", heading));
  const lines = rows.map((row) => row.map(inOneLine));
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...lines.map((row) => visibleLength(row[column] ?? ""))),
  );
  return [head, ...lines]
    .map((row) =>
      widths
        .map((width, column) => padded(row[column] ?? "", width))
        .join(GAP)
        .trimEnd(),
    )
    .join("\n");
}

/** Names and values, one line each; what is not known is left out. */
export function facts(entries: readonly (readonly [name: string, value: string | undefined])[]): string {
  const known = entries.filter((entry): entry is readonly [string, string] => entry[1] !== undefined);
  const width = Math.max(0, ...known.map(([name]) => name.length));
  return known.map(([name, value]) => `${styled("dim", name.padEnd(width))}${GAP}${inOneLine(value)}`).join("\n");
}

/** A line break in what somebody wrote begins no row. */
function inOneLine(cell: string): string {
  return cell.replaceAll("\n", "\\n");
}

function padded(cell: string, width: number): string {
  return cell + " ".repeat(width - visibleLength(cell));
}

function visibleLength(cell: string): number {
  return stripVTControlCharacters(cell).length;
}
