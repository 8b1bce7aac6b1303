import type { Evidence, Row } from "./evidence.ts";
import { plain } from "./plain.ts";

const WIDTH = 78;

/** The document as text, for a mail or a printer that knows nothing else. */
export function evidenceText({ title, result, parts, steps, limits }: Evidence): string {
  const lines = [
    plain(title).toUpperCase(),
    plain(result),
    ...parts.flatMap(({ heading, rows }) => ["", underlined(heading), ...rowLines(rows)]),
    "",
    underlined(steps.heading),
    ...(steps.missing === undefined ? [] : wrapped(steps.missing, "")),
    ...steps.lines.flatMap(({ local, utc, text, detail }) => [
      ...wrapped(`${local}  ${text}`, "    "),
      ...wrapped(`    ${utc}  ${detail}`, "    "),
    ]),
    "",
    underlined(limits.heading),
    ...limits.lines.flatMap((line) => wrapped(`- ${line}`, "  ")),
  ];
  return `${lines.join("\n")}\n`;
}

function underlined(heading: string): string {
  const text = plain(heading);
  return `${text}\n${"-".repeat(text.length)}`;
}

function rowLines(rows: readonly Row[]): readonly string[] {
  const width = Math.max(...rows.map(([label]) => plain(label).length));
  const indent = " ".repeat(width + 2);
  return rows.flatMap(([label, value]) => {
    const [first = "", ...rest] = wrapped(`${indent}${value}`, indent);
    return [`${plain(label).padEnd(width)}  ${first.slice(indent.length)}`, ...rest];
  });
}

/** Words longer than a line are cut nowhere: a hash is to be copied whole. */
function wrapped(text: string, indent: string): readonly string[] {
  const start = /^ */.exec(text)?.[0] ?? "";
  const lines: string[] = [];
  let line = start;
  for (const word of plain(text)
    .slice(start.length)
    .split(/(?<=\S) (?=\S)/)) {
    const next = line.trim() === "" ? `${line}${word}` : `${line} ${word}`;
    if (next.length > WIDTH && line.trim() !== "") {
      lines.push(line.trimEnd());
      line = `${indent}${word}`;
    } else {
      line = next;
    }
  }
  return [...lines, line.trimEnd()];
}
