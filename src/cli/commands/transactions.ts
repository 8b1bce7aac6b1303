import { userInfo } from "node:os";
import type { Language } from "../../core/language.ts";
import type { OutcomeKind } from "../../core/outcome.ts";
import { isPractice } from "../../core/practice.ts";
import type { AnswerOf, ParamsOf } from "../../client/calls.ts";
import type { TransactionState } from "../../core/transaction.ts";
import type { Call, Command } from "../call.ts";
import { confirmed, mustBeAnswerable, NOTHING_CHANGED } from "../confirm.ts";
import { terminalOf, whatToDo, whatWasDecided } from "../doubt.ts";
import { EXIT, wrongUsage } from "../exit.ts";
import { readLanguage, readMoney, readNamed, readWhole } from "../typed-values.ts";
import { styled } from "../output.ts";
import { askDaemon, withSession, type DaemonSession } from "../with-session.ts";
import { stateInWords, transactionFacts, transactionTable } from "../words.ts";

export const list: Command = async (call) => {
  const answer = await askDaemon(call, "transactions.list", queryOf(call));
  call.out.result(answer, () =>
    answer.transactions.length === 0 ? "There is no such transaction." : transactionTable(answer.transactions),
  );
  if (answer.cursor !== undefined) call.out.note(`There are more: --cursor ${answer.cursor}`);
  return EXIT.done;
};

/** With what is to be done about it, where nobody knows how it ended. */
export const show: Command = (call) => {
  const name = nameOf(call);
  return withSession(call, async (daemon) => {
    const answer = await daemon.ask("transactions.get", name);
    const { transaction } = answer;
    const toDo = call.out.json ? undefined : whatToDo(transaction, await terminalOf(daemon, transaction.terminal));
    call.out.result(answer, () => [transactionFacts(transaction), toDo].filter(Boolean).join("\n\n"));
    return EXIT.done;
  });
};

/** Each line in words, with the technical one behind it; with `--evidence` as a document for the customer or the acquirer. */
export const timeline: Command = (call) => {
  const name = nameOf(call);
  const file = call.text("evidence");
  const language = readLanguage(call);
  return withSession(
    call,
    async (daemon) => {
      const answer = await daemon.ask("transactions.timeline", name);
      if (file === undefined) {
        const practice = call.out.json ? [] : await practiceLine(daemon, name, language);
        call.out.result(answer, () => [...practice, ...answer.entries.map(entryInWords)].join("\n"));
        return EXIT.done;
      }
      const { transaction } = await daemon.ask("transactions.get", name);
      const terminal = await terminalOf(daemon, transaction.terminal);
      const { writeEvidence } = await import("./transaction-evidence.ts");
      const files = writeEvidence(call, file, transaction, answer, terminal?.name ?? terminal?.model);
      call.out.result({ files }, () => files.map((path) => `${path} is written.`).join("\n"));
      return EXIT.done;
    },
    language,
  );
};

/** What the terminal is told to have said below was said by a simulated one. */
async function practiceLine(
  { ask }: DaemonSession,
  name: ParamsOf<"transactions.get">,
  language: Language | undefined,
): Promise<readonly string[]> {
  const { transaction } = await ask("transactions.get", name);
  if (!isPractice(transaction)) return [];
  const { practiceInWords } = await import("../../client/evidence/evidence.ts");
  return [styled("strong", practiceInWords(language ?? "en"))];
}

function entryInWords({ at, what, text, detail }: AnswerOf<"transactions.timeline">["entries"][number]): string {
  const technical = detail === undefined ? what : `${what}  ${detail}`;
  return text === undefined
    ? `${at}  ${technical}`
    : `${at}  ${text}\n${" ".repeat(at.length)}  ${styled("muted", technical)}`;
}

export const cancel: Command = async (call) => {
  const answer = await askDaemon(call, "transactions.cancel", nameOf(call));
  call.out.result(answer, () =>
    answer.transaction.outcome === undefined
      ? `The cancel is recorded. It is ${stateInWords(answer.transaction)}; how it ends is what \`transactions show\` says.`
      : `Nothing is left to cancel: it is ${stateInWords(answer.transaction)}`,
  );
  return EXIT.done;
};

/** A person decides, with the evidence shown before the question. */
export const resolve: Command = (call) => {
  const name = nameOf(call);
  const kind = call.text("outcome") as Exclude<OutcomeKind, "unknown"> | undefined;
  const reason = call.text("reason");
  if (kind === undefined) throw wrongUsage("Say how it ended with --outcome.");
  if (reason === undefined) throw wrongUsage("Say how you know with --reason.");
  const operator = call.text("operator") ?? userInfo().username;
  const question = `${styled("strong", operator)} decides that this transaction was ${kind}, for good. Is that so?`;
  mustBeAnswerable(call, question, NOTHING_CHANGED);
  const approved = readMoney(call, "amount");
  const approvalCode = call.text("approval-code");
  const references = readNamed("--terminal-reference", call.texts("terminal-reference"));
  return withSession(call, async (daemon) => {
    const { ask } = daemon;
    if (!call.yes) call.out.note(transactionFacts((await ask("transactions.get", name)).transaction));
    if (!(await confirmed(call, question, NOTHING_CHANGED))) return EXIT.refused;
    const answer = await ask("transactions.resolve", {
      ...name,
      outcome: {
        kind,
        ...(approved === undefined ? {} : { amounts: { approved } }),
        ...(approvalCode === undefined ? {} : { approvalCode }),
        ...(references.length === 0 ? {} : { terminalReferences: Object.fromEntries(references) }),
      },
      operator,
      reason,
    });
    const terminal = call.out.json ? undefined : await terminalOf(daemon, answer.transaction.terminal);
    call.out.result(
      answer,
      () => `${transactionFacts(answer.transaction)}\n\n${whatWasDecided(answer.transaction, terminal)}`,
    );
    return EXIT.done;
  });
};

/** `ID`, `ID --request-id` or `--request-id ID`. */
function nameOf(call: Call): { readonly transaction: string } | { readonly requestId: string } {
  const [id] = call.arguments;
  const requestId = call.text("request-id");
  if (id !== undefined && requestId !== undefined)
    throw wrongUsage("Name one transaction, by its id or by its request id.");
  if (requestId !== undefined) return { requestId };
  if (id === undefined) throw wrongUsage("Say which transaction, by its id, or by its request id with --request-id.");
  return call.flag("request-id") ? { requestId: id } : { transaction: id };
}

function queryOf(call: Call): ParamsOf<"transactions.list"> {
  const { text } = call;
  const [terminal, reference, pos, from, to, cursor] = ["terminal", "reference", "pos", "from", "to", "cursor"].map(
    text,
  );
  const state = text("state") as TransactionState | undefined;
  const outcome = call.texts("outcome") as readonly OutcomeKind[];
  const limit = readWhole(call, "limit");
  return {
    ...(terminal === undefined ? {} : { terminal }),
    ...(reference === undefined ? {} : { reference }),
    ...(pos === undefined ? {} : { pos }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(cursor === undefined ? {} : { cursor }),
    ...(state === undefined ? {} : { state }),
    ...(outcome.length === 0 ? {} : { outcome }),
    ...(call.flag("unacknowledged") ? { unacknowledged: true } : {}),
    ...(limit === undefined ? {} : { limit }),
  };
}
