import type { Family, Labels, SpreadSample } from "./family.ts";

/** Prometheus' text format 0.0.4. */
export function prometheusText(families: readonly Family[]): string {
  return families.map(textOf).join("");
}

function textOf(family: Family): string {
  const { name, help, kind } = family;
  const head = `# HELP ${name} ${help.replace(/[\\\n]/g, escaped)}\n# TYPE ${name} ${kind}\n`;
  const lines =
    family.kind === "histogram"
      ? family.samples.flatMap((sample) => spreadLines(name, family.bounds, sample))
      : family.samples.map(([labels, value]) => line(name, labels, value));
  return head + lines.join("");
}

/** Each bucket counts all that is below its bound, as Prometheus wants it. */
function spreadLines(name: string, bounds: readonly number[], [labels, spread]: SpreadSample): readonly string[] {
  let below = 0;
  const buckets = bounds.map((bound, index) => {
    below += spread.counts[index] ?? 0;
    return line(`${name}_bucket`, { ...labels, le: String(bound) }, below);
  });
  return [
    ...buckets,
    line(`${name}_bucket`, { ...labels, le: "+Inf" }, spread.count),
    // Without the dust of adding fractions: its digits could be taken for the number of a card, and masked in a bundle.
    line(`${name}_sum`, labels, Math.round(spread.sum * 1e6) / 1e6),
    line(`${name}_count`, labels, spread.count),
  ];
}

function line(name: string, labels: Labels, value: number): string {
  const told = Object.entries(labels).map(([label, text]) => `${label}="${text.replace(/["\\\n]/g, escaped)}"`);
  return `${name}${told.length === 0 ? "" : `{${told.join(",")}}`} ${value}\n`;
}

function escaped(character: string): string {
  return character === "\n" ? "\\n" : `\\${character}`;
}
