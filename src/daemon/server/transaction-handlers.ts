import { maskIssuedCards } from "../../codec/card-numbers.ts";
import { done, refused, type Result } from "../../core/errors.ts";
import { decimalsOf, type Money } from "../../core/money.ts";
import type { Operation } from "../../core/operation.ts";
import { totalAsked } from "../../core/total-asked.ts";
import type { Verdict } from "../../core/outcome.ts";
import type { ParamsOf } from "../../protocol/methods.ts";
import type { Decision, TransactionOnWire } from "../../protocol/transaction.ts";
import { DEFAULT_PAGE } from "../../protocol/transaction-methods.ts";
import { JournalFailure } from "../../journal/journal.ts";
import { headOf } from "../../journal/stored-fact.ts";
import type { ListQuery, Seen, TransactionName } from "../api.ts";
import { mapped, nameOf, personIn, record, type Asked, type Handlers } from "./handler.ts";
import { timelineOf } from "./timeline.ts";
import { printable } from "./printable.ts";
import { transactionOnWire } from "./views.ts";

/** It is shown to every till that asks meanwhile. */
const MAX_REASON_CHARACTERS = 200;
/** What the journal ends a page with: the number of a transaction. */
const CURSOR = /^\d{1,15}$/;

type TransactionMethod =
  `transactions.${"start" | "get" | "list" | "cancel" | "acknowledge" | "timeline" | "answer" | "resolve" | "hold" | "release"}`;

export const transactionHandlers: Handlers<TransactionMethod> = {
  "transactions.start": start,
  "transactions.get": (params, asked) =>
    oneNamed(params, asked, (name) => asked.server.transactions.get(asked.caller, name)),
  "transactions.list": list,
  "transactions.cancel": (params, asked) =>
    oneNamed(params, asked, (name) => asked.server.transactions.cancel(asked.caller, name)),
  "transactions.acknowledge": (params, asked) =>
    oneNamed(params, asked, (name) => asked.server.transactions.acknowledge(asked.caller, name, params.revision ?? 1)),
  "transactions.timeline": async (params, { server, caller, session }) => {
    const name = nameOf(params);
    if (name.kind === "refused") return name;
    const history = await server.transactions.history(caller, name.value);
    return mapped(history, (told) => ({
      entries: timelineOf(told, session.language),
      chain: {
        journal: server.transactions.journalId,
        facts: told.facts.length,
        hash: headOf(told.transaction, told.facts),
      },
    }));
  },
  "transactions.answer": async (params, { server, caller }) => {
    const name = nameOf(params);
    if (name.kind === "refused") return name;
    return server.transactions.answer(caller, name.value, params.prompt, params.value);
  },
  "transactions.resolve": resolve,
  "transactions.hold": hold,
  "transactions.release": (_params, { session }) => {
    session.hold.release();
    return done({});
  },
};

/**
 * The reply comes before the transaction's first event, so its events wait for it. A client that asked for the end (`settled`)
 * gets the events as they happen, and the reply after them.
 */
async function start(params: ParamsOf<"transactions.start">, { server, session, caller, afterReply }: Asked) {
  const { until, ...request } = params;
  if (until !== "settled") afterReply(session.stream.holdFor(request.requestId));
  const started = await server.transactions.start(caller, request);
  if (started.kind === "refused") return started;
  const { replayed, transaction } = started.value;
  const end = until === "settled" ? await endOf(transaction.id, { server, caller }) : started;
  const outcome = end.kind === "done" ? end.value.transaction.outcome : undefined;
  if (outcome !== undefined) server.transactions.told(transaction.id, outcome.revision);
  return mapped(end, (seen) => ({
    transaction: transactionOnWire(seen, session.language),
    ...(replayed ? { replayed } : {}),
  }));
}

/** `journalUnavailable` would tell the POS that nothing is stored, and it is. */
async function endOf(transaction: string, { server, caller }: Pick<Asked, "server" | "caller">): Promise<Result<Seen>> {
  try {
    return await server.transactions.whenSettled(caller, { transaction });
  } catch (error) {
    if (!(error instanceof JournalFailure)) throw error;
    server.log.error("request.endUnreadable", "The end of a transaction could not be read.", {
      transaction,
      error: error.message,
    });
    const why = "It is stored, and how it ends cannot be read at the moment. Ask again with the same request id.";
    return refused("internal", why, { transaction });
  }
}

