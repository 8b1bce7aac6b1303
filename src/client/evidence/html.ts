import type { Evidence, Row } from "./evidence.ts";
import { plain } from "./plain.ts";

/** One sheet of A4 or Letter. Nothing is fetched and nothing runs: what a terminal said is text. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

const STYLE = `
@page { margin: 9mm 13mm; }
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 182mm; padding: 6mm 4mm; background: #fff; color: #111;
  font: 8.5pt/1.3 system-ui, "Segoe UI", Roboto, "Liberation Sans", Arial, sans-serif; }
h1 { margin: 0; font-size: 15pt; }
.result { margin: 1mm 0 3mm; padding: 1.5mm 2.5mm; border-left: 1.2mm solid #111; background: #f1f1ef; font-size: 11.5pt; font-weight: 600; }
h2 { margin: 2.5mm 0 .8mm; border-bottom: .3mm solid #111; font-size: 9.5pt; break-after: avoid; }
dl { display: grid; grid-template-columns: 44mm 1fr; gap: .4mm 3mm; margin: 0; }
dt { color: #555; overflow-wrap: anywhere; hyphens: auto; }
dd { margin: 0; overflow-wrap: anywhere; }
.columns { display: grid; grid-template-columns: 1fr 1fr; gap: 0 6mm; }
.columns dl { grid-template-columns: 34mm 1fr; }
ol, ul { margin: 0; padding: 0; list-style: none; }
ol li { display: grid; grid-template-columns: 29mm 1fr; gap: 0 3mm; padding: .35mm 0; break-inside: avoid; }
ol li + li { border-top: .1mm solid #ddd; }
time { color: #333; font-variant-numeric: tabular-nums; white-space: nowrap; }
small { display: block; color: #666; font-size: 6.8pt; line-height: 1.2; overflow-wrap: anywhere; }
ul li { padding-left: 3.5mm; text-indent: -3.5mm; font-size: 8pt; }
ul li::before { content: "–"; display: inline-block; width: 3.5mm; text-indent: 0; }
@media print { body { padding: 0; max-width: none; } }
@media (max-width: 150mm) { .columns { display: block; } }
`;

/** The document as one file for a browser: self-contained, without a script, made to be printed. */
export function evidenceHtml({ language, title, result, parts, steps, limits }: Evidence): string {
  const [asked, ended, kept] = parts.map(({ heading, rows }) => `<h2>${escaped(heading)}</h2>\n${list(rows)}`);
  const lines = steps.lines.map(
    ({ local, utc, text, detail }) =>
      `<li><time datetime="${escaped(utc)}">${escaped(local)}</time><div>${escaped(text)}<small>${escaped(`${utc}  ${detail}`)}</small></div></li>`,
  );
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
<p class="result">${escaped(result)}</p>
<div class="columns">
<section>${asked ?? ""}</section>
<section>${ended ?? ""}</section>
</div>
<section>
<h2>${escaped(steps.heading)}</h2>
${steps.missing === undefined ? "" : `<p>${escaped(steps.missing)}</p>`}
<ol>
${lines.join("\n")}
</ol>
</section>
<section>
<h2>${escaped(limits.heading)}</h2>
<ul>
${limits.lines.map((line) => `<li>${escaped(line)}</li>`).join("\n")}
</ul>
</section>
<section>${kept ?? ""}</section>
</main>
</body>
</html>
`;
}

function list(rows: readonly Row[]): string {
  return `<dl>\n${rows.map(([label, value]) => `<dt>${escaped(label)}</dt><dd>${escaped(value)}</dd>`).join("\n")}\n</dl>`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escaped(text: string): string {
  return plain(text).replace(/[&<>"']/g, (character) => ESCAPES[character] ?? "");
}
