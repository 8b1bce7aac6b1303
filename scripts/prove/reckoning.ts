import type { Outcome } from "../../src/core/outcome.ts";
import type { Movement } from "../../test/support/simulated-terminal.ts";
import type { Written } from "./dead-journal.ts";
import { standingOf } from "./moments.ts";
import type { Told, TillRecord } from "./till-record.ts";

/** What a shop has in its hands when the day is over. Every request asks for an amount of its own. */
export type Books = {
  /** What moved at the terminals. */
  readonly ledger: readonly Movement[];
  readonly tills: readonly TillRecord[];
  readonly journal: readonly Written[];
  /** What `journal verify` finds. */
  readonly faults: readonly string[];
};

/** A break of the promise. */
export type Violation = {
  readonly kind:
    | "lost"
    | "doubled"
    | "wronglyTold"
    | "nobodyAsked"
    | "neverSettled"
    | "neverTold"
    | "toldBeforeDurable"
    | "takenBack"
    | "journal"
    | "till";
  readonly text: string;
};

type Request = {
  readonly pos: string;
  readonly requestId: string;
  readonly amount: number;
  readonly told: readonly Told[];
  readonly notStarted: boolean;
  readonly written: Written | undefined;
  readonly movements: readonly Movement[];
};

/** Everything that is wrong with the books; nothing where the promise was kept. */
export function reckon(books: Books): readonly Violation[] {
  const requests = books.tills.flatMap((till) => requestsOf(till, books));
  const amounts = new Set(requests.map(({ amount }) => amount));
  const foreign = books.ledger.filter(({ amount }) => !amounts.has(amount));
  return [
    ...requests.flatMap((request) => [...moneyFaults(request), ...deliveryFaults(request)]),
    ...foreign.map(({ amount, ticket }) => violation("nobodyAsked", `${amount} moved with ticket ${ticket}`)),
    ...books.faults.map((fault) => violation("journal", fault)),
    ...books.tills.flatMap(({ pos, complaints }) =>
      complaints.map((complaint) => violation("till", `${pos}: ${complaint}`)),
    ),
  ];
}

function requestsOf(till: TillRecord, { ledger, journal }: Books): readonly Request[] {
  return till.asked.map(({ requestId, amount }) => ({
    pos: till.pos,
    requestId,
    amount,
    told: till.told.filter((told) => told.requestId === requestId),
    notStarted: till.notStarted.has(requestId),
    written: journal.find((written) => written.pos === till.pos && written.requestId === requestId),
    movements: ledger.filter((movement) => movement.amount === amount),
  }));
}

/** What was told against what moved. */
function moneyFaults(request: Request): readonly Violation[] {
  const { movements, told, written } = request;
  const latest = told.at(-1);
  const [movement, second] = movements;
  const found: Violation[] = [];
  const say = (kind: Violation["kind"], text: string) => found.push(violation(kind, `${nameOf(request)}: ${text}`));

  if (second !== undefined) say("doubled", `it moved ${movements.length} times`);
  if (movement !== undefined && written?.ticket !== movement.ticket)
    say("wronglyTold", `it moved with ticket ${movement.ticket}, the journal has ${written?.ticket ?? "none"}`);
  if (movement !== undefined && latest?.kind !== "approved")
    say("lost", `it moved, and the till knows: ${latest?.kind ?? (request.notStarted ? "not started" : "nothing")}`);
  if (latest?.kind !== "approved") return found;
  if (movement === undefined) say("wronglyTold", "told as approved, and nothing moved");
  if (latest.amount !== request.amount) say("wronglyTold", `told as approved with ${latest.amount ?? "no amount"}`);
  return found;
}

/** What was told against what was written. */
function deliveryFaults(request: Request): readonly Violation[] {
  const { told, written, notStarted } = request;
  const found: Violation[] = [];
  const say = (kind: Violation["kind"], text: string) => found.push(violation(kind, `${nameOf(request)}: ${text}`));
  const outcomes = written === undefined ? [] : outcomesOf(written);
  for (const each of told) {
    const durable = outcomes.find(({ revision }) => revision === each.revision);
    if (durable?.kind !== each.kind)
      say(
        "toldBeforeDurable",
        `revision ${each.revision} was told as ${each.kind}, written is ${durable?.kind ?? "none"}`,
      );
  }
  const known = told.filter(({ kind }) => kind !== "unknown").map(({ kind }) => kind);
  if (new Set(known).size > 1) say("takenBack", `it was told as ${known.join(", then ")}`);
  if (written === undefined) return found;

  const standing = standingOf(written.facts);
  if (standing !== "ended" && standing !== "settledNotAcknowledged") say("neverSettled", `it stays ${standing}`);
  const latest = outcomes.at(-1);
  if (latest !== undefined && told.at(-1)?.revision !== latest.revision)
    say("neverTold", `revision ${latest.revision}, ${latest.kind}, never reached its till`);
  // A refused repeat of a stored request is a promise that nothing was stored.
  if (notStarted && latest !== undefined && latest.kind !== "notPerformed" && latest.kind !== "canceled")
    say("wronglyTold", `told as not started, and it is ${latest.kind}`);
  return found;
}

function outcomesOf({ facts }: Written): readonly Outcome[] {
  return facts.flatMap((fact) => (fact.kind === "settled" || fact.kind === "resolved" ? [fact.outcome] : []));
}

function nameOf({ pos, requestId, amount }: Request): string {
  return `${pos} ${requestId} (${amount})`;
}

function violation(kind: Violation["kind"], text: string): Violation {
  return { kind, text };
}