async function list(params: ParamsOf<"transactions.list">, { server, session, caller }: Asked) {
  if (!caller.seesAll && params.pos !== undefined && params.pos !== caller.pos) {
    return refused("forbidden", "A POS sees its own transactions: leave `pos` out.", { field: "pos" });
  }
  const { from, to } = params;
  for (const [field, time] of Object.entries({ from, to })) {
    if (time !== undefined && Number.isNaN(Date.parse(time))) {
      return refused("invalidParams", `${field} is no moment in time.`, { field });
    }
  }
  if (params.cursor !== undefined && !CURSOR.test(params.cursor)) {
    return refused("invalidParams", "cursor is none that a list ended with.", { field: "cursor" });
  }
  const query: ListQuery = {
    ...params,
    ...(caller.seesAll ? {} : { pos: caller.pos }),
    ...(from === undefined ? {} : { from: inUtc(from) }),
    ...(to === undefined ? {} : { to: inUtc(to) }),
    limit: params.limit ?? DEFAULT_PAGE,
  };
  return mapped(await server.transactions.list(caller, query), ({ page, seen }) => ({
    transactions: seen.map((each) => transactionOnWire(each, session.language)),
    ...(page.cursor === undefined ? {} : { cursor: page.cursor }),
  }));
}

/** Nothing is waited for before it holds: the session may end meanwhile, and its hold with it. */
async function hold({ reason }: ParamsOf<"transactions.hold">, { server, session, caller }: Asked) {
  const why = printable(maskIssuedCards(reason), MAX_REASON_CHARACTERS);
  const held = session.hold.begin(why);
  if (held.kind === "new") await record(server, "new transactions held back", caller.pos, why);
  await held.inForce;
  const open = server.transactions.underWay().map(({ id, pos, terminal, operation, dispatched }) => ({
    transaction: id,
    pos,
    terminal,
    operation: operation.type,
    state: dispatched === undefined ? ("accepted" as const) : ("dispatched" as const),
  }));
  return done({ open });
}

async function resolve(params: ParamsOf<"transactions.resolve">, asked: Asked) {
  const { server, caller } = asked;
  return oneNamed(params, asked, async (name) => {
    const found = await server.transactions.get(caller, name);
    if (found.kind === "refused") return found;
    const verdict = verdictOf(params.outcome, found.value.transaction.operation);
    if (verdict.kind === "refused") return verdict;
    const person = personIn(params);
    const resolved = await server.transactions.resolve(caller, name, params.revision, verdict.value, person);
    const detail = `${found.value.transaction.id} as ${verdict.value.kind}, by ${person.operator}: ${person.reason}`;
    if (resolved.kind === "done") await record(server, "transaction resolved", caller.pos, detail);
    return resolved;
  });
}

async function oneNamed(
  params: { readonly transaction?: string; readonly requestId?: string },
  { session }: Asked,
  ask: (name: TransactionName) => Promise<Result<Seen>>,
): Promise<Result<{ readonly transaction: TransactionOnWire }>> {
  const name = nameOf(params);
  if (name.kind === "refused") return name;
  return mapped(await ask(name.value), (seen) => ({ transaction: transactionOnWire(seen, session.language) }));
}

/** What a person says, as a verdict. Without amounts an approval is for what was asked; who keeps it fills that in. */
function verdictOf(decision: Decision, operation: Operation): Result<Verdict> {
  const { kind, amounts, approvalCode, terminalReferences } = decision;
  const references = terminalReferences === undefined ? {} : { terminalReferences };
  if (kind !== "approved") {
    if (amounts !== undefined || approvalCode !== undefined) {
      return refused("invalidParams", `outcome.amounts and outcome.approvalCode belong to approved, not to ${kind}.`, {
        field: amounts === undefined ? "outcome.approvalCode" : "outcome.amounts",
      });
    }
    if (kind === "declined") return done({ kind, reason: "other", ...references });
    if (kind === "canceled") return done({ kind, by: "operator", ...references });
    return done({ kind, reason: "noRecord", ...references });
  }
  const asked = totalAsked(operation);
  for (const [field, money] of Object.entries(amounts ?? {})) {
    const why = currencyFault(money, asked);
    if (why !== undefined) return refused("invalidParams", why, { field: `outcome.amounts.${field}.currency` });
  }
  return done({
    kind,
    ...references,
    ...(amounts === undefined ? {} : { amounts: { ...(asked === undefined ? {} : { asked }), ...amounts } }),
    ...(approvalCode === undefined ? {} : { approvalCode }),
    partial: asked !== undefined && amounts !== undefined && amounts.approved.value < asked.value,
    captured: operation.type !== "preauthorization",
    final: true,
  });
}

function currencyFault({ currency }: Money, asked: Money | undefined): string | undefined {
  if (decimalsOf(currency) === undefined) return `ISO 4217 does not know ${currency}.`;
  if (asked !== undefined && asked.currency !== currency)
    return `${asked.currency} was asked, so ${currency} cannot have moved.`;
  return undefined;
}

/** As the journal writes times, so that they compare as text. */
function inUtc(time: string): string {
  return new Date(time).toISOString();
}
