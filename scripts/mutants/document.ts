import type { Mutant, Rule } from "./mutant.ts";

const HEAD = `# Mutants: each rule about money, broken on purpose

<!-- Written by \`npm run mutants\`. -->

A test that cannot fail proves nothing. So each rule of [the promise about money](exactly-once.md) is broken on purpose, one mistake at a time, in a throw-away copy of the real sources; the test that is named beside it has to
pass without the mistake and to fail with it, by an assertion: a source that does not load, or a test that hangs, proves nothing. \`npm run mutants\` plants them all, in about a minute, and ends with something other than 0
when one survives; \`npm run mutants -- --only ID\` plants one. They stand in \`scripts/mutants/catalogue\`; one that no longer finds its place in the sources is a failure as well.
`;

/** What stands below the numbered rules. */
const BELOW = { amounts: "Amounts, and what is given back", access: "Who may ask for money at all" } as const;

/** docs/mutants.md: rule by rule, what would happen in the shop and which test would not let it. */
export function mutantsDocument(mutants: readonly Mutant[], rules: ReadonlyMap<number, string>): string {
  const titles = [...Array.from(rules, ([number, title]) => `Rule ${number}: ${title}`), ...Object.values(BELOW)];
  const written = titles.map((title) => {
    const rows = mutants.filter(({ rule }) => titleOf(rule, rules) === title).map(rowOf);
    return `## ${title}\n\n| mutant | what it would do in the shop | killed by |\n| --- | --- | --- |\n${rows.join("\n")}\n`;
  });
  return `${HEAD}\n${written.join("\n")}`;
}

function titleOf(rule: Rule, rules: ReadonlyMap<number, string>): string {
  return typeof rule === "string" ? BELOW[rule] : `Rule ${rule}: ${rules.get(rule) ?? ""}`;
}

function rowOf({ id, breaks, file, killedBy }: Mutant): string {
  const cells = [`\`${id}\`<br>${linkTo(file)}`, breaks, `${linkTo(killedBy.file)}<br>${killedBy.name}`];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

function linkTo(file: string): string {
  return `[${file}](../${file})`;
}
