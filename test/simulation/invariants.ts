import assert from "node:assert/strict";
import { RequestRefused } from "../../src/client/errors.ts";
import type { RecordedEntry } from "../../src/core/recording.ts";
import { isInDoubt, isStanding, type Transaction } from "../../src/core/transaction.ts";
import type { TransactionOnWire } from "../../src/protocol/transaction.ts";
import { replayAll } from "../support/replayed.ts";
import type { World } from "../support/world.ts";
import type { PersonInCharge } from "./people.ts";
import type { PosProgram } from "./pos-program.ts";
import { accountsOf, takeOut } from "./ledger.ts";
import type { Counter } from "./ways.ts";

/** A world, and who has decided what in it. */
export type Reckoned = {
  readonly world: World;
  readonly counters: readonly Counter[];
  readonly person: PersonInCharge;
};

/** Invariants 1, 2, 3 and 8: every approval is a movement of its own, and what else moved is still in doubt. */
export function assertSquare({ world, counters, person: { guessed } }: Reckoned): void {
  for (const { name, books, moved, ours, isUnsure } of accountsOf(world.journal.durable(), counters, world)) {
    const story = () => `${name}: moved ${moved.join(", ")}; told ${ours.map(toldOf).join(", ")}`;
    // What a person has guessed stands until the terminal says otherwise.
    const known = ours.filter(({ id }) => !guessed.has(id));
    const left = [...moved];
    for (const transaction of known.filter((one) => !isStanding(one)))
      assert(takeOut(left, transaction, books), `approved and never moved: ${story()}`);
    // What was taken for processing moves later, or is told anew.
    for (const transaction of known.filter(isStanding)) takeOut(left, transaction, books);
    if (isUnsure || known.length < ours.length) continue;
    const doubted = ours.filter(isInDoubt).length;
    assert(left.length <= doubted, `moved, and told as not: ${story()}`);
    const isOnce = !books.isOfOneRequest(name.slice(name.indexOf(" ") + 1)) || moved.length <= 1;
    assert(isOnce, `one request moved money twice: ${story()}`);
    const sent = ours.filter(({ dispatched }) => dispatched !== undefined).length;
    assert(moved.length <= sent, `moved before it was dispatched: ${story()}`);
  }
}

const toldOf = ({ id, outcome }: Transaction): string =>
  `${id} ${outcome === undefined ? "running" : JSON.stringify([outcome.kind, outcome.decidedBy.kind])}`;

/** What a POS was told stays true: only `unknown`, and an approval that was not final, is ever told anew, and nothing contradicts the rest. Of what only a person may decide the terminal may know better. */
export function assertNeverRevised({ world, person: { guessed } }: Reckoned): void {
  const lifted = world.journal.durable().flatMap(({ id, fenceLifted }) => (fenceLifted ? [id] : []));
  const ofPersons = new Set([...guessed, ...lifted, ...world.rolledBack.keys()]);
  const told = new Map<string, string>();
  for (const event of world.events) {
    if (
      event.kind === "alarm" &&
      event.alarm.code === "contradiction" &&
      !ofPersons.has(event.alarm.transaction ?? "")
    ) {
      assert.fail(`contradicted: ${event.alarm.text}`);
    }
    if (event.kind !== "told") continue;
    const { id, outcome } = event.seen.transaction;
    if (outcome === undefined || world.rolledBack.has(id) || guessed.has(id)) continue;
    const before = told.get(id) ?? "unknown";
    const now = isStanding(event.seen.transaction) ? "approved for now" : outcome.kind;
    assert(MAY_BECOME.get(before)?.has(now) ?? before === now, `${id} was told ${before}, then ${now}`);
    told.set(id, now);
  }
}

const ENDS = ["approved", "declined", "canceled", "notPerformed"] as const;
const MAY_BECOME: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["unknown", new Set(["unknown", "approved for now", ...ENDS])],
  ["approved for now", new Set(["approved for now", "approved", "declined"])],
]);

/** Approvals that are not final, and of which nobody was told that their end cannot be found out. */
export function standingIn(world: World): readonly Transaction[] {
  const named = new Set(
    world.events.flatMap((event) =>
      event.kind === "alarm" && event.alarm.code === "endNotKnown" ? [event.alarm.transaction] : [],
    ),
  );
  return world.journal.durable().filter((transaction) => isStanding(transaction) && !named.has(transaction.id));
}

/** Invariant 9: every revision of every transaction is among the kept events of its POS, which have no gap. */
export async function assertKept(transactions: readonly Transaction[], world: World, pos: string): Promise<void> {
  const kept = await world.journal.keptAfter(pos, 0, 10_000);
  assert.deepEqual(
    kept.map(({ seq }) => seq),
    kept.map((_, index) => index + 1),
  );
  for (const { id, pos: owner, outcome } of transactions) {
    if (owner !== pos) continue;
    assert(outcome !== undefined, `${id} never settled`);
    const last = kept.findLast((event) => event.kind === "transaction" && event.transaction.id === id);
    assert(
      last?.kind === "transaction" && last.transaction.outcome?.revision === outcome.revision,
      `${id} is not told`,
    );
  }
}

