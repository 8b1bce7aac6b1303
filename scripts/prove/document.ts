import { COUNTERS, PATIENCE_MS, SETTINGS } from "./counters.ts";
import { MOMENTS, type Moment } from "./moments.ts";
import { FAULTS, type Fault } from "./plan.ts";
import type { Counts, KillRun, ProofRecord, WorldRun } from "./runs.ts";
import { ENDINGS } from "./stricken.ts";

const MOMENT_WORDS: Readonly<Record<Moment, string>> = {
  idle: "nothing ran at this counter",
  accepted: "accepted, not sent",
  dispatched: "sent, no answer",
  repeated: "sent once more, no answer",
  proposed: "answered, not settled",
  settledNotAcknowledged: "settled, not acknowledged by the POS",
  recovering: "recovery from an earlier kill under way",
  starting: "the daemon was starting",
};

const FAULT_WORDS: Readonly<Record<Fault, string>> = {
  none: "the kill alone",
  linkCut: "link cut",
  terminalRestarts: "terminal restarts",
  posKilled: "POS program killed",
  posAsksAgain: "POS asks again",
  commitInFlight: "commit in flight",
};

const KEPT = ["lost", "doubled", "wronglyTold"] as const;

/** The document that is shipped: what was tried, how often, and what came of it. */
export function killMatrix({ kills, worlds }: ProofRecord): string {
  const newest = newestCommit(kills, worlds);
  const ofNewest = kills.filter(({ commit }) => commit === newest);
  return [
    "<!-- Written by `npm run prove` from kill-matrix.json. -->",
    "# Kills, and what they did to money",
    `\`npm run prove\` kills the real service with SIGKILL at random moments while POS programs pay, starts it again, and compares what moved at the simulated terminals with what each POS was told. \`npm run prove -- --worlds N\` plays random worlds under virtual time. [What is promised](exactly-once.md) says how both work; here is what they found.`,
    totals(kills, worlds, newest),
    "## Moment of the kill and what happened beside it",
    `The moment is what the dead service's journal says of the counter that the kill aimed at. All runs; on the newest commit in brackets.`,
    matrix(kills, ofNewest),
    "- **link cut**: the connection breaks at the same moment and stays away for up to half a second. **terminal restarts**: it is switched off and on, and keeps what it remembers. **POS program killed**: and started again from its stored file. **POS asks again**: it asks once more, with the same request id, on a new connection, while the service is down. **commit in flight**: the kill comes at the first byte of a commit, before its sync.",
    "- In every other case the terminal goes on with what it was doing.",
    "- With these terminals what the terminal said and what is settled are one commit, so that no kill finds only the first.",
    "## What the tills were told",
    "Every sale that was not at its end when a kill came, at any counter. `person`: the service said why it cannot know, and a person looked at the terminal.",
    endings(kills),
    "## How soon",
    recovery(kills, ofNewest),
    `From the service's \`ready\` line to the POS, for what was in doubt at the kill; where the link, the terminal or the POS program was away for longer, from its return. A customer who is still at the terminal is part of it.`,
    "## The shops",
    `Each shop has one service and ${COUNTERS.length} counters: a Getnet terminal on TCP, a Poynt terminal on HTTP, and a Getnet terminal on a serial device (a pseudo-terminal), each a \`tillbridge simulate\` of its own, with a POS program of its own on the client library. Some sales are declined, canceled at the terminal or by the POS, or slow.`,
    `The patience of the terminals is ${PATIENCE_MS / 1_000} s, through the settings that a shop has: for Getnet ${settingWords(SETTINGS.getnet)}; for Poynt ${settingWords(SETTINGS.poynt)}. Everything else is as in a shop. In a shop \`quietMs\` is 180 s: what is proved by absence takes that much longer there.`,
    "## Runs",
    killRuns(kills),
    worldRuns(worlds),
    "",
  ].join("\n\n");
}

function newestCommit(kills: readonly KillRun[], worlds: readonly WorldRun[]): string {
  return [...kills, ...worlds].toSorted((one, other) => one.date.localeCompare(other.date)).at(-1)?.commit ?? "none";
}

function totals(kills: readonly KillRun[], worlds: readonly WorldRun[], newest: string): string {
  const row = (words: string, isMine: (run: { readonly commit: string }) => boolean): readonly string[] => {
    const [mine, played] = [kills.filter(isMine), worlds.filter(isMine)];
    const violations = merged(mine.map((run) => run.violations));
    const other = sumOf(violations) - KEPT.reduce((sum, kind) => sum + (violations[kind] ?? 0), 0);
    return [
      words,
      number(sum(mine.map(killsOf))),
      number(sum(mine.map(({ asked }) => asked))),
      ...KEPT.map((kind) => number(violations[kind] ?? 0)),
      number(other),
      number(sum(played.map((run) => run.worlds))),
      number(sum(played.map((run) => run.violations))),
    ];
  };
  return table(
    ["", "kills", "requests", "lost", "doubled", "wrongly told", "other breaks", "worlds", "worlds that broke it"],
    [row(`newest commit, ${shortOf(newest)}`, ({ commit }) => commit === newest), row("all", () => true)],
  );
}

