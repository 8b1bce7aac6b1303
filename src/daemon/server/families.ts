import { ADMINISTRATOR_POS } from "../../core/pos.ts";
import { PRACTICE_TERMINAL } from "../../core/practice.ts";
import { TERMINAL_STATES } from "../../core/terminal.ts";
import type { TerminalView } from "../api.ts";
import { alone, counter, gauge, type Family, type Sample } from "../metrics/family.ts";
import { processFamilies } from "../metrics/process.ts";
import type { ServerContext } from "./handler.ts";
import { healthOf } from "./health.ts";

/** More doubts than a shop has; the count ends there. */
const DOUBTS_AT_MOST = 10_000;

/** All that is measured here: how the house is at this moment, and what was counted since the service began. */
export async function familiesOf(server: ServerContext): Promise<readonly Family[]> {
  const terminals = server.terminals.list().filter(({ id }) => id !== PRACTICE_TERMINAL);
  return [
    ...houseFamilies(server),
    ...transactionFamilies(terminals, await undecidedIn(server)),
    ...terminalFamilies(terminals, server),
    ...(server.measurements?.families() ?? []),
    ...processFamilies(),
  ];
}

function houseFamilies(server: ServerContext): readonly Family[] {
  const { version, uptimeSeconds, journal, sessions } = healthOf(server);
  const refusals = Object.entries(server.refusals.counts()).map(([kind, count]): Sample => [{ kind }, count]);
  return [
    gauge("tillbridge_up", "Whether the service answers.", alone(1)),
    gauge("tillbridge_info", "The version of the service.", [[{ version }, 1]]),
    gauge("tillbridge_uptime_seconds", "Since the service began.", alone(uptimeSeconds)),
    gauge(
      "tillbridge_journal_works",
      "Whether money can be written down right now.",
      alone(journal.state === "ok" ? 1 : 0),
    ),
    gauge("tillbridge_sockets", "Open, with a session or without.", alone(server.sockets())),
    gauge("tillbridge_sessions", "Open sessions of POS programs.", alone(sessions)),
    counter("tillbridge_refusals_total", "Who was turned away, by the reason, since the service began.", refusals),
  ];
}

function transactionFamilies(terminals: readonly TerminalView[], undecided: readonly Sample[]): readonly Family[] {
  const running = terminals.filter(({ busyWith }) => busyWith !== undefined).length;
  const waiting = terminals.reduce((sum, { queue }) => sum + queue, 0);
  return [
    gauge("tillbridge_transactions_running", "At a terminal right now.", alone(running)),
    gauge("tillbridge_transactions_waiting", "For their terminal.", alone(waiting)),
    gauge("tillbridge_transactions_undecided", "In doubt or contradicted: somebody has to find out.", undecided),
  ];
}

/** A terminal that was removed has no series any more: a value that stands still would look like a terminal. */
function terminalFamilies(terminals: readonly TerminalView[], { measurements }: ServerContext): readonly Family[] {
  const each = (value: (terminal: TerminalView) => number | undefined): readonly Sample[] =>
    terminals.flatMap((terminal) => {
      const number = value(terminal);
      return number === undefined ? [] : [[{ terminal: terminal.id, vendor: terminal.vendor }, number] as const];
    });
  const inState = (state: string) => terminals.filter((terminal) => terminal.state === state).length;
  return [
    gauge(
      "tillbridge_terminals",
      "By their state.",
      TERMINAL_STATES.map((state) => [{ state }, inState(state)]),
    ),
    gauge(
      "tillbridge_terminal_state",
      "1 for the state that a terminal is in.",
      terminals.flatMap(({ id, state }) =>
        TERMINAL_STATES.map((one): Sample => [{ terminal: id, state: one }, one === state ? 1 : 0]),
      ),
    ),
    gauge(
      "tillbridge_terminal_link_works",
      "Whether the link is open and the terminal answered on it.",
      each(({ linkWorks }) => (linkWorks === true ? 1 : 0)),
    ),
    gauge(
      "tillbridge_terminal_last_seen_timestamp_seconds",
      "Its last sign of life; missing where there was none.",
      each(({ lastSeen }) => (lastSeen === undefined ? undefined : Date.parse(lastSeen) / 1_000)),
    ),
    gauge(
      "tillbridge_terminal_queue",
      "Operations that wait for it.",
      each(({ queue }) => queue),
    ),
    counter(
      "tillbridge_terminal_link_losses_total",
      "How often an open link was lost, since the service began.",
      measurements === undefined ? [] : each(({ id }) => measurements.linkLosses.total(id)),
    ),
  ];
}

/** No line where it cannot be read: 0 would be a lie. */
async function undecidedIn({ transactions }: ServerContext): Promise<readonly Sample[]> {
  try {
    const caller = { pos: ADMINISTRATOR_POS, seesAll: true };
    const listed = await transactions.list(caller, { undecided: true, limit: DOUBTS_AT_MOST });
    return listed.kind === "done" ? alone(listed.value.seen.length) : [];
  } catch {
    return [];
  }
}