/** Invariant 9, at the other end: the transactions whose last outcome no program of their POS has been told. */
export function untold(world: World, programs: readonly PosProgram[]): readonly Transaction[] {
  return world.journal.durable().filter(({ id, pos, outcome }) => {
    // Its programs may know more than the restored journal, and are told when a person has decided.
    if (world.rolledBack.has(id)) return false;
    const told = programs
      .filter((program) => program.pos === pos)
      .map((program) => program.told.get(id)?.at(-1)?.transaction);
    return !told.some((last) => last?.outcome?.revision === outcome?.revision && last?.outcome?.kind === outcome?.kind);
  });
}

/** Of what a program was told only `unknown` ever changed, or what a person or the terminal's late word decided anew. */
export function assertToldTruly(programs: readonly PosProgram[], world: World): void {
  const byId = new Map([...world.rolledBack, ...world.journal.durable().map((one) => [one.id, one] as const)]);
  for (const { told, faults } of programs) {
    assert.deepEqual(
      faults.filter((fault) => !isAboutTheForgotten(fault, world)),
      [],
      "a program's own handlers failed",
    );
    for (const [id, tellings] of told) {
      const { pos, requestId } = byId.get(id) ?? {};
      assert(pos !== undefined, `${id} was told and is not in the journal`);
      for (const { transaction } of tellings) assert.equal(transaction.requestId, requestId);
      if (world.rolledBack.has(id)) continue;
      for (const [index, { run, transaction }] of tellings.entries()) {
        const before = tellings[index - 1];
        const isBackwards = before?.run === run && revisionOf(before.transaction) > revisionOf(transaction);
        assert(!isBackwards, `${id} was told backwards`);
      }
    }
  }
}

const revisionOf = ({ outcome }: TransactionOnWire): number => outcome?.revision ?? 0;

/** What a restored journal does not know cannot be acknowledged in it. */
function isAboutTheForgotten(fault: unknown, world: World): boolean {
  return world.rolledBack.size > 0 && fault instanceof RequestRefused && fault.reason === "transactionNotFound";
}

/** Rule 2: a terminal that has forgotten what it was asked is never asked for it again. Another device refuses it: it has no such client. */
export function assertNeverShownAgain(counters: readonly Counter[], world: World): void {
  for (const { id } of counters) {
    const [known, forgotten] = [new Set<string>(), new Set<string>()];
    for (const happening of world.linkOf(id).story) {
      if (happening.kind === "request") {
        const requestId = idIn(happening.body);
        if (requestId === undefined) continue;
        assert(!forgotten.has(requestId), `${id} was asked again for ${requestId}, which it had forgotten`);
        known.add(requestId);
      } else if (happening.kind === "replaced") {
        known.clear();
        forgotten.clear();
      } else if (happening.text === "restart without memory") {
        for (const requestId of known) forgotten.add(requestId);
      }
    }
  }
}

/** What a request calls itself, where it can still be read. */
function idIn(body: string): string | undefined {
  return /"poyntRequestId":"([0-9a-f-]{36})"/.exec(body)?.[1];
}

/** Rule 11, and the secrets: what the devices' cards and pairings are known by, as far as nobody else may see it. */
const CARD_DATA =
  /4111111111111111|5555555555554444|378282246310005|(411111|555555|378282|503175)\*|first_(six_)?digits|CARDHOLDER/;

/** Nothing of a card or a secret is in any fact, event or line of the log. */
export async function assertNothingLeaks(
  transactions: readonly Transaction[],
  counters: readonly Counter[],
  world: World,
  recording: readonly RecordedEntry[],
): Promise<void> {
  const facts = await Promise.all(transactions.map(({ id }) => world.journal.facts(id)));
  const requests = transactions.map(({ dispatched }) => Buffer.from(dispatched?.request ?? "", "base64").toString());
  const trace = JSON.stringify(recording);
  const all = [JSON.stringify(facts), ...requests, JSON.stringify(world.events), ...world.log.whole, trace].join("\n");
  assert.doesNotMatch(all, CARD_DATA);
  for (const { secrets } of counters.flatMap(({ devices }) => devices))
    for (const secret of secrets) assert(!all.includes(secret), "a secret of a pairing can be read");
}

/** What the flight recorder kept of the day, played to the drivers again, comes to the same. */
export function assertPlaysTheSame(recording: readonly RecordedEntry[]): void {
  const { tally, faults, masked } = replayAll(recording);
  // References of groups of digits look like a card's number now and then: what is masked is not what the driver heard.
  const others = faults.filter((fault) => !masked.includes(fault));
  assert.deepEqual(others.slice(0, 3), []);
  assert(tally.notReplayed * 10 <= tally.same, `${tally.notReplayed} of ${tally.same} conversations were masked`);
}
