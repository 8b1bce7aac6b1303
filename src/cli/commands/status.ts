import type { ParamsOf } from "../../client/calls.ts";
import { RequestRefused } from "../../client/errors.ts";
import type { ResultOf } from "../../protocol/methods.ts";
import type { TerminalOnWire } from "../../protocol/terminal.ts";
import type { TransactionOnWire } from "../../protocol/transaction.ts";
import type { Command } from "../call.ts";
import { whatToDo } from "../doubt.ts";
import { EXIT } from "../exit.ts";
import { styled } from "../output.ts";
import { inOneLine } from "../readable.ts";
import { facts } from "../table.ts";
import { withSession } from "../with-session.ts";
import { terminalTable, transactionTable } from "../words.ts";

const MOST_SHOWN = 200;
const MOST_ALARMS = 10;

/** The daemon, the terminals, and the transactions that are open or in doubt, at a glance. */
export const status: Command = (call) =>
  withSession(call, async ({ ask, daemon }) => {
    const limit = MOST_SHOWN;
    let noJournal: string | undefined;
    /** Nothing where the journal cannot be read: that is what whoever asks has to know. */
    const list = (query: ParamsOf<"transactions.list">) =>
      ask("transactions.list", { ...query, limit }).catch((error: unknown) => {
        if (!(error instanceof RequestRefused) || error.reason !== "journalUnavailable") throw error;
        noJournal = error.message;
        return { transactions: [] };
      });
    /** A service of before the last update knows none. */
    const standing = ask("diagnostics.alarms", {}).catch((error: unknown) => {
      if (!(error instanceof RequestRefused) || error.reason !== "methodNotFound") throw error;
      return { alarms: [], missing: 0 };
    });
    const [
      health,
      { terminals },
      { unreadable: unreadablePos = [] },
      accepted,
      dispatched,
      undecided,
      { alarms, missing },
    ] = await Promise.all([
      ask("diagnostics.health", {}),
      ask("terminals.list", {}),
      ask("pos.list", {}),
      list({ state: "accepted" }),
      list({ state: "dispatched" }),
      list({ undecided: true }),
      standing,
    ]);
    const isRecovering = ({ recovering }: TransactionOnWire) => recovering === true;
    const open = [...accepted.transactions, ...dispatched.transactions.filter((one) => !isRecovering(one))];
    const isContradicted = ({ contradicted }: TransactionOnWire) => contradicted !== undefined;
    const inDoubt = undecided.transactions.filter((one) => !isContradicted(one));
    const contradicted = undecided.transactions.filter(isContradicted);

    const { processId, url } = daemon;
    const told = { daemon: { processId, url }, health, terminals, open, inDoubt, contradicted, alarms, unreadablePos };
    call.out.result(told, () => {
      const daemonFacts = facts([
        [
          "daemon",
          `${health.status}, version ${health.version}, process ${processId}, for ${duration(health.uptimeSeconds)}`,
        ],
        ["address", url],
        ...doors(health),
        ["journal", `${health.journal.state}, ${health.journal.id}`],
        ["sessions", String(health.sessions)],
        ...unusual(health),
        ...damaged(unreadablePos.length),
      ]);
      const sections = [daemonFacts];
      sections.push(
        terminals.length === 0
          ? "No terminal is configured. `tillbridge discover` shows what is there."
          : terminalTable(terminals),
      );
      if (open.length > 0) sections.push(`${styled("strong", "Open")}\n${transactionTable(open)}`);
      if (inDoubt.length > 0) sections.push(`${styled("fault", "In doubt")}\n${transactionTable(inDoubt)}`);
      if (contradicted.length > 0)
        sections.push(`${styled("fault", "Two stories")}\n${transactionTable(contradicted)}`);
      if (alarms.length > 0) sections.push(alarmsInWords(alarms, missing));
      sections.push(...toDo(undecided.transactions, terminals));
      if (noJournal !== undefined) sections.push(styled("fault", noJournal));
      return sections.join("\n\n");
    });
    return EXIT.done;
  });

/** Those beside the plain one, which is this daemon's address. */
function doors({ doors: all = [] }: ResultOf<"diagnostics.health">): readonly [string, string][] {
  return all
    .filter(({ certificateUntil }) => certificateUntil !== undefined)
    .map(({ from, url, certificateUntil = "" }) => [
      from === "lan" ? "for the LAN" : "with certificate",
      `${url}, until ${certificateUntil.slice(0, 10)}`,
    ]);
}

/** The newest ones in full. */
function alarmsInWords(alarms: ResultOf<"diagnostics.alarms">["alarms"], missing: number): string {
  const left = alarms.length - MOST_ALARMS + missing;
  return [
    styled("fault", "Alarms"),
    ...alarms
      .slice(0, MOST_ALARMS)
      .map(({ at, severity, text, remedy }) => inOneLine(`${at}  ${severity}: ${text} ${remedy}`)),
    ...(left > 0 ? [`... and ${left} older ones: \`tillbridge status --json\`, or the page.`] : []),
  ].join("\n");
}

/** Why no payment is taken although all is well, and what a person would not look for. */
function unusual({
  intake = "open",
  disorderlyEnds = 0,
  configuration,
}: ResultOf<"diagnostics.health">): readonly [string, string][] {
  const shut = {
    open: undefined,
    held: "no new ones now: somebody holds them back, for an update",
    trial: "none yet: this version is on trial",
    stopping: "no new ones: the service ends",
  }[intake];
  const times = disorderlyEnds === 1 ? "once" : `${disorderlyEnds} times`;
  const crashes = `the service ended without order ${times} in ten minutes: the log says why`;
  const broken = styled(
    "fault",
    "config.json is broken, and its last good copy is used: `tillbridge config check` tells where",
  );
  return [
    ...(configuration === "lastGood" ? [["configuration", broken] satisfies [string, string]] : []),
    ...(shut === undefined ? [] : [["payments", shut] satisfies [string, string]]),
    ...(disorderlyEnds === 0 ? [] : [["crashes", crashes] satisfies [string, string]]),
  ];
}

/** Their tills get no answer but a refusal, and that is seen at the tills alone. */
function damaged(count: number): readonly [string, string][] {
  if (count === 0) return [];
  const which = count === 1 ? "1 cannot be read and is not let in" : `${count} cannot be read and are not let in`;
  return [["POS programs", styled("fault", `${which}: \`tillbridge pos\` tells which, why and what to do`)]];
}

/** In full where there is one; the command that tells it where there are several. */
function toDo(undecided: readonly TransactionOnWire[], terminals: readonly TerminalOnWire[]): readonly string[] {
  const [first, second] = undecided;
  if (first === undefined) return [];
  if (second !== undefined) return ["`tillbridge transactions show ID` tells for each of them what to do."];
  const words = whatToDo(
    first,
    terminals.find(({ id }) => id === first.terminal),
  );
  return words === undefined ? [] : [words];
}

function duration(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (minutes === 0) return `${Math.floor(seconds)} s`;
  if (hours === 0) return `${minutes} min`;
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} days`;
}