function matrix(kills: readonly KillRun[], ofNewest: readonly KillRun[]): string {
  const count = (runs: readonly KillRun[], moment: Moment, fault: Fault): number =>
    sum(runs.map((run) => run.kills[moment]?.[fault] ?? 0));
  const cell = (moment: Moment, fault: Fault): string =>
    `${number(count(kills, moment, fault))} (${number(count(ofNewest, moment, fault))})`;
  const rows = MOMENTS.map((moment) => [
    MOMENT_WORDS[moment],
    ...FAULTS.map((fault) => cell(moment, fault)),
    number(sum(FAULTS.map((fault) => count(kills, moment, fault)))),
  ]);
  const columns = FAULTS.map((fault) => number(sum(MOMENTS.map((moment) => count(kills, moment, fault)))));
  return table(
    ["moment", ...FAULTS.map((fault) => FAULT_WORDS[fault]), "together"],
    [...rows, ["together", ...columns, number(sum(kills.map(killsOf)))]],
  );
}

function endings(kills: readonly KillRun[]): string {
  const rows = MOMENTS.flatMap((moment) => {
    const counts = merged(kills.map((run) => run.stricken[moment] ?? {}));
    return sumOf(counts) === 0
      ? []
      : [[MOMENT_WORDS[moment], ...ENDINGS.map((ending) => number(counts[ending] ?? 0)), number(sumOf(counts))]];
  });
  return table(["the sale was", ...ENDINGS, "together"], rows);
}

function recovery(kills: readonly KillRun[], ofNewest: readonly KillRun[]): string {
  const row = (words: string, counts: Counts<string>): readonly string[] => [
    words,
    number(sumOf(counts)),
    ...[0.5, 0.99, 1].map((share) => milliseconds(shareOf(counts, share))),
  ];
  const rows = (which: string, runs: readonly KillRun[]) => [
    row(`the terminal knew, ${which}`, merged(runs.map(({ knownMs }) => knownMs))),
    row(`proved by absence, ${which}`, merged(runs.map(({ absentMs }) => absentMs))),
  ];
  return table(
    ["", "recoveries", "half within", "99 of 100 within", "the longest"],
    [...rows("all", kills), ...rows("newest commit", ofNewest)],
  );
}

function killRuns(runs: readonly KillRun[]): string {
  return table(
    ["date", "commit", "seed", "shops", "kills", "a minute", "requests", "moved", "breaks"],
    runs.map((run) => [
      dayOf(run.date),
      shortOf(run.commit),
      String(run.seed),
      number(run.shops),
      number(killsOf(run)),
      number(Math.round((killsOf(run) * 60) / run.seconds)),
      number(run.asked),
      number(run.moved),
      number(sumOf(run.violations)),
    ]),
  );
}

function worldRuns(runs: readonly WorldRun[]): string {
  return table(
    ["date", "commit", "worlds", "processes", "a minute and process", "worlds that broke it"],
    runs.map(({ date, commit, worlds, processes, seconds, violations }) => [
      dayOf(date),
      shortOf(commit),
      number(worlds),
      number(processes),
      number(Math.round((worlds * 60) / seconds / processes)),
      number(violations),
    ]),
  );
}

/** The smallest upper end of a class that this share of all does not exceed. */
export function shareOf(counts: Counts<string>, share: number): number | undefined {
  const wanted = sumOf(counts) * share;
  let seen = 0;
  for (const [upTo, count] of entriesOf(counts).toSorted(([one], [other]) => Number(one) - Number(other))) {
    seen += count;
    if (seen >= wanted) return Number(upTo);
  }
  return undefined;
}

export function killsOf({ kills }: KillRun): number {
  return sum(Object.values(kills).map(sumOf));
}

function merged(all: readonly Counts<string>[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const [key, count] of all.flatMap(entriesOf)) counts[key] = (counts[key] ?? 0) + count;
  return counts;
}

function entriesOf(counts: Counts<string>): readonly (readonly [string, number])[] {
  return Object.entries(counts).map(([key, count = 0]) => [key, count]);
}

function sumOf(counts: Counts<string>): number {
  return sum(entriesOf(counts).map(([, count]) => count));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

function settingWords(settings: Readonly<Record<string, number>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `\`${name}\` ${number(value)}`)
    .join(", ");
}

function shortOf(commit: string): string {
  const [hash = "", changes] = commit.split("+");
  return `\`${hash.slice(0, 10)}\`${changes === undefined ? "" : " with changes"}`;
}

function dayOf(date: string): string {
  return date.slice(0, 16).replace("T", " ");
}

function number(value: number): string {
  return value.toLocaleString("en-US");
}

function milliseconds(value: number | undefined): string {
  return value === undefined ? "-" : `${number(value)} ms`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, index) => (index === 0 ? "---" : "---:"))), ...rows.map(line)].join("\n");
}
