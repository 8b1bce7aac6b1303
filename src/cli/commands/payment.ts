import { systemClock } from "../../client/clock.ts";
import { openConnection, type Connection, type ConnectionState } from "../../client/connection.ts";
import { isOfTheWorld, PaymentNeverSent, PaymentNotStarted, PaymentUnclear } from "../../client/errors.ts";
import { transactionOf } from "../../client/events.ts";
import { startPayment, type Payment } from "../../client/payment.ts";
import { newRequestId } from "../../client/request-id.ts";
import type { ConnectSocket, SocketListener } from "../../client/socket.ts";
import { connectFromCommand } from "../../client/socket-node.ts";
import type { TerminalOnWire } from "../../protocol/terminal.ts";
import type { OutcomeOnWire, TransactionOnWire } from "../../protocol/transaction.ts";
import type { Call, Command } from "../call.ts";
import { confirmed } from "../confirm.ts";
import { whatToDo } from "../doubt.ts";
import { CommandFailure, EXIT, type ExitCode } from "../exit.ts";
import { COMMAND_POS, findDaemon, readAdminToken, startIt } from "../local-daemon.ts";
import { orderInWords, readOrder, totalOf, type Order, type OrderType } from "../order.ts";
import type { LiveLine } from "../progress/live-line.ts";
import { createTeller } from "../progress/payment-teller.ts";
import { liveLine } from "../progress/waiting.ts";
import { transactionFacts } from "../words.ts";

/** A daemon that stays away for so long is not waited for any longer. */
const ABSENCE_LIMIT_MS = 60_000;
const ACKNOWLEDGE_LIMIT_MS = 5000;
/** The close code of a WebSocket that never opened. */
const NO_CONNECTION = 1006;

const command =
  (type: OrderType): Command =>
  (call) =>
    perform(type, call);

export const sale = command("sale");
export const refund = command("refund");
export const voiding = command("void");
export const preauthorize = command("preauthorization");
export const capture = command("capture");
export const adjust = command("adjustment");
export const reconcile = command("reconciliation");

async function perform(type: OrderType, call: Call): Promise<ExitCode> {
  const order = readOrder(type, call);
  const requestId = call.text("request-id") ?? newRequestId();
  if (!(await confirmed(call, `${orderInWords(order)}?`))) return EXIT.refused;
  const { url } = findDaemon(call.home, call.homeOption);
  const token = readAdminToken(call.home, call.homeOption);
  call.out.note(`request id ${requestId}`);

  const line = liveLine(call.out);
  const absence = createAbsence(line, call.homeOption);
  const tell = createTeller(line, requestId, Date.now);
  let terminal: TerminalOnWire | undefined;
  const connection = openConnection(
    {
      url,
      pos: COMMAND_POS,
      token: token.reveal(),
      connect: (_address, listener) => connectNow(call, listener),
      clock: systemClock,
      random: Math.random,
      position: () => undefined,
    },
    {
      changed: (state) => absence.changed(state),
      opened: ({ opened: { terminals } }) => {
        terminal = terminals.find(({ id }) => id === order.terminal);
        if (terminal?.fence !== undefined) line.note(`  ${terminal.id}: ${terminal.fence.advice.text}`);
      },
      event: (event) => {
        if (event.type === "terminal.state" && event.terminal.id === order.terminal) terminal = event.terminal;
        const transaction = transactionOf(event);
        if (transaction?.requestId === requestId) payment.hear(transaction);
        tell(event);
      },
    },
  );
  const leave = new AbortController();
  const payment = startPayment({
    session: (signal) => connection.session(signal),
    attempt: { requestId, ...order },
    // The command remembers nothing: the request id is on the screen.
    save: () => {},
    clock: systemClock,
    random: Math.random,
    connectLimitMs: ABSENCE_LIMIT_MS,
    signal: AbortSignal.any([absence.tooLong, leave.signal]),
  });
  const interrupt = cancelFirstThenLeave(line, payment, leave);
  process.on("SIGINT", interrupt);
  try {
    const transaction = await payment.ended;
    line.stop();
    call.out.result({ transaction }, () => transactionFacts(transaction));
    if (transaction.outcome?.kind === "unknown") tellWhatNext(call, transaction, terminal);
    await acknowledge(connection, transaction);
    return exitCodeOf(transaction.outcome, order);
  } catch (error) {
    const neverThere = absence.neverThere();
    if (error instanceof PaymentNeverSent && neverThere === undefined && requestId === call.text("request-id")) {
      throw notLookedFor(requestId);
    }
    throw withAdvice(error, requestId, neverThere);
  } finally {
    line.stop();
    process.off("SIGINT", interrupt);
    connection.close();
  }
}

/** A daemon that was started again may listen somewhere else; while none runs, whoever has its port is not spoken to. */
function connectNow({ home, homeOption }: Call, listener: SocketListener): ReturnType<ConnectSocket> {
  try {
    return connectFromCommand(findDaemon(home, homeOption).url, listener);
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    queueMicrotask(() => listener.closed(NO_CONNECTION, "no daemon is running"));
    return { send: () => {}, close: () => {} };
  }
}

/** How long the daemon has been away. One that was never there is not waited for: nothing was sent. */
function createAbsence(line: LiveLine, homeOption: string | undefined) {
  const limit = new AbortController();
  let away: NodeJS.Timeout | undefined;
  let seen = false;
  let neverThere: string | undefined;
  return {
    tooLong: limit.signal,
    /** Why, where there never was a session. */
    neverThere: () => neverThere,
    changed: (state: ConnectionState) => {
      if (state.kind === "open") {
        if (away !== undefined) line.note("the daemon is there again");
        clearTimeout(away);
        away = undefined;
        seen = true;
      } else if (state.kind === "waiting" && !seen) {
        neverThere = `${state.why} ${startIt(homeOption)}`;
        limit.abort();
      } else if (state.kind === "waiting" && away === undefined) {
        line.note("the connection to the daemon is lost; asking again with the same request id");
        away = setTimeout(() => limit.abort(), ABSENCE_LIMIT_MS);
      }
    },
  };
}

/** The result beats the cancel: after the first Ctrl-C the command waits for what the daemon says. */
function cancelFirstThenLeave(line: LiveLine, payment: Payment, leave: AbortController): () => void {
  let interrupts = 0;
  return () => {
    interrupts += 1;
    if (interrupts > 1) {
      leave.abort();
      return;
    }
    line.note("canceling; the result decides. Ctrl-C once more leaves it alone");
    payment.cancel().catch((error: unknown) => {
      line.note(`it cannot be canceled: ${error instanceof Error ? error.message : String(error)}`);
    });
  };
}

function tellWhatNext(call: Call, transaction: TransactionOnWire, terminal: TerminalOnWire | undefined): void {
  call.out.note(`\n${whatToDo(transaction, terminal) ?? ""}`);
  call.out.note(`\n\`tillbridge transactions show ${transaction.id}\` tells when it is known.`);
}

/** One that gets lost does no harm: the outcome stays among the unacknowledged ones of the command. */
async function acknowledge(connection: Connection, { id, outcome, acknowledged }: TransactionOnWire): Promise<void> {
  if (outcome === undefined || acknowledged) return;
  const limit = AbortSignal.timeout(ACKNOWLEDGE_LIMIT_MS);
  try {
    const session = await connection.session(limit);
    const params = { transaction: id, revision: outcome.revision };
    await session.channel.request("transactions.acknowledge", params, ACKNOWLEDGE_LIMIT_MS);
  } catch (error) {
    if (!isOfTheWorld(error)) throw error;
  }
}

function exitCodeOf(outcome: OutcomeOnWire | undefined, { operation }: Order): ExitCode {
  switch (outcome?.kind) {
    case "approved": {
      const asked = totalOf(operation);
      const approved = outcome.amounts?.approved;
      const other = asked !== undefined && approved !== undefined && approved.value !== asked.value;
      return outcome.partial || other ? EXIT.otherAmount : EXIT.done;
    }
    case "declined":
    case "canceled":
    case "notPerformed":
      return EXIT.refused;
    case "unknown":
    case undefined:
      return EXIT.unknown;
  }
}

/** A command before this one may have asked with the same request id, and this one was ended before it could look. */
function notLookedFor(requestId: string): CommandFailure {
  return new CommandFailure(
    EXIT.unknown,
    "Nothing was sent by this command, and it has not found out what became of this request id before: " +
      `\`tillbridge transactions show ${requestId} --request-id\` tells.`,
  );
}

/** What a person is told where there is no outcome to show. */
function withAdvice(error: unknown, requestId: string, neverThere: string | undefined): unknown {
  if (error instanceof PaymentUnclear && error.refusal?.reason === "requestIdReused") {
    const { refusal } = error;
    const whose = `\`tillbridge transactions show ${requestId} --request-id\` tells what it belongs to.`;
    return new CommandFailure(EXIT.refused, `${refusal.message} ${whose}`, refusal);
  }
  if (error instanceof PaymentUnclear) {
    return new CommandFailure(
      EXIT.unknown,
      `${error.message} It may have been paid: ask with \`tillbridge transactions show ${requestId} --request-id\`, or give the ` +
        `same command again with --request-id ${requestId}. Never with a new one.`,
      error.refusal,
    );
  }
  if (!(error instanceof PaymentNotStarted)) return error;
  if (error.refusal !== undefined) return error.refusal;
  if (neverThere !== undefined) return new CommandFailure(EXIT.unreachable, `${neverThere} Nothing was sent.`);
  return new CommandFailure(EXIT.refused, `${error.message} Nobody is charged.`);
}
